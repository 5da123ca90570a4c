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

  // The bytes under a lease never change, so an `If-Range` of this address always holds and need not be compared.
  async streamPlaybackFile({ path, headers }) {
    return { media: await playback.file(path.leaseId, path.fileName, headers.range ?? null) };
  },
});
