import type { FrameIndexData } from '../../domain/frames/frame-index.ts';
import { frameIndexFromPts } from '../../domain/frames/frame-index.ts';
import type { FrameRate } from '../../domain/frames/frame-rate.ts';
import { framesPerSecond, nominalRate } from '../../domain/frames/frame-rate.ts';
import { MediaError } from './media-error.ts';
import type { Packet, VideoTrack } from './source-facts.ts';
import type { TimingPlan } from './timing-plan.ts';
import { median } from './timing-plan.ts';

export type Timing = 'constant' | 'variable' | 'repaired';

/** What the timestamps of the rendition amount to. */
export interface FrameFacts {
  readonly frameIndex: FrameIndexData;
  /** Pictures a second when played as the file says. */
  readonly fps: FrameRate;
  readonly timing: Timing;
  /** Pictures a second the camera must have filmed at, by the times alone. */
  readonly captureFps: number;
}

/** What the rendition was made from. */
export interface FrameSource {
  readonly track: Pick<VideoTrack, 'timeBase' | 'claimedRates'>;
  readonly timing: TimingPlan;
  /** The source's time that became 0. */
  readonly startTicks: number;
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
  const ticksPerSourceTick = (source.track.timeBase.num * timebase.num) / (source.track.timeBase.den * timebase.den);
  const usual = median(gaps) ?? Math.max(1, Math.round(source.timing.gapTicks * ticksPerSourceTick));
  const timing = isMoved(times, ticksPerSourceTick, source) ? 'repaired' : regularity(gaps, usual, ticksPerSourceTick);
  try {
    const data = frameIndexFromPts(times, lastStay(packets, times.at(-1), usual), timebase);
    const fps = rateOf(times, usual, timebase, ticksPerSourceTick, source.track.claimedRates);
    const slowed = timing === 'variable' ? fastRateOf(gaps, timebase, ticksPerSourceTick) : null;
    return { frameIndex: data, fps, timing, captureFps: slowed ?? framesPerSecond(fps) };
  } catch (cause) {
    throw new MediaError('FFMPEG_FAIL', 'the timestamps of the rendition do not increase', { cause });
  }
}

/** Some picture is not where the file put it. A file may repeat times for pictures it never shows: that alone moves nothing. */
const isMoved = (times: readonly number[], ticksPerSourceTick: number, { timing, startTicks }: FrameSource): boolean =>
  timing.mode === 'renumber' || times.some((time) => !timing.times.has(Math.round(time / ticksPerSourceTick) + startTicks));

/** The container's own figure for the last picture, unless it is out of all proportion. */
function lastStay(packets: readonly Packet[], lastPts: number | undefined, usual: number): number {
  const stay = packets.find(({ pts }) => pts === lastPts)?.duration ?? 0;
  return stay > 0 && stay <= usual * 10 ? stay : usual;
}

/** Above this share of unusual gaps the rate is a label at best. */
const VARIABLE_SHARE = 0.02;
/** Cameras' clocks jitter by a few per cent around a constant rate. */
const JITTER = 0.25;

function regularity(gaps: readonly number[], usual: number, ticksPerSourceTick: number): Timing {
  // a coarse clock rounds every time to its tick; a tick as long as a picture is no excuse
  const tolerance = Math.max(usual * JITTER, Math.min(ticksPerSourceTick, usual / 2));
  const unusual = gaps.filter((gap) => Math.abs(gap - usual) > tolerance).length;
  return unusual > gaps.length * VARIABLE_SHARE ? 'variable' : 'constant';
}

/** From here on a phone calls it slow motion. */
const SLOW_MOTION_FPS = 100;
/** As many pictures in a row at one rate are no accident of a clock. */
const STEADY_PICTURES = 24;

/**
 * A phone's slow motion keeps its speed at both ends and is stretched in between, without losing a picture: the camera's own rate is
 * that of the stretch which was left alone. Null where there is none so fast and steady.
 */
function fastRateOf(gaps: readonly number[], timebase: FrameRate, ticksPerSourceTick: number): number | null {
  const ticksPerSecond = timebase.num / timebase.den;
  const near = (gap: number, mean: number): boolean => Math.abs(gap - mean) <= Math.max(mean * JITTER, ticksPerSourceTick);
  let fastest: number | null = null;
  let run = { count: 0, ticks: 0 };
  for (const gap of gaps) {
    run = run.count > 0 && near(gap, run.ticks / run.count) ? { count: run.count + 1, ticks: run.ticks + gap } : { count: 1, ticks: gap };
    const fps = (run.count * ticksPerSecond) / run.ticks;
    if (run.count >= STEADY_PICTURES && fps >= SLOW_MOTION_FPS) fastest = Math.max(fastest ?? 0, fps);
  }
  return fastest === null ? null : Math.round(fastest * 100) / 100;
}

/**
 * The rate the pictures were meant to have. A claim of the header is believed only when the first and last picture agree
 * with it to the tick; otherwise the rate is measured.
 */
function rateOf(
  times: readonly number[],
  usual: number,
  timebase: FrameRate,
  ticksPerSourceTick: number,
  claimedRates: readonly FrameRate[],
): FrameRate {
  const intervals = times.length - 1;
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (intervals < 1 || span <= 0) return nominalRate(1, usual, timebase);
  const agrees = ({ num, den }: FrameRate): boolean =>
    Math.abs((intervals * den * timebase.num) / (num * timebase.den) - span) <= Math.max(1, ticksPerSourceTick);
  const claim = claimedRates.find(agrees);
  // some writers round 30000/1001 to 2997/100
  return claim ? nominalRate(claim.num, claim.den, { num: 1, den: 1 }) : nominalRate(intervals, span, timebase);
}
