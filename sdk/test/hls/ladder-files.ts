/** A file of a ladder as it was answered. */
export interface LadderFile {
  readonly bytes: Buffer;
  /** Media type, without parameters. */
  readonly type: string;
}

/** Everything a master playlist leads to, by the name it is referred to by. */
export type LadderFiles = ReadonlyMap<string, LadderFile>;

export const MASTER = 'hls.m3u8';

/** Follows every reference from the master playlist. What is not answered is left out. @param url of the master playlist. */
export async function fetchLadder(url: string): Promise<LadderFiles> {
  const files = new Map<string, LadderFile>();
  const [asked, waiting] = [new Set<string>(), [MASTER]];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (asked.has(name)) continue;
    asked.add(name);
    const response: Response = await fetch(new URL(name, url));
    const bytes = Buffer.from(await response.arrayBuffer());
    if (!response.ok) continue;
    files.set(name, { bytes, type: response.headers.get('content-type')?.split(';')[0] ?? '' });
    if (name.endsWith('.m3u8')) waiting.push(...referencesOf(bytes.toString()));
  }
  return files;
}

/** Every address in a playlist, as it is written there. */
export const referencesOf = (playlist: string): string[] => [
  ...playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
  ...[...playlist.matchAll(/URI="([^"]*)"/g)].map(([, uri = '']) => uri),
];

export const textOf = (files: LadderFiles, name: string): string => files.get(name)?.bytes.toString() ?? '';
export const bytesOf = (files: LadderFiles, name: string): Buffer => files.get(name)?.bytes ?? Buffer.alloc(0);
