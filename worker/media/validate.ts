import type { ProcessingErrorCode, UploadLimits } from '../../domain/video/limits.ts';
import { MAX_FRAMES, PICTURE_LIMITS } from '../../domain/video/limits.ts';
import type { ChosenStreams } from './choose-streams.ts';
import type { EditList } from './edit-lists.ts';
import { MOST_EDITS } from './edit-lists.ts';
import type { SourceFacts, VideoTrack } from './source-facts.ts';
import type { TimingPlan } from './timing-plan.ts';

export interface Refusal {
  readonly code: ProcessingErrorCode;
  /** For logs: figures, no names. */
  readonly detail: string;
}

const refuse = (code: ProcessingErrorCode, detail: string): Refusal => ({ code, detail });

/** The file as it lies there. Null: nothing against it. */
export const checkSize = (bytes: number, limits: UploadLimits): Refusal | null =>
  bytes > limits.maxSizeBytes ? refuse('TOO_LARGE', `${String(bytes)} bytes, at most ${String(limits.maxSizeBytes)}`) : null;

/** As many edits cannot make a long film of a short one. */
const FEW_EDITS = 8;

/**
 * The edit lists, before anything follows them: a few kilobytes can ask for the same second a hundred thousand times. Null: nothing
 * against them; the real length is judged by `checkTiming`.
 */
export function checkEdits(lists: readonly EditList[], limits: UploadLimits): Refusal | null {
  const longest = lists.find(({ entries }) => entries > MOST_EDITS);
  if (longest) return refuse('TOO_MANY_FRAMES', `an edit list of ${String(longest.entries)} entries, at most ${String(MOST_EDITS)}`);
  const loop = lists.find(({ entries, shownMs }) => entries > FEW_EDITS && shownMs > limits.maxDurationMs);
  if (!loop) return null;
  const { entries, shownMs } = loop;
  return refuse('DURATION_EXCEEDED', `${String(entries)} edits show ${String(Math.round(shownMs))} ms of a track`);
}

/** The tracks. Null: there is a picture we can work on. */
export function checkTracks(facts: SourceFacts, chosen: ChosenStreams): Refusal | null {
  const pictures = facts.video.filter((track) => !track.isCoverArt);
  if (pictures.length === 0) return refuse('NO_VIDEO', `${String(facts.audio.length)} sound tracks and no picture track`);
  if (!chosen.video) return refuse('CODEC_UNSUPPORTED', pictures.map(({ codec }) => codec).join(', '));
  return checkPicture(chosen.video);
}

function checkPicture({ width, height }: VideoTrack): Refusal | null {
  const size = `${String(width)} × ${String(height)}`;
  const { minSide, maxSide, maxPixels } = PICTURE_LIMITS;
  if (width <= 0 || height <= 0) return refuse('PROBE_INVALID', `a picture of ${size}`);
  if (Math.min(width, height) < minSide) return refuse('TOO_SMALL', `${size}, at least ${String(minSide)}`);
  if (Math.max(width, height) > maxSide || width * height > maxPixels)
    return refuse('TOO_LARGE', `${size}, at most ${String(maxPixels)} pixels`);
  return null;
}

/** The fastest phones film 960 pictures a second, and their clocks are a little off. What claims more is made to cost. */
const MAX_FPS = 970;

/** The packets: real length and count, not what the header claims. Null: within the limits. */
export function checkTiming(timing: TimingPlan, timeBase: VideoTrack['timeBase'], limits: UploadLimits): Refusal | null {
  if (timing.pictures === 0) return refuse('PROBE_INVALID', 'the picture track is empty');
  const durationMs = (timing.spanTicks * timeBase.num * 1000) / timeBase.den;
  if (durationMs > limits.maxDurationMs)
    return refuse('DURATION_EXCEEDED', `${String(Math.round(durationMs))} ms, at most ${String(limits.maxDurationMs)}`);
  if (timing.pictures > 1 && timing.pictures * 1000 > durationMs * MAX_FPS)
    return refuse('TOO_MANY_FRAMES', `${String(timing.pictures)} pictures in ${String(Math.round(durationMs))} ms`);
  if (timing.pictures > MAX_FRAMES) return refuse('TOO_MANY_FRAMES', `${String(timing.pictures)} pictures, at most ${String(MAX_FRAMES)}`);
  return null;
}

/** Fewer of the promised pictures than this are no video any more. A third leaves room for files that pack each field or layer apart. */
const LEAST_DECODED = 1 / 3;

/** What came out of the decoder. Null: enough to work with. */
export const checkDecoded = (decoded: number, timing: TimingPlan): Refusal | null =>
  decoded < timing.pictures * LEAST_DECODED
    ? refuse('PROBE_INVALID', `only ${String(decoded)} of ${String(timing.pictures)} pictures can be decoded`)
    : null;
