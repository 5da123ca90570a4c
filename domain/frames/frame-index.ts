import type { FrameRate } from './frame-rate.ts';

/**
 * The presentation timestamps of the analysis rendition, as it is stored and sent. Tick counts are integers of
 * `timebase` (ticks per second, as a fraction). A run `[count, ticks]` is `count` frames that each stay `ticks` on
 * the screen; the last frame's stay is its own duration.
 */
export interface FrameIndexData {
  readonly version: 1;
  readonly timebase: FrameRate;
  /** Timestamp of frame 0, in ticks. Not always 0: a picture may start after the sound. */
  readonly startTicks: number;
  readonly runs: readonly (readonly [count: number, ticks: number])[];
}

/** Answers which frame is on the screen at a time, and when a frame is. Frames are integers from 0; times are seconds of the media clock. */
export interface FrameIndex {
  readonly data: FrameIndexData;
  /** How many frames there are; always at least 1. */
  readonly count: number;
  /** Every frame stays equally long. */
  readonly isConstant: boolean;
  /** From the first frame's start to the last frame's end. */
  readonly durationSeconds: number;
  /** The frame on the screen at this time; the first before the start, the last after the end. */
  frameAt(seconds: number): number;
  /** When the frame appears. `ptsOf(count)` is the end of the last frame. */
  ptsOf(frame: number): number;
  /** Where to seek for this frame: the middle of its stay. Its edge lands on a neighbour in some browsers. */
  seekTimeOf(frame: number): number;
  /** The nearest frame that exists, for any number. */
  clamp(frame: number): number;
}

interface Run {
  readonly firstFrame: number;
  readonly startTicks: number;
  readonly ticks: number;
}

const MEDIA_CLOCK_ERROR_SECONDS = 2e-6;

/** @throws RangeError when the data cannot be a frame index: no frame, or a stay that is not a positive whole number of ticks. */
export function frameIndex(data: FrameIndexData): FrameIndex {
  const { runs, count, endTicks } = layOut(data);
  const secondsPerTick = data.timebase.den / data.timebase.num;

  const runHolding = (compare: (run: Run) => boolean): Run => {
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (compare(at(runs, middle))) low = middle;
      else high = middle - 1;
    }
    return at(runs, low);
  };

  const clamp = (frame: number): number => Math.min(count - 1, Math.max(0, Math.trunc(frame) || 0));

  const ticksOf = (frame: number): number => {
    if (frame >= count) return endTicks;
    const whole = clamp(frame);
    const run = runHolding((r) => r.firstFrame <= whole);
    return run.startTicks + (whole - run.firstFrame) * run.ticks;
  };

  return {
    data,
    count,
    isConstant: runs.every((run) => run.ticks === at(runs, 0).ticks),
    durationSeconds: (endTicks - data.startTicks) * secondsPerTick,
    clamp,
    ptsOf: (frame) => ticksOf(frame) * secondsPerTick,
    seekTimeOf: (frame) => ((ticksOf(clamp(frame)) + ticksOf(clamp(frame) + 1)) / 2) * secondsPerTick,
    frameAt: (seconds) => {
      const ticks = seconds / secondsPerTick;
      const run = runHolding((r) => r.startTicks <= ticks);
      const into = (ticks - run.startTicks) / run.ticks;
      // Media clocks round to microseconds: a hair before a frame's start is that frame's start.
      const hair = Math.min(0.25, MEDIA_CLOCK_ERROR_SECONDS / (run.ticks * secondsPerTick));
      return clamp(run.firstFrame + Math.floor(into + hair));
    },
  };
}

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index];
  if (item === undefined) throw new RangeError(`nothing at ${String(index)}`);
  return item;
};

function layOut(data: FrameIndexData): { runs: readonly Run[]; count: number; endTicks: number } {
  const runs: Run[] = [];
  let firstFrame = 0;
  let startTicks = data.startTicks;
  for (const [count, ticks] of data.runs) {
    if (!Number.isSafeInteger(count) || !Number.isSafeInteger(ticks) || count <= 0 || ticks <= 0)
      throw new RangeError(`a frame index has no run of ${String(count)} frames of ${String(ticks)} ticks`);
    runs.push({ firstFrame, startTicks, ticks });
    firstFrame += count;
    startTicks += count * ticks;
  }
  if (runs.length === 0) throw new RangeError('a frame index has at least one frame');
  return { runs, count: firstFrame, endTicks: startTicks };
}

/**
 * Builds the stored form from timestamps in presentation order.
 * @param ptsTicks strictly increasing whole ticks, one per frame.
 * @param lastTicks how long the last frame stays, in ticks.
 * @throws RangeError when the timestamps do not increase.
 */
export function frameIndexFromPts(ptsTicks: readonly number[], lastTicks: number, timebase: FrameRate): FrameIndexData {
  const runs: [number, number][] = [];
  ptsTicks.forEach((pts, frame) => {
    const stay = (ptsTicks[frame + 1] ?? pts + lastTicks) - pts;
    if (stay <= 0) throw new RangeError(`frame ${String(frame + 1)} does not come after frame ${String(frame)}`);
    const last = runs.at(-1);
    if (last && last[1] === stay) last[0] += 1;
    else runs.push([1, stay]);
  });
  const data: FrameIndexData = { version: 1, timebase, startTicks: ptsTicks[0] ?? 0, runs };
  frameIndex(data);
  return data;
}
