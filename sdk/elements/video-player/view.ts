import type { FrameIndex } from '../../../domain/frames/frame-index.ts';
import type { FrameRate } from '../../../domain/frames/frame-rate.ts';
import { formatElapsed, formatTimecode } from '../../../domain/frames/timecode.ts';
import type { Tick } from '../../contexts/clock.ts';
import type { LocaleController } from '../../locales/locale.ts';
import type { LoopPoints } from './loop-points.ts';
import type { Picture } from './storyboard.ts';

/** Something on the timeline: a drawing, a comment, a phase. */
export interface TimelineMarker {
  readonly id: string;
  readonly frame: number;
  /** How many frames it lasts; one when left out. */
  readonly frameCount?: number | undefined;
  /** `drawing`, `comment`, `phase` and `voice` have colours; any other word is neutral. Also a part: `marker-<kind>`. */
  readonly kind: string;
  readonly label: string;
}

/** Everything the player's parts show. */
export interface PlayerView {
  readonly locale: LocaleController;
  readonly tick: Tick;
  readonly requested: number;
  readonly index: FrameIndex;
  /** Null for a clip without a steady beat. */
  readonly timecodeRate: FrameRate | null;
  /** How fast life goes by at speed 1; null when unknown or just as fast. */
  readonly realSpeed: number | null;
  readonly loopPoints: LoopPoints;
  readonly markers: readonly TimelineMarker[];
  readonly activeMarker: string | null;
  /** What a hand on the timeline points at, with its picture where there is one. */
  readonly peek: { readonly frame: number; readonly picture: Picture | null } | null;
  readonly muted: boolean;
  readonly expanded: boolean;
}

/** The place of a frame in words for a clock: timecode where there is a steady beat, elapsed time elsewhere. */
export const timeText = ({ timecodeRate, index }: Pick<PlayerView, 'timecodeRate' | 'index'>, frame: number): string =>
  timecodeRate ? formatTimecode(frame, timecodeRate) : formatElapsed(index.ptsOf(frame) - index.ptsOf(0));
