import type { PlaybackLeases } from '../services/contracts.ts';
import type { Handlers } from './operation.ts';
import { toPlayback, toRenewal } from './playback.view.ts';

export const playbackRoutes = (
  playback: PlaybackLeases,
  publicUrl: string,
): Pick<Handlers, 'openPlayback' | 'renewPlayback' | 'streamPlaybackFile'> => ({
  async openPlayback({ tenant, path }) {
    return { status: 200, body: toPlayback(await playback.open(tenant, path.videoId), publicUrl) };
  },

  async renewPlayback({ tenant, path }) {
    return { status: 200, body: toRenewal(await playback.renew(tenant, path.leaseId)) };
  },

  async streamPlaybackFile({ path, headers }) {
    const wanted = { range: headers.range ?? null, ifRange: headers['if-range'] ?? null, ifNoneMatch: headers['if-none-match'] ?? null };
    return { media: await playback.file(path.leaseId, path.fileName, wanted) };
  },
});
