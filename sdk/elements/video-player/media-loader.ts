import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { frameIndex, type FrameIndexData } from '../../../domain/frames/frame-index.ts';
import type { Playback, Video, VideoAnalysisClient } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import { openPlayback, PlaybackLease } from '../../clock/lease.ts';
import type { MediaClock, Supply } from '../../clock/media-clock.ts';
import { PreviewWatch } from '../../clock/preview-watch.ts';
import { WatchedMedia } from '../../clock/watched-media.ts';
import { downloadMedia, type DownloadProgress } from '../../clock/media-download.ts';
import { absolute, storyboardOf, watchedAddresses } from './addresses.ts';
import type { Hands } from './hands.ts';
import { asProblem, unplayable, unpreparedVideo } from './load-problems.ts';
import type { LoadState } from './load-state.ts';
import { Storyboard } from './storyboard.ts';
import { NOTHING, type PlayerSource, type Wish } from './wish.ts';

export interface LoaderHost extends ReactiveControllerHost {
  /** The element that plays. */
  readonly media: HTMLVideoElement;
  readonly memoryLimitBytes: number;
  ready(video: Video | null): void;
  failed(problem: ApiProblem): void;
  /** Nobody works any more on the video whose preview was open: it has been replaced, or is closed. */
  processed(video: Video): void;
}

/** Brings media into the element: asks for a lease, fetches the clip, keeps the lease, and clears everything when that ends. */
export class MediaLoader implements ReactiveController {
  state: LoadState = { kind: 'empty' };
  /** The displayed picture in pixels; null until known. */
  size: { readonly width: number; readonly height: number } | null = null;
  readonly storyboard: Storyboard;
  readonly #host: LoaderHost;
  readonly #clock: MediaClock;
  readonly #hands: Hands;
  #life = new AbortController();
  #lease: PlaybackLease | undefined;
  #blobUrl: string | undefined;
  #streamed = false;
  #watched: WatchedMedia | null = null;
  /** After this error the element was given its source again. */
  #restored: MediaError | null = null;
  #preview: PreviewWatch | null = null;
  /** While the preview is being replaced. */
  #changing: Promise<void> | null = null;
  #wish = NOTHING;

  constructor(host: LoaderHost, clock: MediaClock, hands: Hands) {
    this.#host = host;
    this.#clock = clock;
    this.#hands = hands;
    this.storyboard = new Storyboard(() => host.requestUpdate());
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#wish = NOTHING;
    this.#close();
  }

