import type { Playback, VideoAnalysisClient } from '../../client/client.ts';
import type { WatchedAddresses } from '../../clock/watched-media.ts';

/** An address of an answer, which may be relative to the API. */
export const absolute = (client: VideoAnalysisClient, url: string): string => new URL(url, `${client.endpoint}/`).href;

/** Null: there is no HLS. */
export const watchedAddresses = (client: VideoAnalysisClient, { sources: { analysis, hls } }: Playback): WatchedAddresses | null =>
  hls ? { analysis: absolute(client, analysis.url), hls: absolute(client, hls.url) } : null;

export const storyboardOf = (client: VideoAnalysisClient, { storyboard }: Playback): string | null =>
  storyboard === undefined ? null : absolute(client, storyboard);
