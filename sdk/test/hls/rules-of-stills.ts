import { fragmentsOf, startsWithIdr } from './boxes.ts';
import { sum, type Finding, type Ladder, type Rendition } from './findings.ts';
import { textOf } from './ladder-files.ts';
import { readMedia, type Variant } from './playlist.ts';
import { peakRate } from './rules-of-master.ts';
import { endFaults } from './rules-of-playlists.ts';

/** Of the playlists for winding: one for each rung, with every picture that stands alone. */
export async function stillRules(ladder: Ladder): Promise<readonly Finding[]> {
  const { master, pictures } = ladder;
  const findings: Finding[] = [
    {
      rule: 'I-frame playlists',
      says: 'there is an I-frame playlist for each rung, which says that it is one',
      faults: [
        ...(master.stills.length === pictures.length ? [] : [`${String(master.stills.length)} for ${String(pictures.length)} rungs`]),
        ...master.stills.map(({ uri }) => uri).filter((uri) => !/^#EXT-X-I-FRAMES-ONLY$/m.test(textOf(ladder.files, uri))),
      ],
    },
  ];
  for (const [at, still] of master.stills.entries()) {
    const rung = pictures[at];
    if (rung) findings.push(...(await stillFindings(ladder, still, rung)));
  }
  return findings;
}

async function stillFindings(
  { files, probes, frames }: Ladder,
  { uri, attributes }: Variant,
  rung: Rendition,
): Promise<readonly Finding[]> {
  const playlist = readMedia(textOf(files, uri));
  const ranges = playlist.entries.map(({ uri: name, range }) => `${name} ${String(range?.length)}@${String(range?.offset)}`);
  const expected = await rangesOf(rung, (bytes) => probes.packets(bytes));
  const faults = expected.flatMap((range, at) =>
    ranges[at] === range ? [] : [`entry ${String(at)} is ${ranges[at] ?? 'missing'}, not ${range}`],
  );
  for (const { uri: name, range } of playlist.entries.slice(0, 3)) {
    const segment = rung.segments[rung.entries.findIndex((entry) => entry.uri === name)];
    const part = segment?.subarray(range?.offset, (range?.offset ?? 0) + (range?.length ?? 0)) ?? Buffer.alloc(0);
    // The fragment lists pictures that lie beyond the range; only its first one is asked for.
    const seen = startsWithIdr(part) ? await probes.firstPicture(Buffer.concat([rung.init, part])) : 'no IDR picture';
    if (!seen.startsWith('1,I')) faults.push(`${name}: ${seen.trim()}`);
  }
  const seconds = playlist.entries.map((entry) => entry.seconds);
  const bits = playlist.entries.map((entry) => ({ bits: 8 * (entry.range?.length ?? 0), seconds: entry.seconds }));
  const [said, peak] = [Number(attributes.get('BANDWIDTH')), peakRate(bits, Math.max(...seconds))];
  return [
    {
      rule: 'I-frame ranges',
      says: `${uri}: ${String(ranges.length)} ranges are the key pictures of all segments to the byte, and the first decode alone`,
      faults: [...faults, ...(ranges.length === expected.length ? [] : [`there are ${String(expected.length)} key pictures`])],
    },
    {
      rule: 'I-frame times',
      says: `${uri}: the EXTINF add up to ${frames.durationSeconds.toFixed(3)} s, none above the target of ${String(playlist.targetDuration)} s`,
      faults: [
        ...(Math.abs(sum(seconds) - frames.durationSeconds) < 0.002 ? [] : [String(sum(seconds))]),
        ...(Math.max(1, ...seconds.map(Math.round)) === playlist.targetDuration
          ? []
          : [`the longest is ${String(Math.max(...seconds))} s`]),
        ...endFaults({ ...playlist, name: uri }),
      ],
    },
    {
      rule: 'I-frame bandwidth',
      says: `${uri}: BANDWIDTH ${String(said)} is what its pictures need`,
      faults: said >= Math.floor(peak) && said <= 1.1 * peak ? [] : [`the peak is ${peak.toFixed(0)}`],
    },
  ];
}

/** From the beginning of each fragment to the end of the key picture that it begins with, as ffprobe finds it. */
async function rangesOf(
  { init, entries, segments }: Rendition,
  packetsOf: (bytes: Buffer) => Promise<readonly { readonly isKey: boolean; readonly offset: number; readonly sizeBytes: number }[]>,
): Promise<readonly string[]> {
  const ranges: string[] = [];
  for (const [at, segment] of segments.entries()) {
    const keys = (await packetsOf(Buffer.concat([init, segment]))).filter(({ isKey }) => isKey);
    for (const { offset, sizeBytes } of keys) {
      const place = offset - init.length;
      const fragment = fragmentsOf(segment).find(({ start, end }) => start < place && place < end);
      const start = fragment?.start ?? Number.NaN;
      ranges.push(`${entries[at]?.uri ?? ''} ${String(place + sizeBytes - start)}@${String(start)}`);
    }
  }
  return ranges;
}
