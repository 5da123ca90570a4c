import { isInMotion } from '../../domain/video/status.ts';
import type { Video } from '../client/client.ts';
import { ApiProblem } from '../client/problem.ts';
import { fingerprintOf, type UploadMemory } from './memory.ts';
import { PartSender, refOf } from './part-sender.ts';
import { persist } from './persist.ts';
import { nextLookMs } from './policy.ts';
import { RateMeter } from './rate.ts';
import type { Surroundings } from './surroundings.ts';
import type { OpenUpload, UploadParameters, UploadWire } from './wire.ts';

/**
 * `waiting` is for the network to come back. `failed` has a `problem` when the upload failed, and a `video` with an `errorCode`
 * when the file arrived and could not be processed.
 */
export type UploadPhase = 'starting' | 'uploading' | 'waiting' | 'paused' | 'completing' | 'processing' | 'ready' | 'failed' | 'cancelled';

export interface UploadProgress {
  readonly phase: UploadPhase;
  /** Null until the server knows of it. */
  readonly videoId: string | null;
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** Null while it cannot be told. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** From `processing` on. */
  readonly video: Video | null;
  readonly problem: ApiProblem | null;
}

export interface UploadTools {
  readonly wire: UploadWire;
  readonly memory: UploadMemory;
  readonly world: Surroundings;
}

/** What is known about the clip; the id, size and type are the upload's own business. */
export type ClipDetails = Omit<UploadParameters, 'clientUploadId' | 'sizeBytes' | 'contentType'>;

/** The remembered upload is of no use any more: begin another. */
const STALE = ['upload.lost', 'upload.not_open', 'upload.parameters_differ', 'video.not_found', 'access.denied'];

/** How often missing parts are looked for after the server found some missing at the end. */
const MAX_ROUNDS = 3;

/** The life of one file on its way to a video that can be played. Starts at once. */
export class Upload {
  readonly file: File;
  readonly #tools: UploadTools;
  readonly #details: ClipDetails & { readonly contentType: string };
  readonly #listeners = new Set<() => void>();
  readonly #rate = new RateMeter();
  #progress: UploadProgress;
  #clientUploadId: string | undefined;
  #opening: Promise<OpenUpload> | undefined;
  #run: AbortController | undefined;

  constructor(file: File, details: ClipDetails & { readonly contentType: string }, tools: UploadTools) {
    this.file = file;
    this.#details = details;
    this.#tools = tools;
    const nothingYet = { videoId: null, loadedBytes: 0, bytesPerSecond: null, secondsLeft: null, video: null, problem: null };
    this.#progress = { phase: 'starting', totalBytes: file.size, ...nothingYet };
    this.#start();
  }

  get progress(): UploadProgress {
    return this.#progress;
  }

  /** Calls the listener after every change of `progress`. Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops sending. What has arrived stays; a part in mid-air is sent again later. */
  pause(): void {
    if (!['starting', 'uploading', 'waiting'].includes(this.#progress.phase)) return;
    this.#run?.abort();
    this.#change({ phase: 'paused', bytesPerSecond: null, secondsLeft: null });
  }

  /** Goes on after a pause. */
  resume(): void {
    if (this.#progress.phase === 'paused') this.#start();
  }

  /** Tries again after a failure of the upload. What has arrived is not sent twice. */
  retry(): void {
    if (this.#progress.phase === 'failed' && this.#progress.problem) this.#start();
  }

  /** Gives the upload up and removes what has arrived. Too late once the file is complete. */
  async cancel(): Promise<void> {
    if (['completing', 'processing', 'ready', 'cancelled'].includes(this.#progress.phase)) return;
    this.#run?.abort();
    this.#change({ phase: 'cancelled', bytesPerSecond: null, secondsLeft: null });
    await this.#tools.memory.forget(fingerprintOf(this.file));
    // An opening that is under way is waited for: it may have reached the server.
    const upload = await this.#opening?.catch(() => undefined);
    if (!upload) return;
    const { wire, world } = this.#tools;
    // What cannot be removed now is removed by the server when the upload expires.
    await persist(() => wire.abort(refOf(upload)), world, new AbortController().signal).catch(() => undefined);
  }

  #start(): void {
    const run = new AbortController();
    this.#run = run;
    this.#rate.reset();
    this.#change({ phase: 'starting', problem: null });
    this.#live(run.signal).catch((thrown: unknown) => {
      if (!run.signal.aborted) this.#change({ phase: 'failed', problem: ApiProblem.of(thrown), bytesPerSecond: null, secondsLeft: null });
    });
  }

  async #live(signal: AbortSignal): Promise<void> {
    const opened = await this.#open(signal);
    signal.throwIfAborted();
    this.#change({ videoId: opened.videoId });
    if (opened.status === 'created' || opened.status === 'uploading') await this.#transfer(opened, signal);
    await this.#tools.memory.forget(fingerprintOf(this.file));
    await this.#watch(opened.videoId, signal);
  }

  /** The server, not memory, says how far an upload is: opening it again under the same id is how it is resumed. */
  async #open(signal: AbortSignal): Promise<OpenUpload> {
    const { memory, world } = this.#tools;
    const fingerprint = fingerprintOf(this.file);
    this.#clientUploadId ??= await memory.recall(fingerprint);
    if (this.#clientUploadId !== undefined) {
      const found = await this.#openAs(this.#clientUploadId, signal).catch((thrown: unknown) => {
        if (STALE.includes(ApiProblem.of(thrown).code)) return undefined;
        throw thrown;
      });
      if (found && (isInMotion(found.status) || found.status === 'ready')) return found;
    }
    signal.throwIfAborted();
    this.#clientUploadId = world.newId();
    await memory.keep(fingerprint, this.#clientUploadId);
    return this.#openAs(this.#clientUploadId, signal);
  }

