import { isInMotion } from '../../domain/video/status.ts';
import type { Video } from '../client/client.ts';
import { ApiProblem } from '../client/problem.ts';
import type { UploadMemory } from './memory.ts';
import { Parallel } from './parallel.ts';
import { PartSender, refOf } from './part-sender.ts';
import { persist, type Line } from './persist.ts';
import { nextLookMs, probeDelayMs } from './policy.ts';
import { RateMeter } from './rate.ts';
import type { FileReading } from './reading.ts';
import type { Surroundings } from './surroundings.ts';
import type { OpenUpload, UploadParameters, UploadQuota, UploadWire } from './wire.ts';

/**
 * `waiting` is for the network to come back. `failed` has a `problem` when the upload failed, and a `video` with an `errorCode`
 * when the file arrived and could not be processed. `arrived` is the end for whoever may send a clip and not look at it afterwards.
 */
export type UploadPhase =
  'starting' | 'uploading' | 'waiting' | 'paused' | 'completing' | 'processing' | 'arrived' | 'ready' | 'failed' | 'cancelled';

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
  /** How much of its quota the tenant has used, this file counted in; null until it is told, and where there is none. */
  readonly quota: UploadQuota | null;
}

export interface UploadTools {
  readonly wire: UploadWire;
  readonly memory: UploadMemory;
  readonly world: Surroundings;
  readonly reading: FileReading;
}

