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
  /** The first pictures, when their times are before 0 and must be worked out. */
  readonly lead?: Lead;
}

/** Pictures before 0, at one distance. Ticks may be fractions. */
export interface Lead {
  readonly pictures: number;
  readonly startTicks: number;
  readonly gapTicks: number;
}

/** A few pictures without a time of their own can be placed between their neighbours; a file full of them has no times. */
const MISSING_SHARE = 0.5;

/** Pictures a second to assume for a file that gives no rate at all. */
const USUAL_RATE: FrameRate = { num: 30, den: 1 };

/**
 * Judges the timestamps of a track. `packets` are in file order.
 * @param container ffprobe's name.
 */
export function planTiming(track: VideoTrack, packets: readonly Packet[], container = ''): TimingPlan {
  const shown = packets.filter((packet) => packet.stream === track.index && !packet.isDiscarded);
  const lead = container.includes('matroska') ? leadOf(track, shown) : null;
  const told = shown.map(timeOf).filter((time) => time !== null && (lead === null || time >= 0));
  const times = [...leadTimes(lead), ...told].filter((time) => time !== null).sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time));
  const positive = gaps.filter((gap) => gap > 0);
  const gapTicks = median(positive) ?? claimedGap(track);
  const first = times[0] ?? 0;
  const lastStay = shown.find((packet) => timeOf(packet) === times.at(-1))?.duration ?? 0;
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
    times: new Set([...shown.flatMap(({ pts, dts }) => [pts, dts]), ...leadTimes(lead)].filter((time) => time !== null)),
    ...(lead && mode !== 'renumber' && { lead }),
  };
}

const timeOf = ({ pts, dts }: Packet): number | null => pts ?? dts;

const leadTimes = (lead: Lead | null): number[] =>
  Array.from({ length: lead?.pictures ?? 0 }, (_, n) => Math.round((lead?.startTicks ?? 0) + n * (lead?.gapTicks ?? 0)));

/** Pictures without a time that stand further behind the first ones belong to no negative start. */
const REORDERED = 16;

/**
 * Pictures before 0 of a Matroska file. Its reader gives no times below 0; for some codecs ffprobe guesses them by rounded stays, which
 * drifts. They are placed back from the first that has a time, at the rate the header states, when the others keep to that.
 */
function leadOf(track: VideoTrack, shown: readonly Packet[]): Lead | null {
  const isEarly = (packet: Packet): boolean => (timeOf(packet) ?? -1) < 0;
  const pictures = shown.filter(isEarly).length;
  const later = shown
    .flatMap(({ pts }) => pts ?? [])
    .filter((time) => time >= 0)
    .sort((a, b) => a - b);
  const [first = 0, last = 0] = [later[0], later.at(-1)];
  const gapTicks = claimedGaps(track).find((gap) => Math.abs(gap * (later.length - 1) - (last - first)) <= 1);
  const isAtStart = shown.findLastIndex(isEarly) < pictures + REORDERED;
  if (pictures === 0 || later.length < 2 || gapTicks === undefined || !isAtStart || first > 2 * gapTicks) return null;
  return { pictures, startTicks: first - pictures * gapTicks, gapTicks };
}

/** Files are written in decoding order: when that order turns back, two recordings were glued together. */
function runsBackwards(shown: readonly Packet[], gapTicks: number): boolean {
  const order = shown.map((packet) => packet.dts).filter((dts) => dts !== null);
  return order.some((dts, i) => dts < (order[i - 1] ?? dts) - gapTicks);
}

/** The distances of pictures that the header states, in ticks and fractions of them. */
const claimedGaps = ({ claimedRates, timeBase }: Pick<VideoTrack, 'claimedRates' | 'timeBase'>): number[] =>
  claimedRates.map(({ num, den }) => (den * timeBase.den) / (num * timeBase.num));

function claimedGap({ claimedRates, timeBase }: VideoTrack): number {
  const gap = claimedGaps({ claimedRates: [claimedRates.at(-1) ?? USUAL_RATE], timeBase });
  return Math.max(1, Math.round(gap[0] ?? 1));
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