  /** Opens what is wanted unless it is open already. */
  want(wish: Wish): void {
    const { source, videoId, client, delivery } = this.#wish;
    if (wish.source === source && wish.videoId === videoId && wish.client === client && wish.delivery === delivery) return;
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
    this.#preview?.stop();
    this.#preview = null;
    this.storyboard.close();
    this.#clock.unload();
    this.#watched?.destroy();
    this.#watched = null;
    this.#host.media.preload = 'auto';
    this.#host.media.removeAttribute('src');
    this.#host.media.load();
    if (this.#blobUrl) URL.revokeObjectURL(this.#blobUrl);
    this.#blobUrl = undefined;
    this.#streamed = false;
    this.#restored = null;
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
        reopened: (next) => void this.#moveTo(client, next),
        lost: (problem) => this.#fail(problem),
      });
      this.size = playback.sources.analysis;
      this.storyboard.moveTo(storyboardOf(client, playback));
      this.#become({ kind: 'loading', progress: null, poster: absolute(client, playback.poster) });
      this.#watched = await this.#watch(client, playback);
      signal.throwIfAborted();
      const url = this.#watched ? null : await this.#addressOf(client, playback, signal, this.#progressOf(client, playback));
      this.#blobUrl = url?.startsWith('blob:') ? url : undefined;
      await this.#play(url, playback.frameIndex, playback.video, signal);
      if (playback.isPreview) this.#preview = this.#watchPreview(client, videoId);
    });
  }

  /** Null: not over HLS, because nobody asked for it, or there is none. */
  async #watch(client: VideoAnalysisClient, playback: Playback): Promise<WatchedMedia | null> {
    const addresses = watchedAddresses(client, playback);
    if (this.#wish.delivery !== 'hls' || !addresses) return null;
    return WatchedMedia.open(this.#host.media, addresses, {
      renew: async () => this.#lease?.renew(),
      failed: (cause) => this.#fail(unplayable(cause)),
    });
  }

  /** The media element cannot go on. A lease that ran out looks like this too, so it is asked before giving up. */
  async mediaFailed(): Promise<void> {
    const { media } = this.#host;
    const { error, currentSrc } = media;
    if (error === null || (this.#watched && !this.#watched.isStill)) return;
    const isOverNetwork = this.state.kind === 'ready' && (this.#streamed || this.#watched !== null);
    if (isOverNetwork && this.#lease) await this.#lease.renew();
    if (media.error !== error) return;
    // A source that was refused is not asked for again by itself. One that was just given anew and fails at once is broken.
    const isBroken = this.#restored !== null || !isOverNetwork;
    this.#restored = error;
    if (isBroken || this.state.kind !== 'ready') this.#fail(unplayable(error));
    else {
      await this.#restart(currentSrc);
      if (media.error === null) this.#restored = null;
    }
  }

  async #addressOf(
    client: VideoAnalysisClient,
    { sources: { analysis } }: Playback,
    signal: AbortSignal,
    onProgress?: (progress: DownloadProgress) => void,
  ): Promise<string> {
    const url = absolute(client, analysis.url);
    // What has come over the network goes on so: the addresses before it may not live as long as a download.
    this.#streamed ||= analysis.sizeBytes > this.#host.memoryLimitBytes;
    return this.#streamed ? url : URL.createObjectURL(await downloadMedia(url, { signal, onProgress: onProgress ?? (() => undefined) }));
  }

  #progressOf(client: VideoAnalysisClient, { sources: { analysis }, poster }: Playback): (progress: DownloadProgress) => void {
    return ({ loadedBytes }) =>
      this.#become({
        kind: 'loading',
        progress: { loadedBytes, totalBytes: analysis.sizeBytes },
        poster: absolute(client, poster),
      });
  }

  /** @param url null: HLS has it. */
  async #play(url: string | null, data: FrameIndexData, video: Video | null, signal: AbortSignal): Promise<void> {
    const painted = this.#clock.load(frameIndex(data), video);
    if (url === null) this.#watched?.start();
    else this.#host.media.src = url;
    await painted;
    signal.throwIfAborted();
    this.#clock.supply = this.#supply();
    this.#become({ kind: 'ready' });
    this.#host.ready(video);
  }

  /** What comes over the network needs a living lease, also after a machine has slept. */
  #supply(): Supply | null {
    const watched = this.#watched;
    if (!watched && !this.#streamed) return null;
    return {
      still: () => this.checkLease().then(() => watched?.still()),
      moving: () => this.checkLease().then(() => watched?.moving()),
    };
  }

  /** New addresses, same media: it goes on at the frame where it was. */
  async #moveTo(client: VideoAnalysisClient, next: Playback): Promise<void> {
    this.storyboard.moveTo(storyboardOf(client, next));
    if (this.#preview && !next.isPreview) {
      this.#changing ??= this.#changeOver(client, next, this.#life.signal).finally(() => {
        this.#changing = null;
      });
      return;
    }
    const addresses = watchedAddresses(client, next);
    if (this.#watched && addresses) await this.#watched.moved(addresses);
    else if (this.#streamed && this.state.kind === 'ready') await this.#restart(absolute(client, next.sources.analysis.url));
  }

  #watchPreview(client: VideoAnalysisClient, videoId: string): PreviewWatch {
    return new PreviewWatch(client, videoId, {
      refused: async () => this.#lease?.renew(),
      settled: async (video) => {
        if (!video.isPlayable) return this.#unprepared(video);
        await this.#lease?.reopen();
        await this.#changing;
      },
    });
  }

  /**
   * The rendition whose frames the preview shows takes its place: in the background as far as it can be, and not under a hand that
   * scrubs or draws. What goes wrong before that leaves the preview as it is, until it is looked at again.
   */
  async #changeOver(client: VideoAnalysisClient, next: Playback, signal: AbortSignal): Promise<void> {
    const before = this.#blobUrl;
    const url = await this.#addressOf(client, next, signal).catch(() => null);
    if (url === null) return;
    await this.#hands.off();
    if (signal.aborted) return URL.revokeObjectURL(url);
    this.#preview?.stop();
    this.#preview = null;
    this.#blobUrl = url.startsWith('blob:') ? url : undefined;
    await this.#clock.exchange(frameIndex(next.frameIndex), next.video, () => {
      this.#host.media.src = url;
    });
    if (before !== undefined) URL.revokeObjectURL(before);
    if (signal.aborted) return;
    this.#clock.supply = this.#supply();
    this.#host.processed(next.video);
  }

  #unprepared(video: Video): void {
    this.#close({ kind: 'unprepared', video });
    this.#host.failed(new ApiProblem({ code: 'video.not_ready', status: 409 }));
    this.#host.processed(video);
  }

  async #restart(url: string): Promise<void> {
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
    if (problem.code === 'video.not_ready') void this.#explain(this.#wish, this.#life.signal);
  }

  /** Not ready yet and never to be are one code, and not one message. */
  async #explain({ client, videoId }: Wish, signal: AbortSignal): Promise<void> {
    const video = client && (await unpreparedVideo(client, videoId));
    if (video && !signal.aborted) this.#become({ kind: 'unprepared', video });
  }

  #become(state: LoadState): void {
    this.state = state;
    this.#host.requestUpdate();
  }
}
