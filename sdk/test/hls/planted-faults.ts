import { firstSlice, fragmentsOf } from './boxes.ts';
import { bytesOf, MASTER, textOf, type LadderFiles } from './ladder-files.ts';
import { readMaster, readMedia } from './playlist.ts';

/** A ladder with one thing wrong, and the rule that must say so. */
export interface Plant {
  readonly rule: string;
  readonly what: string;
  /** @returns the ladder with the fault. */
  plant(files: LadderFiles): LadderFiles;
}

/** @throws Error when nothing has changed: what is not planted cannot be noticed. */
function changed(files: LadderFiles, name: string, change: (bytes: Buffer) => Buffer): LadderFiles {
  const file = files.get(name);
  if (!file) throw new Error(`there is no ${name} to plant a fault in`);
  const bytes = change(Buffer.from(file.bytes));
  if (bytes.equals(file.bytes)) throw new Error(`nothing was planted in ${name}`);
  return new Map([...files, [name, { ...file, bytes }]]);
}

const rewritten = (files: LadderFiles, name: string, from: RegExp, to: string | ((...found: string[]) => string)): LadderFiles =>
  changed(files, name, (bytes) =>
    Buffer.from(typeof to === 'string' ? bytes.toString().replace(from, to) : bytes.toString().replace(from, to)),
  );

const at = <T>(all: readonly T[], index: number): T => {
  const one = all.at(index);
  if (one === undefined) throw new Error('the ladder is too small to plant this fault in');
  return one;
};

const rung = (files: LadderFiles, index: number): string => at(readMaster(textOf(files, MASTER)).variants, index).uri;
const stills = (files: LadderFiles): string => at(readMaster(textOf(files, MASTER)).stills, 0).uri;
const sound = (files: LadderFiles): string => at(readMaster(textOf(files, MASTER)).sounds, 0).uri;
const segment = (files: LadderFiles, playlist: string, index: number): string => at(readMedia(textOf(files, playlist)).entries, index).uri;

const inMaster =
  (from: RegExp, to: string | ((...found: string[]) => string)) =>
  (files: LadderFiles): LadderFiles =>
    rewritten(files, MASTER, from, to);
const inRung =
  (from: RegExp, to: string | ((...found: string[]) => string)) =>
  (files: LadderFiles): LadderFiles =>
    rewritten(files, rung(files, 0), from, to);
const inStills =
  (from: RegExp, to: string | ((...found: string[]) => string)) =>
  (files: LadderFiles): LadderFiles =>
    rewritten(files, stills(files), from, to);

/** Multiplies the number in the first place the pattern finds. */
const times =
  (factor: number) =>
  (_: string, before = '', number = '') =>
    `${before}${String(Math.round(Number(number) * factor))}`;

/** The last piece of the first segment becomes the first of the second: nothing is lost, only the cut is elsewhere. */
function cutElsewhere(files: LadderFiles): LadderFiles {
  const [first, second] = [segment(files, rung(files, 0), 0), segment(files, rung(files, 0), 1)];
  const { start, end } = at(fragmentsOf(bytesOf(files, first)), -1);
  const moved = bytesOf(files, first).subarray(start, end);
  const shorter = changed(files, first, (bytes) => bytes.subarray(0, start));
  return changed(shorter, second, (bytes) => Buffer.concat([moved, bytes]));
}

/** The picture says that it is one of those that need others. */
const withoutIdr = (files: LadderFiles): LadderFiles =>
  changed(files, segment(files, rung(files, 0), 1), (bytes) => {
    const slice = firstSlice(bytes);
    bytes.writeUInt8((bytes.readUInt8(slice) & 0xe0) | 1, slice);
    return bytes;
  });

const withoutLastFragment = (files: LadderFiles, playlist: string, index: number): LadderFiles =>
  changed(files, segment(files, playlist, index), (bytes) => bytes.subarray(0, at(fragmentsOf(bytes), -1).start));

const withoutFirstFragment = (files: LadderFiles, playlist: string, index: number): LadderFiles =>
  changed(files, segment(files, playlist, index), (bytes) => bytes.subarray(at(fragmentsOf(bytes), 0).end));

