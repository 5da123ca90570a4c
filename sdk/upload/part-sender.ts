import { ApiProblem } from '../client/problem.ts';
import type { Parallel } from './parallel.ts';
import { persist, type Line } from './persist.ts';
import { addressesAreOld, isPassing, MAX_ATTEMPTS, needsNewAddress } from './policy.ts';
import type { Surroundings } from './surroundings.ts';
import type { CompletedParts, MissingPart, OpenUpload, UploadWire } from './wire.ts';

export interface SendOptions {
  readonly world: Surroundings & Line;
  readonly parallel: Parallel;
  readonly signal: AbortSignal;
  /** Bytes of the whole file that have arrived or left so far; falls when a part has to be sent again. */
  readonly onProgress: (loadedBytes: number) => void;
}

/** Sends the missing parts of one upload, several at a time, and knows what each part's address and ETag are. */
export class PartSender {
  readonly #wire: UploadWire;
  readonly #file: Blob;
  readonly #world: Surroundings & Line;
  readonly #parallel: Parallel;
  readonly #onProgress: (loadedBytes: number) => void;
  /** Ends with the caller's signal, or with the first part that fails for good. */
  readonly #signal: AbortSignal;
  readonly #giveUp = new AbortController();
  readonly #loaded = new Map<number, number>();
  /** Parts that left whole and whose answer got lost: they may have arrived. */
  readonly #doubtful = new Set<number>();
  #upload: OpenUpload;
  #looking: Promise<OpenUpload> | undefined;
  /** Called when there is room for more parts although none has arrived. */
  #wake: () => void = () => undefined;

  constructor(wire: UploadWire, upload: OpenUpload, file: Blob, { world, parallel, signal, onProgress }: SendOptions) {
    this.#wire = wire;
    this.#upload = upload;
    this.#file = file;
    this.#world = world;
    this.#parallel = parallel;
    this.#onProgress = onProgress;
    this.#signal = AbortSignal.any([signal, this.#giveUp.signal]);
  }

  /** Resolves with every part of the file once all have arrived. @throws ApiProblem, or AbortError when the signal said so. */
  async send(): Promise<CompletedParts> {
    for (const { partNumber, sizeBytes } of this.#upload.storedParts) this.#loaded.set(partNumber, sizeBytes);
    this.#report();
    const etags = new Map<number, string | undefined>();
    await this.#sendAll([...this.#upload.missingParts], etags);
    for (const { partNumber, etag } of this.#upload.storedParts) etags.set(partNumber, etag);
    if ([...etags.values()].includes(undefined)) return completed(await this.#look());
    return [...etags].map(([partNumber, etag]) => ({ partNumber, etag: etag ?? '' })).sort((a, b) => a.partNumber - b.partNumber);
  }

  /** Keeps as many parts on their way as the line is worth at that moment. */
  async #sendAll(queue: MissingPart[], etags: Map<number, string | undefined>): Promise<void> {
    const travelling = new Set<Promise<void>>();
    const sendNext = (part: MissingPart): void => {
      const sending = this.#sendOne(part)
        .then((etag) => void etags.set(part.partNumber, etag))
        .finally(() => travelling.delete(sending));
      travelling.add(sending);
    };
    this.#parallel.begin(this.#world.now());
    try {
      while (queue.length > 0 || travelling.size > 0) {
        while (travelling.size < this.#parallel.limit && queue.length > 0) queue.splice(0, 1).forEach(sendNext);
        await Promise.race([...travelling, new Promise<void>((resolve) => (this.#wake = resolve))]);
      }
    } catch (thrown) {
      // The others must be still before anybody starts again.
      this.#giveUp.abort();
      await Promise.allSettled(travelling);
      throw thrown;
    }
  }

  async #sendOne(part: MissingPart): Promise<string | undefined> {
    for (let refusals = 0; ; refusals += 1) {
      this.#signal.throwIfAborted();
      if (refusals > 0 || addressesAreOld(this.#upload.expiresAt, this.#world.now())) await this.#look();
      const stored = this.#upload.storedParts.find(({ partNumber }) => partNumber === part.partNumber);
      if (stored) return this.#note(part.partNumber, stored.sizeBytes, stored.etag);
      try {
        return await persist(() => this.#put(part), this.#world, this.#signal);
      } catch (thrown) {
        if (!needsNewAddress(ApiProblem.of(thrown)) || refusals >= MAX_ATTEMPTS) throw thrown;
        await this.#world.wait(refusals * 500, this.#signal);
      }
    }
  }

  async #put({ partNumber, offsetBytes, sizeBytes }: MissingPart): Promise<string | undefined> {
    if (this.#doubtful.delete(partNumber)) {
      const { storedParts } = await this.#look();
      const stored = storedParts.find((part) => part.partNumber === partNumber);
      if (stored) return this.#note(partNumber, stored.sizeBytes, stored.etag);
    }
    const url = this.#upload.missingParts.find((missing) => missing.partNumber === partNumber)?.url ?? '';
    this.#note(partNumber, 0);
    const bytes = this.#file.slice(offsetBytes, offsetBytes + sizeBytes);
    const departure = this.#parallel.leaves(this.#world.now());
    const onProgress = (sent: number): void => {
      this.#note(partNumber, sent);
      if (this.#parallel.moved(departure, sent, this.#world.now())) this.#wake();
    };
    try {
      const etag = await this.#wire.put(url, bytes, { signal: this.#signal, onProgress });
      this.#parallel.arrived(departure, sizeBytes, this.#world.now());
      return this.#note(partNumber, sizeBytes, etag);
    } catch (thrown) {
      if (isPassing(ApiProblem.of(thrown))) this.#parallel.troubled(this.#world.now());
      if (this.#loaded.get(partNumber) === sizeBytes) this.#doubtful.add(partNumber);
      this.#note(partNumber, 0);
      throw thrown;
    }
  }

  /** Asks the store once for all lanes that need to know. */
  #look(): Promise<OpenUpload> {
    this.#looking ??= persist(() => this.#wire.look(refOf(this.#upload), this.#signal), this.#world, this.#signal)
      .then((upload) => (this.#upload = upload))
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  #note(partNumber: number, bytes: number, etag?: string): string | undefined {
    this.#loaded.set(partNumber, bytes);
    this.#report();
    return etag;
  }

  #report(): void {
    if (!this.#signal.aborted) this.#onProgress([...this.#loaded.values()].reduce((sum, bytes) => sum + bytes, 0));
  }
}

export const refOf = ({ videoId, uploadId }: OpenUpload): { videoId: string; uploadId: string } => ({ videoId, uploadId });

const completed = ({ storedParts }: OpenUpload): CompletedParts => storedParts.map(({ partNumber, etag }) => ({ partNumber, etag }));
