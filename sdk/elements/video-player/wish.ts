import type { FrameIndexData } from '../../../domain/frames/frame-index.ts';
import type { VideoAnalysisClient } from '../../client/client.ts';

/** Media that the host has itself, with the frame index that belongs to exactly this file. */
export interface PlayerSource {
  readonly url: string;
  readonly frameIndex: FrameIndexData;
  readonly width: number;
  readonly height: number;
}

/**
 * How the media travels. `analysis`: the rendition that frames are counted in, from memory or over the network. `hls`: what plays comes
 * over HLS, where there is one; steps are still taken on the analysis rendition. `auto` is `analysis` today.
 */
export type Delivery = 'auto' | 'analysis' | 'hls';

/** What the host would like to see. A source goes before a video. */
export interface Wish {
  readonly source: PlayerSource | null;
  readonly videoId: string;
  readonly client: VideoAnalysisClient | undefined;
  readonly delivery: Delivery;
}

export const NOTHING: Wish = { source: null, videoId: '', client: undefined, delivery: 'auto' };