/** The time at which a fragment is decoded, in its `tfdt`, later by one tick of the track. */
const aTickLater = (files: LadderFiles): LadderFiles =>
  changed(files, segment(files, rung(files, 0), 1), (bytes) => {
    const tfdt = bytes.indexOf('tfdt') + 4;
    const place = bytes.readUInt8(tfdt) === 1 ? tfdt + 8 : tfdt + 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(place) + 1, place);
    return bytes;
  });

function without(files: LadderFiles, name: string): LadderFiles {
  const fewer = new Map(files);
  if (!fewer.delete(name)) throw new Error(`there is no ${name} to take away`);
  return fewer;
}

const otherType = (files: LadderFiles): LadderFiles =>
  new Map([...files, [rung(files, 0), { bytes: bytesOf(files, rung(files, 0)), type: 'text/plain' }]]);

const initOf = (files: LadderFiles, index: number): string => readMedia(textOf(files, rung(files, index))).map;

const HEAD: readonly Plant[] = [
  { rule: 'head', what: 'a playlist without #EXTM3U', plant: inRung(/^#EXTM3U\n/, '') },
  { rule: 'head', what: 'a version that does not know EXT-X-MAP', plant: inRung(/VERSION:\d+/, 'VERSION:3') },
  {
    rule: 'independent segments',
    what: 'EXT-X-INDEPENDENT-SEGMENTS missing in the master playlist',
    plant: inMaster(/#EXT-X-INDEPENDENT-SEGMENTS\n/, ''),
  },
  {
    rule: 'independent segments',
    what: 'EXT-X-INDEPENDENT-SEGMENTS missing in a rung',
    plant: inRung(/#EXT-X-INDEPENDENT-SEGMENTS\n/, ''),
  },
  { rule: 'names', what: 'a segment with an address of its own', plant: inRung(/\n(\S+\.m4s)/, '\nhttps://elsewhere.test/$1') },
  { rule: 'names', what: 'a segment in the directory above', plant: inRung(/\n(\S+\.m4s)/, '\n../$1') },
  { rule: 'files', what: 'a segment that is not there', plant: (files) => without(files, segment(files, rung(files, 0), 1)) },
  { rule: 'files', what: 'an initialisation segment that is not there', plant: (files) => without(files, initOf(files, 0)) },
  { rule: 'files', what: 'a playlist of another media type', plant: otherType },
  { rule: 'sound group', what: 'a variant with a sound group that nobody defines', plant: inMaster(/,AUDIO="[^"]*"/, ',AUDIO="other"') },
  { rule: 'bandwidth', what: 'half the BANDWIDTH', plant: inMaster(/(INF:BANDWIDTH=)(\d+)/, times(0.5)) },
  { rule: 'bandwidth', what: 'twice the BANDWIDTH', plant: inMaster(/(INF:BANDWIDTH=)(\d+)/, times(2)) },
  { rule: 'bandwidth', what: 'an AVERAGE-BANDWIDTH above BANDWIDTH', plant: inMaster(/(AVERAGE-BANDWIDTH=)(\d+)/, times(3)) },
  { rule: 'codecs', what: 'CODECS of another profile', plant: inMaster(/avc1\.64/, 'avc1.42') },
  { rule: 'codecs', what: 'CODECS of another level', plant: inMaster(/(avc1\.....)../, '$133') },
  { rule: 'codecs', what: 'CODECS without the sound', plant: inMaster(/,mp4a\.40\.2/, '') },
  { rule: 'resolution', what: 'a RESOLUTION with its sides exchanged', plant: inMaster(/RESOLUTION=(\d+)x(\d+)/, 'RESOLUTION=$2x$1') },
  { rule: 'frame rate', what: 'twice the FRAME-RATE', plant: inMaster(/(FRAME-RATE=)(\d+)\.\d+/, times(2)) },
];

const MEDIA: readonly Plant[] = [
  { rule: 'target duration', what: 'a TARGETDURATION shorter than a segment', plant: inRung(/(TARGETDURATION:)(\d+)/, times(0.5)) },
  { rule: 'target duration', what: 'a TARGETDURATION that differs between rungs', plant: inRung(/(TARGETDURATION:)(\d+)/, times(2)) },
  { rule: 'end', what: 'EXT-X-ENDLIST missing', plant: inRung(/#EXT-X-ENDLIST\n/, '') },
  { rule: 'end', what: 'a playlist that may change', plant: inRung(/#EXT-X-PLAYLIST-TYPE:VOD\n/, '') },
  { rule: 'end', what: 'a playlist that begins with segment 1', plant: inRung(/SEQUENCE:0/, 'SEQUENCE:1') },
  { rule: 'whole duration', what: 'a segment left out of a playlist', plant: inRung(/#EXTINF:.*\n\S+\.m4s\n(?=#EXT-X-ENDLIST)/, '') },
  { rule: 'segment duration', what: 'an EXTINF a hundredth too long', plant: inRung(/(#EXTINF:\d+\.)\d\d/, '$101') },
  {
    rule: 'boxes',
    what: 'a byte more at the end of an initialisation segment',
    plant: (files) => changed(files, initOf(files, 0), (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
  },
  {
    rule: 'boxes',
    what: 'an initialisation segment with pictures in it',
    plant: (files) =>
      changed(files, initOf(files, 0), (bytes) => Buffer.concat([bytes, bytesOf(files, segment(files, rung(files, 0), 0))])),
  },
  {
    rule: 'boxes',
    what: 'a segment cut off',
    plant: (files) => changed(files, segment(files, rung(files, 0), 0), (bytes) => bytes.subarray(0, -100)),
  },
];

const PICTURES: readonly Plant[] = [
  { rule: 'alignment', what: 'a rung cut elsewhere than the others', plant: cutElsewhere },
  { rule: 'key pictures', what: 'a segment that does not begin with a key picture', plant: withoutIdr },
  { rule: 'frames', what: 'frames lost at the end of a rung', plant: (files) => withoutLastFragment(files, rung(files, 0), -1) },
  { rule: 'frames', what: "two segments in each other's place", plant: inRung(/(\S+\.m4s)(\n#EXTINF:.*\n)(\S+\.m4s)/, '$3$2$1') },
  { rule: 'frames', what: 'frames a tick too late', plant: aTickLater },
  {
    rule: 'resolution',
    what: 'a rung with the initialisation segment of another',
    plant: (files) => rewritten(files, rung(files, 0), /MAP:URI="[^"]*"/, `MAP:URI="${initOf(files, -1)}"`),
  },
  {
    rule: 'top rung',
    what: 'a bit of the top rung that is another',
    plant: (files) =>
      changed(files, segment(files, rung(files, -1), -1), (bytes) =>
        Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.readUInt8(bytes.length - 1) ^ 1])]),
      ),
  },
];

const OTHERS: readonly Plant[] = [
  { rule: 'I-frame playlists', what: 'EXT-X-I-FRAMES-ONLY missing', plant: inStills(/#EXT-X-I-FRAMES-ONLY\n/, '') },
  { rule: 'I-frame playlists', what: 'a rung without an I-frame playlist', plant: inMaster(/#EXT-X-I-FRAME-STREAM-INF:.*\n/, '') },
  {
    rule: 'I-frame ranges',
    what: 'a byte range a byte too short',
    plant: inStills(/(BYTERANGE:)(\d+)/, (_, before = '', length = '') => `${before}${String(Number(length) - 1)}`),
  },
  {
    rule: 'I-frame ranges',
    what: 'a byte range that begins eight bytes late',
    plant: inStills(/(BYTERANGE:\d+@)(\d+)/, (_, before = '', offset = '') => `${before}${String(Number(offset) + 8)}`),
  },
  { rule: 'I-frame ranges', what: 'a byte range in the next segment', plant: inStills(/(BYTERANGE:.*\n\S+)1\.m4s/, '$12.m4s') },
  { rule: 'I-frame times', what: 'a key picture left out', plant: inStills(/#EXTINF:.*\n#EXT-X-BYTERANGE.*\n\S+\n/, '') },
  { rule: 'I-frame times', what: 'EXT-X-ENDLIST missing in an I-frame playlist', plant: inStills(/#EXT-X-ENDLIST\n/, '') },
  {
    rule: 'I-frame bandwidth',
    what: 'half the BANDWIDTH of an I-frame playlist',
    plant: inMaster(/(I-FRAME-STREAM-INF:BANDWIDTH=)(\d+)/, times(0.5)),
  },
  { rule: 'sound', what: 'a gap in the sound', plant: (files) => withoutFirstFragment(files, sound(files), 1) },
];

export const PLANTS: readonly Plant[] = [...HEAD, ...MEDIA, ...PICTURES, ...OTHERS];
