import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { frameIndex, type FrameIndexData } from '../../../domain/frames/frame-index.ts';
import type { Playback, Video, VideoAnalysisClient } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import { openPlayback, PlaybackLease } from '../../clock/lease.ts';
import type { MediaClock } from '../../clock/media-clock.ts';
import { downloadMedia, DownloadRefused, type DownloadProgress } from '../../clock/media-download.ts';

/** Media that the host has itself, with the frame index that belongs to exactly this file. */
export interface PlayerSource {
  readonly url: string;
  readonly frameIndex: FrameIndexData;
  readonly width: number;
  readonly height: number;
}

export type LoadState =
  | { readonly kind: 'empty' | 'ready' }
  | { readonly kind: 'loading'; readonly progress: DownloadProgress | null; readonly poster: string | null }
  | { readonly kind: 'failed' | 'noAccess'; readonly problem: ApiProblem };

export interface LoaderHost extends ReactiveControllerHost {
  /** The element that plays. */
  readonly media: HTMLVideoElement;
  readonly memoryLimitBytes: number;
  ready(video: Video | null): void;
  failed(problem: ApiProblem): void;
}

/** What the host would like to see. A source goes before a video. */
export interface Wish {
  readonly source: PlayerSource | null;
  readonly videoId: string;
  readonly client: VideoAnalysisClient | undefined;
}

const NOTHING: Wish = { source: null, videoId: '', client: undefined };

/** Brings media into the element: asks for a lease, fetches the clip, keeps the lease, and clears everything when that ends. */
export class MediaLoader implements ReactiveController {
  state: LoadState = { kind: 'empty' };
  /** The displayed picture in pixels; null until known. */
  size: { readonly width: number; readonly height: number } | null = null;
  readonly #host: LoaderHost;
  readonly #clock: MediaClock;
  #life = new AbortController();
  #lease: PlaybackLease | undefined;
  #blobUrl: string | undefined;
  #streamed = false;
  #wish = NOTHING;

  constructor(host: LoaderHost, clock: MediaClock) {
    this.#host = host;
    this.#clock = clock;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#wish = NOTHING;
    this.#close();
  }

  /** Opens what is wanted unless it is open already. */
  want(wish: Wish): void {
    const { source, videoId, client } = this.#wish;
    if (wish.source === source && wish.videoId === videoId && wish.client === client) return;
    this.#wish = wish;
    this.retry();
  }

  retry(): void {
    const { source, videoId, client } = this.#wish;
    if (source) void this.#openSource(source);
    else if (videoId !== '' && client) void this.#openVideo(videoId, client);
    else this.#close();
  }

  /** Before playing on: the lease may have run out while the machine slept. */
  async checkLease(): Promise<void> {
    await this.#lease?.check();
  }

  /** Takes everything of the video away. */
  #close(state: LoadState = { kind: 'empty' }): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#lease?.stop();
    this.#lease = undefined;
    this.#clock.unload();
    this.#host.media.removeAttribute('src');
    this.#host.media.load();
    if (this.#blobUrl) URL.revokeObjectURL(this.#blobUrl);
    this.#blobUrl = undefined;
    this.#streamed = false;
    this.size = null;
    this.#become(state);
  }

  async #openSource(source: PlayerSource): Promise<void> {
    this.#close({ kind: 'loading', progress: null, poster: null });
    this.size = source;
    await this.#attempt(this.#life.signal, () => this.#play(source.url, source.frameIndex, null, this.#life.signal));
  }

  async #openVideo(videoId: string, client: VideoAnalysisClient): Promise<void> {
    this.#close({ kind: 'loading', progress: null, poster: null });
    const { signal } = this.#life;
    await this.#attempt(signal, async () => {
      const playback = await openPlayback(client, videoId);
      signal.throwIfAborted();
      this.#lease = new PlaybackLease(client, playback, {
        reopened: (next) => void this.#moveTo(absolute(client, next.sources.analysis.url)),
        lost: (problem) => this.#fail(problem),
      });
      this.size = playback.sources.analysis;
      this.#become({ kind: 'loading', progress: null, poster: absolute(client, playback.poster) });
      await this.#play(await this.#addressOf(client, playback, signal), playback.frameIndex, playback.video, signal);
    });
  }

  /** The media element cannot go on. A lease that ran out looks like this too, so it is asked before giving up. */
  async mediaFailed(): Promise<void> {
    const { error } = this.#host.media;
    const wasReady = this.state.kind === 'ready';
    if (wasReady && this.#streamed && this.#lease) await this.#lease.renew();
    if (this.#host.media.error !== null && this.#host.media.error === error) this.#fail(unplayable(error));
  }

  async #addressOf(client: VideoAnalysisClient, { sources: { analysis }, poster }: Playback, signal: AbortSignal): Promise<string> {
    const url = absolute(client, analysis.url);
    if (analysis.sizeBytes > this.#host.memoryLimitBytes) {
      this.#streamed = true;
      return url;
    }
    const onProgress = ({ loadedBytes }: DownloadProgress) =>
      this.#become({
        kind: 'loading',
        progress: { loadedBytes, totalBytes: analysis.sizeBytes },
        poster: absolute(client, poster),
      });
    const blob = await downloadMedia(url, { signal, onProgress });
    this.#blobUrl = URL.createObjectURL(blob);
    return this.#blobUrl;
  }

  async #play(url: string, data: FrameIndexData, video: Video | null, signal: AbortSignal): Promise<void> {
    const painted = this.#clock.load(frameIndex(data), video);
    this.#host.media.src = url;
    await painted;
    signal.throwIfAborted();
    this.#become({ kind: 'ready' });
    this.#host.ready(video);
  }

  /** New address, same media: it goes on at the frame where it was. */
  async #moveTo(url: string): Promise<void> {
    if (!this.#streamed || this.state.kind !== 'ready') return;
    const { now } = this.#clock;
    this.#host.media.src = url;
    await this.#clock.seek(now.frame);
    if (now.playing) await this.#clock.play();
  }

  async #attempt(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (reason) {
      // Another video was opened meanwhile, or the element left the page.
      if (!signal.aborted) this.#fail(asProblem(reason));
    }
  }

  #fail(problem: ApiProblem): void {
    this.#close({ kind: problem.status === 401 || problem.status === 403 ? 'noAccess' : 'failed', problem });
    this.#host.failed(problem);
  }

  #become(state: LoadState): void {
    this.state = state;
    this.#host.requestUpdate();
  }
}

const absolute = (client: VideoAnalysisClient, url: string): string => new URL(url, `${client.endpoint}/`).href;

const unplayable = (cause: unknown): ApiProblem => new ApiProblem({ code: 'media.unplayable', status: 0 }, { cause });

const asProblem = (reason: unknown): ApiProblem => {
  if (reason instanceof DownloadRefused) return new ApiProblem({ code: 'playback.expired', status: reason.status }, { cause: reason });
  // fetch() has one error for everything that kept an answer from arriving.
  if (reason instanceof TypeError) return new ApiProblem({ code: 'network.unreachable', status: 0 }, { cause: reason });
  if (reason instanceof RangeError) return unplayable(reason);
  return ApiProblem.of(reason);
};
