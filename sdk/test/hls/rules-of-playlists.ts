import { sum, type Finding, type Ladder, type Rendition } from './findings.ts';
import { shapeOf } from './boxes.ts';

/** Of the playlists of pictures and sound, and of the files as files. */
export function playlistRules({ pictures, sounds, frames }: Ladder): readonly Finding[] {
  const all = [...pictures, ...sounds];
  const longest = Math.max(1, ...all.flatMap(({ entries }) => entries.map(({ seconds }) => Math.round(seconds))));
  const targets = [...new Set(all.map(({ targetDuration }) => targetDuration))];
  const sums = all.map(({ name, entries }) => ({ name, seconds: sum(entries.map(({ seconds }) => seconds)) }));
  const isSound = (name: string): boolean => sounds.some((sound) => sound.name === name);
  return [
    {
      rule: 'target duration',
      says: `the one target duration of all, ${targets.join(' and ')} s, is the longest EXTINF, rounded`,
      faults: targets
        .filter((target) => target !== longest)
        .map((target) => `${String(target)} s, and the longest is ${String(longest)} s`),
    },
    { rule: 'end', says: 'every playlist has an end, begins with segment 0 and will not change', faults: all.flatMap(endFaults) },
    {
      rule: 'whole duration',
      says: `the EXTINF of each rendition add up to ${frames.durationSeconds.toFixed(3)} s`,
      // Sound ends with a whole packet, and may end before the pictures do.
      faults: sums
        .filter(({ name, seconds }) =>
          isSound(name) ? !(seconds <= frames.durationSeconds + 0.1) : !(Math.abs(seconds - frames.durationSeconds) < 0.002),
        )
        .map(({ name, seconds }) => `${name}: ${String(seconds)}`),
    },
    {
      rule: 'boxes',
      says: 'an initialisation segment is ftyp and moov to its last byte, a segment whole pairs of moof and mdat',
      faults: all.flatMap(boxFaults),
    },
  ];
}

export const endFaults = ({ name, tags, lines }: Pick<Rendition, 'name' | 'tags' | 'lines'>): string[] => [
  ...(tags.has('#EXT-X-ENDLIST') ? [] : [`${name} has no end`]),
  ...(lines.includes('#EXT-X-PLAYLIST-TYPE:VOD') ? [] : [`${name} is not VOD`]),
  ...(lines.includes('#EXT-X-MEDIA-SEQUENCE:0') ? [] : [`${name} does not begin with 0`]),
];

const boxFaults = ({ name, map, init, entries, segments }: Rendition): string[] => [
  ...(shapeOf(init) === 'ftyp moov' ? [] : [`${name}: ${map} is ${shapeOf(init)}`]),
  ...segments.flatMap((segment, at) =>
    /^moof mdat(?: moof mdat)*$/.test(shapeOf(segment)) ? [] : [`${entries[at]?.uri ?? ''} is ${shapeOf(segment)}`],
  ),
];
