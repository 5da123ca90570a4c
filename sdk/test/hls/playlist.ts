/** A reading of playlists for tests, written from RFC 8216 and not from our writer. */
export interface MediaPlaylist {
  readonly lines: readonly string[];
  readonly tags: ReadonlySet<string>;
  readonly targetDuration: number;
  readonly map: string;
  readonly entries: readonly MediaEntry[];
}

export interface MediaEntry {
  readonly seconds: number;
  readonly uri: string;
  readonly range: { readonly length: number; readonly offset: number } | null;
}

export interface Variant {
  readonly attributes: ReadonlyMap<string, string>;
  readonly uri: string;
}

export interface MasterPlaylist {
  readonly variants: readonly Variant[];
  readonly sounds: readonly Variant[];
  readonly stills: readonly Variant[];
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const tagsOf = (lines: readonly string[]): Set<string> =>
  new Set(lines.filter((line) => line.startsWith('#')).map((line) => line.split(':', 1)[0] ?? ''));

/** Attributes of a tag; quotes are taken off. */
export const attributesOf = (line: string): Map<string, string> =>
  new Map([...line.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)].map(([, name = '', value = '']) => [name, value.replace(/^"|"$/g, '')]));

export function readMaster(text: string): MasterPlaylist {
  const lines = linesOf(text);
  const named = (tag: string): Variant[] =>
    lines
      .filter((line) => line.startsWith(`${tag}:`))
      .map((line) => {
        const attributes = attributesOf(line);
        return { attributes, uri: attributes.get('URI') ?? '' };
      });
  const variants = lines.flatMap((line, at) =>
    line.startsWith('#EXT-X-STREAM-INF:') ? [{ attributes: attributesOf(line), uri: lines[at + 1] ?? '' }] : [],
  );
  return { variants, sounds: named('#EXT-X-MEDIA'), stills: named('#EXT-X-I-FRAME-STREAM-INF') };
}

export function readMedia(text: string): MediaPlaylist {
  const lines = linesOf(text);
  const value = (tag: string): string => lines.find((line) => line.startsWith(`${tag}:`))?.slice(tag.length + 1) ?? '';
  const entries: MediaEntry[] = [];
  let [seconds, range]: [number, MediaEntry['range']] = [Number.NaN, null];
  for (const line of lines) {
    const [, length, offset] = /^#EXT-X-BYTERANGE:(\d+)@(\d+)$/.exec(line) ?? [];
    if (line.startsWith('#EXTINF:')) seconds = Number(line.slice(8, line.indexOf(',')));
    else if (length !== undefined) range = { length: Number(length), offset: Number(offset) };
    else if (!line.startsWith('#')) {
      entries.push({ seconds, uri: line, range });
      [seconds, range] = [Number.NaN, null];
    }
  }
  return {
    ...{ lines, tags: tagsOf(lines), targetDuration: Number(value('#EXT-X-TARGETDURATION')), entries },
    map: attributesOf(value('#EXT-X-MAP')).get('URI') ?? '',
  };
}
