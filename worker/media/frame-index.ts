import type { FrameIndexData } from '../../domain/frames/frame-index.ts';
import { frameIndexFromPts } from '../../domain/frames/frame-index.ts';
import type { FrameRate } from '../../domain/frames/frame-rate.ts';
import { nominalRate } from '../../domain/frames/frame-rate.ts';
import { MediaError } from './media-error.ts';
import type { Packet } from './source-facts.ts';
import type { TimingPlan } from './timing-plan.ts';
import { median } from './timing-plan.ts';

export type Timing = 'constant' | 'variable' | 'repaired';

/** What the timestamps of the rendition amount to. */
export interface FrameFacts {
  readonly frameIndex: FrameIndexData;
  /** Pictures a second when played as the file says. */
  readonly fps: FrameRate;
  readonly timing: Timing;
}

export interface FrameSource {
  readonly mode: TimingPlan['mode'];
  /** Seconds per tick of the source: how coarsely it could write a time down. */
  readonly timeBase: FrameRate;
  readonly claimedRates: readonly FrameRate[];
}

/**
 * Builds the frame index from the packets of the analysis rendition.
 * @param timebase ticks per second of the rendition's track.
 * @throws MediaError FFMPEG_FAIL when the rendition cannot be indexed: a picture without a time, or two with the same.
 */
export function indexFrames(packets: readonly Packet[], timebase: FrameRate, source: FrameSource): FrameFacts {
  const times = packets
    .map(({ pts }) => pts)
    .filter((pts) => pts !== null)
    .sort((a, b) => a - b);
  if (times.length !== packets.length || times.length === 0)
    throw new MediaError('FFMPEG_FAIL', 'the rendition has pictures without a time');

  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time));
  const usual = median(gaps) ?? claimedGap(source, timebase);
  const lastTicks = lastStay(packets, times.at(-1), usual);
  const timing = source.mode === 'keep' ? regularity(gaps, usual, source.timeBase, timebase) : 'repaired';
  try {
    return { frameIndex: frameIndexFromPts(times, lastTicks, timebase), fps: rateOf(times, usual, timebase, source), timing };
  } catch (cause) {
    throw new MediaError('FFMPEG_FAIL', 'the timestamps of the rendition do not increase', { cause });
  }
}

const claimedGap = ({ claimedRates }: FrameSource, { num, den }: FrameRate): number => {
  const claimed = claimedRates.at(-1) ?? { num: 25, den: 1 };
  return Math.max(1, Math.round((num * claimed.den) / (den * claimed.num)));
};

/** The container's own figure for the last picture, unless it is out of all proportion. */
function lastStay(packets: readonly Packet[], lastPts: number | undefined, usual: number): number {
  const stay = packets.find(({ pts }) => pts === lastPts)?.duration ?? 0;
  return stay > 0 && stay <= usual * 10 ? stay : usual;
}

/** Above this share of unusual gaps the rate is a label at best. */
const VARIABLE_SHARE = 0.02;
/** Cameras' clocks jitter by a few per cent around a constant rate. */
const JITTER = 0.25;

function regularity(gaps: readonly number[], usual: number, sourceTick: FrameRate, timebase: FrameRate): Timing {
  // a time rounded to the source's own tick is off by up to one of them in each gap
  const tolerance = usual * JITTER + (sourceTick.num * timebase.num) / (sourceTick.den * timebase.den);
  const unusual = gaps.filter((gap) => Math.abs(gap - usual) > tolerance).length;
  return unusual > gaps.length * VARIABLE_SHARE ? 'variable' : 'constant';
}

/**
 * The rate the pictures were meant to have. A claim of the header is believed only when the first and last picture agree
 * with it to the tick; otherwise the rate is measured.
 */
function rateOf(times: readonly number[], usual: number, timebase: FrameRate, { claimedRates, timeBase }: FrameSource): FrameRate {
  const intervals = times.length - 1;
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (intervals < 1 || span <= 0) return nominalRate(1, usual, timebase);
  const tick = (timeBase.num * timebase.num) / (timeBase.den * timebase.den);
  const agrees = ({ num, den }: FrameRate): boolean =>
    Math.abs((intervals * den * timebase.num) / (num * timebase.den) - span) <= 2 * Math.max(1, tick);
  return claimedRates.find(agrees) ?? nominalRate(intervals, span, timebase);
}
