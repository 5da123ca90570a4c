import { existsSync } from 'node:fs';
import type { AnalysisPlan } from './analysis-args.ts';
import { runFfmpeg } from './ffmpeg.ts';
import type { ProbeRun } from './ffprobe.ts';
import { probePreview } from './ffprobe.ts';
import type { FrameFacts } from './frame-index.ts';
import { indexFrames } from './frame-index.ts';
import { MediaError } from './media-error.ts';
import type { PreviewOutputs, PreviewProbe } from './preview-args.ts';
import { previewArgs } from './preview-args.ts';
import type { VideoTrack } from './source-facts.ts';
import type { MediaTools } from './tools.ts';

export interface PreviewJob {
  readonly source: string;
  readonly workspace: string;
  readonly tools: MediaTools;
  readonly signal: AbortSignal;
  readonly plan: AnalysisPlan;
  readonly track: VideoTrack;
  /** When each picture of the source is shown, in its own ticks. */
  readonly sourceTimes: readonly number[];
  readonly outputs: PreviewOutputs;
  readonly probe: ProbeRun;
}

/** A copy moves as fast as the disk; what takes longer is no longer instant. */
const TIMEOUT_MS = 60_000;

/**
 * Copies a source that `isPlayableAsItIs` into a file that may be shown. Null: it did not come out as the analysis rendition will,
 * and there is no preview.
 * @throws signal.reason when aborted.
 */
export async function makePreview(job: PreviewJob): Promise<FrameFacts | null> {
  const { plan, track, outputs, signal } = job;
  try {
    await runFfmpeg(previewArgs(plan, outputs), {
      ...job.tools,
      ...{ reads: [job.source], writes: job.workspace, signal, timeoutMs: TIMEOUT_MS, expectedFrames: plan.timing.pictures },
    });
    const probe = await probePreview(outputs.video, job.probe);
    if (previewFault(plan, job.sourceTimes, probe) !== null || !existsSync(outputs.poster)) return null;
    return indexFrames(probe.packets, { num: plan.ticksPerSecond, den: 1 }, { track, timing: plan.timing, startTicks: plan.startTicks });
  } catch (error) {
    // A source that cannot be copied may still be decoded: the encode decides what becomes of it.
    if (error instanceof MediaError && !signal.aborted) return null;
    throw error;
  }
}

/** The encoder of the sound needs a little run-up, which every player leaves out. Anything longer was meant to be cut. */
const RUN_UP_SECONDS = 0.1;

/** As ffprobe names them. The others are for studios: lossless pictures are 4:2:0 too, and no browser shows them. */
const PLAYABLE_PROFILES: ReadonlySet<string> = new Set(['Baseline', 'Constrained Baseline', 'Main', 'High', 'Constrained High']);

/** Why a copy may not be shown in place of the analysis rendition. Null: frame by frame it is the same. */
export function previewFault(
  { startTicks, video, ticksPerSecond }: Pick<AnalysisPlan, 'startTicks' | 'video' | 'ticksPerSecond'>,
  sourceTimes: readonly number[],
  { packets, profile, isMirrored, hasOpenGroups, soundBefore }: PreviewProbe,
): string | null {
  const ratio = (video.timeBase.num * ticksPerSecond) / video.timeBase.den;
  const expected = new Set(sourceTimes.map((time) => Math.round((time - startTicks) * ratio)));
  const times = new Set(packets.map(({ pts }) => pts));
  if (packets.length !== sourceTimes.length || times.size !== expected.size) return 'pictures were lost or added';
  if (packets.some(({ pts, isDiscarded }) => pts === null || isDiscarded || !expected.has(pts))) return 'pictures were moved';
  if (!PLAYABLE_PROFILES.has(profile)) return 'browsers have no decoder for the profile';
  if (isMirrored) return 'the picture is mirrored';
  // Chromium never ends a seek into a group that needs the one before
  if (hasOpenGroups) return 'groups are open';
  if (soundBefore > RUN_UP_SECONDS) return 'the sound begins before the picture';
  return null;
}
