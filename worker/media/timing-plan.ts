import type { FrameRate } from '../../domain/frames/frame-rate.ts';
import type { Packet, VideoTrack } from './source-facts.ts';

/** What the packets of the chosen track say about time. Ticks are of the track's time base. */
export interface TimingPlan {
  /**
   * `keep`: the timestamps are sound and pass through. `spread`: some are missing or repeated, and those pictures move apart.
   * `renumber`: time runs backwards or is missing altogether, so pictures follow at the usual distance.
   */
  readonly mode: 'keep' | 'spread' | 'renumber';
  /** The pictures the file claims to show; how many decode is known only afterwards. */
  readonly pictures: number;
  /** The usual distance of two pictures, in ticks; at least 1. */
  readonly gapTicks: number;
  /** From the first picture's start to the last one's end, in ticks. */
  readonly spanTicks: number;
  /** Every time the file gives to a picture: what was not moved in repair is one of them. */
  readonly times: ReadonlySet<number>;
}

/** A few pictures without a time of their own can be placed between their neighbours; a file full of them has no times. */
const MISSING_SHARE = 0.5;

/** Pictures a second to assume for a file that gives no rate at all. */
const USUAL_RATE: FrameRate = { num: 30, den: 1 };

/** Judges the timestamps of a track. `packets` are in file order. */
export function planTiming(track: VideoTrack, packets: readonly Packet[]): TimingPlan {
  const shown = packets.filter((packet) => packet.stream === track.index && !packet.isDiscarded);
  const times = shown
    .map((packet) => packet.pts ?? packet.dts)
    .filter((time) => time !== null)
    .sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time));
  const positive = gaps.filter((gap) => gap > 0);
  const gapTicks = median(positive) ?? claimedGap(track);
  const first = times[0] ?? 0;
  const lastStay = shown.find((packet) => (packet.pts ?? packet.dts) === times.at(-1))?.duration ?? 0;
  const span = (times.at(-1) ?? first) - first + (lastStay > 0 ? lastStay : gapTicks);

  const missing = shown.length - times.length;
  const mode =
    runsBackwards(shown, gapTicks) || missing + (gaps.length - positive.length) > shown.length * MISSING_SHARE
      ? 'renumber'
      : missing > 0 || positive.length < gaps.length
        ? 'spread'
        : 'keep';
  return {
    mode,
    pictures: shown.length,
    gapTicks,
    spanTicks: mode === 'renumber' ? shown.length * gapTicks : span,
    times: new Set(shown.flatMap(({ pts, dts }) => [pts, dts]).filter((time) => time !== null)),
  };
}

/** Files are written in decoding order: when that order turns back, two recordings were glued together. */
function runsBackwards(shown: readonly Packet[], gapTicks: number): boolean {
  const order = shown.map((packet) => packet.dts).filter((dts) => dts !== null);
  return order.some((dts, i) => dts < (order[i - 1] ?? dts) - gapTicks);
}

function claimedGap({ claimedRates, timeBase }: VideoTrack): number {
  const { num, den } = claimedRates.at(-1) ?? USUAL_RATE;
  return Math.max(1, Math.round((den * timeBase.den) / (num * timeBase.num)));
}

/** The middle value, or null of nothing. */
export function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}

/** Fine enough that a player's rounding to microseconds never matters. */
const FINE_TICKS = 10_000;
const USUAL_TICKS = 90_000;
/** ISO BMFF stores track times in 32 bits: at this rate an hour still fits. */
const MOST_TICKS = 1_000_000;

/**
 * Ticks per second of the analysis rendition: a multiple of the source's own, so that every timestamp is copied without
 * rounding and a constant rate stays one run of the frame index. 90000 cannot hold 59.94: its frames would last 1501 and 1502 in turn.
 */
export function ticksPerSecond(timeBase: FrameRate): number {
  if (USUAL_TICKS % timeBase.den === 0) return USUAL_TICKS;
  const multiple = timeBase.den * Math.ceil(FINE_TICKS / timeBase.den);
  return multiple <= MOST_TICKS ? multiple : USUAL_TICKS;
}
