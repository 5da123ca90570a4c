import type { Loop } from '../../clock/media-clock.ts';

/** The two ends of a loop as a person sets them, one at a time and in any order. Either may be missing. */
export interface LoopPoints {
  readonly from: number | null;
  readonly to: number | null;
}

export const NO_LOOP: LoopPoints = { from: null, to: null };

/** A start behind the end is a new beginning: the old end is forgotten. */
export const withStart = ({ to }: LoopPoints, frame: number): LoopPoints => ({ from: frame, to: to !== null && to > frame ? to : null });

export const withEnd = ({ from }: LoopPoints, frame: number): LoopPoints => ({
  from: from !== null && from < frame ? from : null,
  to: frame,
});

/** What to play: an end that is not set is the clip's own. Null when neither is. */
export const loopOf = ({ from, to }: LoopPoints, lastFrame: number): Loop | null =>
  from === null && to === null ? null : { from: from ?? 0, to: to ?? lastFrame };
