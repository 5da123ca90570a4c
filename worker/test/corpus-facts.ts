import assert from 'node:assert/strict';
import type { FrameRate } from '../../domain/frames/frame-rate.ts';
import { nominalRate } from '../../domain/frames/frame-rate.ts';
import type { ProcessingErrorCode } from '../../domain/video/limits.ts';
import type { Timing } from '../media/frame-index.ts';

type Fraction = readonly [num: number, den: number];

/** What `facts.json` says about a file: `accept` and `refuse` must come true, `any` and `audio` must end cleanly. */
export interface CorpusEntry {
  readonly expect: 'accept' | 'refuse' | 'any' | 'audio';
  readonly why: string | null;
  readonly video: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly sar: string;
  readonly rotation: number | null;
  readonly rFrameRate: Fraction | null;
  readonly avgFrameRate: Fraction | null;
  readonly timing: string;
  readonly framesDecoded: number | null;
  readonly durationSeconds: number | null;
  readonly note: string;
}

/** Words of the corpus → codes a person may get for them. A film cut off before its index is damaged rather than no film. */
const CODES_FOR: Readonly<Record<string, readonly ProcessingErrorCode[]>> = {
  NOT_A_VIDEO: ['NOT_A_VIDEO', 'PROBE_INVALID'],
  UNREADABLE: ['PROBE_INVALID'],
  UNDECODABLE: ['PROBE_INVALID'],
  NO_VIDEO: ['NO_VIDEO'],
  CODEC_UNSUPPORTED: ['CODEC_UNSUPPORTED'],
  DURATION_EXCEEDED: ['DURATION_EXCEEDED'],
  TOO_LARGE: ['TOO_LARGE'],
  TOO_SMALL: ['TOO_SMALL'],
};

export const codesFor = ({ why }: CorpusEntry): readonly ProcessingErrorCode[] =>
  CODES_FOR[why ?? ''] ?? assert.fail(`the test does not know the word ${String(why)}`);

/** The corpus judges timing by all packets of a file; here the pictures that are shown differ from them. */
const SHOWN_TIMING: Readonly<Record<string, Timing>> = {
  'codec/vp9-10bit.webm': 'constant', // its odd packets are reference pictures that nobody sees
  'phone/iphone-hlg-hevc10-rot90-editlist.mov': 'constant', // its long gaps lie in the trimmed part, but for one
  'nasty/corrupted-50of50hdr.mp4': 'variable', // one picture of 50 does not decode: a double gap
  'nasty/invalid-nalu.mp4': 'variable', // the same, one of 30
};

export const timingOf = (file: string, { timing }: CorpusEntry): Timing | null =>
  SHOWN_TIMING[file] ?? (timing === 'cfr' ? 'constant' : timing === 'VFR' ? 'variable' : null);

/** The shown size by arithmetic: square the pixels by growing, turn, shrink to the longest side, make even. */
export function uprightSize({ width, height, sar, rotation }: CorpusEntry, longestSide: number): { width: number; height: number } {
  assert.ok(width !== null && height !== null);
  const [num = 1, den = 1] = sar.includes(':') ? sar.split(':').map(Number) : [];
  const square = num >= den ? [(width * num) / den, height] : [width, (height * den) / num];
  const [w = 0, h = 0] = Math.abs(rotation ?? 0) === 90 ? square.reverse() : square;
  const scale = Math.min(1, longestSide / Math.max(w, h));
  const [evenWidth = 0, evenHeight = 0] = [w, h].map((side) => Math.floor(Math.round(side * scale) / 2) * 2);
  return { width: evenWidth, height: evenHeight };
}

/** The numbers drawn on the pictures of counter clips that do not begin at 0 or leave some out. */
const range = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
const COUNTERS: Readonly<Record<string, readonly number[]>> = {
  'generated/fc-29.97-editlist-from40.mp4': range(40, 90),
  'generated/fc-angle-B-30.mp4': range(37, 157),
  'generated/fc-angle-C-60.mp4': range(75, 255),
  'generated/fc-vfr-60tick.mp4': [...range(0, 120, 2), ...range(120, 180), ...range(180, 240, 3).filter((n) => n < 200 || n > 215)],
};

/** @param seen What a plain decode of the source reads: stands for files that only happen to be made from a counter clip. */
export const countersOf = (file: string, seen: readonly (number | null)[]): readonly (number | null)[] =>
  COUNTERS[file] ?? (file.startsWith('generated/') ? range(0, seen.length) : seen);

/** Headers that say nothing true about the rate: what it is by count and clock instead. */
const TRUE_RATES: Readonly<Record<string, number>> = {
  'vfr/chrome-mediarecorder-noduration.mkv': 745 / 35.2, // claims 30.3 and 29.25
};
/** A picture lost at an end moves a measured rate by this much in a second of film. */
const RATE_TOLERANCE = 0.07;

/** A constant rate is one the file states, to the tick; a measured one is near to it. */
export function isRateOf(file: string, entry: CorpusEntry, fps: FrameRate, timing: Timing): boolean {
  const stated = [entry.rFrameRate, entry.avgFrameRate]
    .filter((rate) => rate !== null)
    .map(([num, den]) => nominalRate(num, den, { num: 1, den: 1 }));
  if (timing === 'constant') return stated.some(({ num, den }) => num * fps.den === fps.num * den);
  const near = [...stated.map(({ num, den }) => num / den), TRUE_RATES[file] ?? 0];
  return near.some((rate) => Math.abs(fps.num / fps.den - rate) <= rate * RATE_TOLERANCE);
}

/** Files whose duration is that of something else than the pictures, or none: how long the pictures last. */
const TRUE_SECONDS: Readonly<Record<string, number>> = {
  'phone/android-cif-rot90.mp4': 24 / 28.75, // the sound goes on to 1.109 s
  'vfr/chrome-mediarecorder-noduration.mkv': 35.2,
};

/** How long the pictures last, in seconds: at a constant rate by count, otherwise as the file says; to two pictures. */
export function isDurationOf(file: string, entry: CorpusEntry, seconds: number, fps: FrameRate): boolean {
  const counted = ((entry.framesDecoded ?? 0) * fps.den) / fps.num;
  const stated = entry.timing === 'cfr' && !(file in SHOWN_TIMING) ? counted : (TRUE_SECONDS[file] ?? entry.durationSeconds ?? counted);
  return Math.abs(seconds - stated) <= (2 * fps.den) / fps.num + 0.001;
}
