import type { components } from '../../domain/generated/openapi.ts';
import type { OpenedPlayback, PlaybackLeases } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';
import { toVideo } from './video.view.ts';

type Schemas = DeepReadonly<components['schemas']>;

export function toPlayback(opened: OpenedPlayback, publicUrl: string): Schemas['Playback'] {
  const { policyVersion, leaseId, expiresAt, renewAfterSeconds, video, analysis, posterFileName, frameIndex } = opened;
  const { hlsFileName, storyboardFileName, waveformFileName } = opened;
  const under = (name: string): string => `${publicUrl}/api/v1/play/${leaseId}/${name}`;
  const { fileName, type, sizeBytes, width, height } = analysis;
  return {
    policyVersion,
    expiresAt: expiresAt.toISOString(),
    renewUrl: under('renew'),
    renewAfterSeconds,
    sources: {
      analysis: { url: under(fileName), type, sizeBytes, width, height },
      ...(hlsFileName !== null && { hls: { url: under(hlsFileName), type: 'application/vnd.apple.mpegurl' } }),
    },
    poster: under(posterFileName),
    ...(storyboardFileName !== null && { storyboard: under(storyboardFileName) }),
    ...(waveformFileName !== null && { waveform: under(waveformFileName) }),
    isPreview: opened.isPreview,
    frameIndex: { version: frameIndex.version, timebase: frameIndex.timebase, startTicks: frameIndex.startTicks, runs: frameIndex.runs },
    video: toVideo(video),
  };
}

type Renewed = Awaited<ReturnType<PlaybackLeases['renew']>>;

export const toRenewal = ({ policyVersion, expiresAt, renewAfterSeconds }: Renewed): Schemas['PlaybackRenewal'] => ({
  policyVersion,
  expiresAt: expiresAt.toISOString(),
  renewAfterSeconds,
});