  #openAs(clientUploadId: string, signal: AbortSignal): Promise<OpenUpload> {
    const { wire } = this.#tools;
    const parameters = { ...this.#details, clientUploadId, sizeBytes: this.file.size };
    this.#opening = persist(() => wire.open(parameters), this.#patient(signal), signal);
    return this.#opening;
  }

  async #transfer(opened: OpenUpload, signal: AbortSignal): Promise<void> {
    const { wire } = this.#tools;
    const world = this.#patient(signal);
    let upload = opened;
    for (let round = 1; ; round += 1) {
      this.#change({ phase: 'uploading' });
      const sender = new PartSender(wire, upload, this.file, { world, signal, onProgress: (bytes) => this.#loaded(bytes) });
      const parts = await sender.send();
      signal.throwIfAborted();
      this.#change({ phase: 'completing', bytesPerSecond: null, secondsLeft: null });
      try {
        const video = await persist(() => wire.complete(refOf(upload), parts, signal), world, signal);
        return this.#change({ video });
      } catch (thrown) {
        if (ApiProblem.of(thrown).code !== 'upload.parts_incomplete' || round >= MAX_ROUNDS) throw thrown;
        upload = await persist(() => wire.look(refOf(upload), signal), world, signal);
      }
    }
  }

  async #watch(videoId: string, signal: AbortSignal): Promise<void> {
    const { wire, world } = this.#tools;
    this.#change({ phase: 'processing', loadedBytes: this.file.size });
    for (let delayMs = 0; ;) {
      await world.wait(delayMs, signal);
      await world.visible(signal);
      const video = await persist(() => wire.video(videoId, signal), world, signal);
      const before = this.#progress.video;
      if (!isInMotion(video.status)) return this.#change({ phase: video.status === 'ready' ? 'ready' : 'failed', video });
      this.#change({ video });
      delayMs = nextLookMs(delayMs, before?.status !== video.status || before.progress !== video.progress);
    }
  }

  /** The world as this upload sees it: waiting for the network shows. */
  #patient(signal: AbortSignal): Surroundings {
    const { world } = this.#tools;
    return {
      ...world,
      online: async (until) => {
        if (world.isOnline()) return;
        const { phase } = this.#progress;
        this.#rate.reset();
        this.#change({ phase: 'waiting', bytesPerSecond: null, secondsLeft: null });
        await world.online(until);
        if (!signal.aborted && this.#progress.phase === 'waiting') this.#change({ phase: phase === 'waiting' ? 'uploading' : phase });
      },
    };
  }

  #loaded(loadedBytes: number): void {
    this.#rate.note(loadedBytes, this.#tools.world.now());
    const { bytesPerSecond } = this.#rate;
    const left = this.file.size - loadedBytes;
    this.#change({ loadedBytes, bytesPerSecond, secondsLeft: bytesPerSecond ? left / bytesPerSecond : null });
  }

  #change(change: Partial<UploadProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