/** What is known about the clip; ids, size, type and content are the upload's own business. */
export type ClipDetails = Omit<UploadParameters, 'clientUploadId' | 'sizeBytes' | 'contentType' | 'fingerprint'>;

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
  readonly #parallel = new Parallel();
  readonly #over = new AbortController();
  readonly #fingerprint: Promise<string>;
  #checksum: Promise<string> | undefined;
  #restoring: Promise<boolean> | undefined;
  #progress: UploadProgress;
  #clientUploadId: string | undefined;
  #opening: Promise<OpenUpload> | undefined;
  #run: AbortController | undefined;

  constructor(file: File, details: ClipDetails & { readonly contentType: string }, tools: UploadTools) {
    this.file = file;
    this.#details = details;
    this.#tools = tools;
    this.#fingerprint = tools.reading.fingerprint(file);
    // It is heard where it is needed.
    this.#fingerprint.catch(() => undefined);
    const nothingYet = { videoId: null, loadedBytes: 0, bytesPerSecond: null, secondsLeft: null, video: null, problem: null, quota: null };
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
    if (['completing', 'processing', 'arrived', 'ready', 'cancelled'].includes(this.#progress.phase)) return;
    this.#run?.abort();
    this.#over.abort();
    this.#change({ phase: 'cancelled', bytesPerSecond: null, secondsLeft: null });
    await this.#forget();
    // An opening that is under way is waited for: it may have reached the server.
    const upload = await this.#opening?.catch(() => undefined);
    if (!upload) return;
    const { wire, world } = this.#tools;
    // What cannot be removed now is removed by the server when the upload expires.
    const line = { ...world, restored: () => Promise.resolve(false) };
    await persist(() => wire.abort(refOf(upload)), line, new AbortController().signal).catch(() => undefined);
  }

  #start(): void {
    const run = new AbortController();
    this.#run = run;
    this.#restoring = undefined;
    this.#rate.reset();
    this.#change({ phase: 'starting', problem: null });
    this.#live(run.signal).catch((thrown: unknown) => {
      if (!run.signal.aborted) this.#change({ phase: 'failed', problem: ApiProblem.of(thrown), bytesPerSecond: null, secondsLeft: null });
    });
  }

  async #live(signal: AbortSignal): Promise<void> {
    const opened = await this.#open(signal);
    signal.throwIfAborted();
    this.#change({ videoId: opened.videoId, quota: opened.quota ?? null });
    if (opened.status === 'created' || opened.status === 'uploading') await this.#transfer(opened, signal);
    await this.#forget();
    await this.#watch(opened.videoId, signal);
  }

  async #forget(): Promise<void> {
    const fingerprint = await this.#fingerprint.catch(() => undefined);
    if (fingerprint !== undefined) await this.#tools.memory.forget(fingerprint);
  }

  /** The server, not memory, says how far an upload is: finding it there again is how it is resumed. */
  async #open(signal: AbortSignal): Promise<OpenUpload> {
    const { memory, world } = this.#tools;
    const fingerprint = await this.#fingerprint;
    this.#clientUploadId ??= await memory.recall(fingerprint);
    const known = (await this.#openAgain(fingerprint, signal)) ?? (await this.#openFromElsewhere(fingerprint, signal));
    signal.throwIfAborted();
    if (known) return known;
    this.#clientUploadId = world.newId();
    await memory.keep(fingerprint, this.#clientUploadId);
    return this.#openAs(this.#clientUploadId, fingerprint, signal);
  }

  /** The upload that this page or this browser remembers. */
  async #openAgain(fingerprint: string, signal: AbortSignal): Promise<OpenUpload | undefined> {
    if (this.#clientUploadId === undefined) return undefined;
    return stillOpen(this.#openAs(this.#clientUploadId, fingerprint, signal));
  }

  /** The same content, begun on another device or under another title. Never an upload that shows somebody else. */
  async #openFromElsewhere(fingerprint: string, signal: AbortSignal): Promise<OpenUpload | undefined> {
    const { memory, wire } = this.#tools;
    const line = this.#line(signal);
    const { items } = await persist(() => wire.openUploads(fingerprint, signal), line, signal);
    const isSame = ({ sizeBytes, playerId }: (typeof items)[number]): boolean =>
      sizeBytes === this.file.size && playerId === (this.#details.playerId ?? null);
    const found = items.find(isSame);
    if (!found) return undefined;
    this.#opening = persist(() => wire.look({ videoId: found.videoId, uploadId: found.id }, signal), line, signal);
    const upload = await stillOpen(this.#opening);
    if (upload) {
      this.#clientUploadId = undefined;
      await memory.keep(fingerprint, found.clientUploadId);
    }
    return upload;
  }

  #openAs(clientUploadId: string, fingerprint: string, signal: AbortSignal): Promise<OpenUpload> {
    const { wire } = this.#tools;
    const parameters = { ...this.#details, clientUploadId, fingerprint, sizeBytes: this.file.size };
    this.#opening = persist(() => wire.open(parameters), this.#line(signal), signal);
    return this.#opening;
  }

  async #transfer(opened: OpenUpload, signal: AbortSignal): Promise<void> {
    const { wire, world } = this.#tools;
    const line = this.#line(signal);
    const parallel = this.#parallel;
    const checksum = this.#readWhole();
    let upload = opened;
    for (let round = 1; ; round += 1) {
      this.#change({ phase: 'uploading' });
      const sender = new PartSender(wire, upload, this.file, {
        world: { ...world, ...line },
        parallel,
        signal,
        onProgress: (bytes) => this.#loaded(bytes),
      });
      const parts = await sender.send();
      signal.throwIfAborted();
      this.#change({ phase: 'completing', bytesPerSecond: null, secondsLeft: null });
      try {
        const proof = { parts, checksumSha256OfPieces: await checksum };
        const video = await persist(() => wire.complete(refOf(upload), proof, signal), line, signal);
        return this.#change({ video });
      } catch (thrown) {
        if (ApiProblem.of(thrown).code !== 'upload.parts_incomplete' || round >= MAX_ROUNDS) throw thrown;
        upload = await persist(() => wire.look(refOf(upload), signal), line, signal);
      }
    }
  }

  async #watch(videoId: string, signal: AbortSignal): Promise<void> {
    const { wire, world } = this.#tools;
    const line = this.#line(signal);
    this.#change({ phase: 'processing', loadedBytes: this.file.size });
    for (let delayMs = 0; ;) {
      await world.wait(delayMs, signal);
      await world.visible(signal);
      const video = await persist(() => wire.video(videoId, signal), line, signal).catch(unlessUnseen);
      if (!video) return this.#change({ phase: 'arrived' });
      const before = this.#progress.video;
      if (!isInMotion(video.status)) return this.#change({ phase: video.status === 'ready' ? 'ready' : 'failed', video });
      this.#change({ video });
      delayMs = nextLookMs(delayMs, before?.status !== video.status || before.progress !== video.progress);
    }
  }

  /** The checksum of the whole file, read once beside the sending, whatever is sent, paused or tried again. */
  #readWhole(): Promise<string> {
    this.#checksum ??= this.#tools.reading.checksumOfPieces(this.file, this.#over.signal).catch((thrown: unknown) => {
      this.#checksum = undefined;
      throw thrown;
    });
    this.#checksum.catch(() => undefined);
    return this.#checksum;
  }

  /** The network as this upload sees it: all that wait for it wait together, and it shows. */
  #line(signal: AbortSignal): Line {
    const { world } = this.#tools;
    const restored = (): Promise<boolean> => {
      const waiting = (this.#restoring ??= this.#restored(signal));
      const over = (): void => {
        if (this.#restoring === waiting) this.#restoring = undefined;
      };
      waiting.then(over, over);
      return waiting;
    };
    return { random: () => world.random(), wait: (ms, until) => world.wait(ms, until), restored };
  }

  /** A browser that says it is offline is believed; one that says it is online is asked for proof. */
  async #restored(signal: AbortSignal): Promise<boolean> {
    const { wire, world } = this.#tools;
    if (world.isOnline() && (await wire.reachable(signal))) return false;
    const { phase } = this.#progress;
    this.#rate.reset();
    this.#change({ phase: 'waiting', bytesPerSecond: null, secondsLeft: null });
    for (let probes = 1; ; probes += 1) {
      await world.online(signal);
      if (await wire.reachable(signal)) break;
      await world.wait(probeDelayMs(probes, world.random()), signal);
    }
    signal.throwIfAborted();
    if (this.#progress.phase === 'waiting') this.#change({ phase: phase === 'waiting' ? 'uploading' : phase });
    return true;
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

/** Nothing, where the upload that was found is of no use any more. */
async function stillOpen(opening: Promise<OpenUpload>): Promise<OpenUpload | undefined> {
  try {
    const upload = await opening;
    return isInMotion(upload.status) || upload.status === 'ready' ? upload : undefined;
  } catch (thrown) {
    if (STALE.includes(ApiProblem.of(thrown).code)) return undefined;
    throw thrown;
  }
}

/** Somebody may send a clip without the right to look at it afterwards, as by a link: then its arrival is the end. */
const unlessUnseen = (thrown: unknown): undefined => {
  if (ApiProblem.of(thrown).status !== 403) throw thrown;
};
