import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { VideoAnalysisClient } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import { emit } from '../../events.ts';
import { checkVideo, type ClipCheck } from '../../upload/check-video.ts';
import { mustBeUploadable } from '../../upload/file-check.ts';
import { titleOf, uploadVideo } from '../../upload/upload-video.ts';
import type { ClipDetails, Upload, UploadPhase } from '../../upload/upload.ts';
import type { UploadQuota } from '../../upload/wire.ts';
import { WakeLock } from './wake-lock.ts';

/** `staged` files wait for a person, `queued` ones for the files before them. */
export type EntryPhase = 'staged' | 'queued' | UploadPhase;

/** One chosen file. */
export interface Entry {
  readonly file: File;
  /** Lower goes first. */
  readonly turn: number;
  title: string;
  phase: EntryPhase;
  upload: Upload | null;
  /** Why the file is not sent at all, or why its upload failed. */
  problem: ApiProblem | null;
  /** What is known of the file before its first byte; null until it has been looked at. */
  check: ClipCheck | null;
  /** The title of an entry above with the same content. */
  sameAs: string | null;
}

/** The same file in one list. What it contains is only known once it has been read. */
const identityOf = ({ name, size, lastModified }: File): string => [name, size, lastModified].join('|');

/** More files than this at a time only make each of them slower. */
const FILES_AT_ONCE = 2;
const TRANSFERRING: readonly EntryPhase[] = ['starting', 'uploading', 'waiting', 'completing'];
const OVER: readonly EntryPhase[] = ['arrived', 'ready', 'failed', 'cancelled'];

interface QueueListener {
  /** An entry has entered another phase, or has been looked at. */
  onPhase(entry: Entry): void;
  /** How much of its quota the tenant has used, whenever an answer may have told of it. */
  onQuota(quota: UploadQuota | null): void;
}

/** The files of one uploader: which are staged, which are on their way, and what the host page is told about them. */
export class UploadQueue implements ReactiveController {
  #entries: readonly Entry[] = [];
  #turns = 0;
  #send: ((entry: Entry) => Upload) | undefined;
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #listener: QueueListener;
  readonly #awake = new WakeLock();
  #checking: Promise<void> = Promise.resolve();

  constructor(host: ReactiveControllerHost & HTMLElement, listener: QueueListener) {
    this.#host = host;
    this.#listener = listener;
    host.addController(this);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get staged(): readonly Entry[] {
    return this.#entries.filter(({ phase }) => phase === 'staged');
  }

  /** Uploads go on when the element leaves the page: a view that changes is no reason to lose them. */
  hostDisconnected(): void {
    this.#awake.release();
  }

  hostConnected(): void {
    this.#keepAwake();
  }

  /** Takes files in. What can never be uploaded is refused here, before its first byte; a file that is already here is left out. */
  add(files: Iterable<File>, client: VideoAnalysisClient | undefined): void {
    const known = new Set(this.#entries.filter(({ phase }) => !OVER.includes(phase)).map(({ file }) => identityOf(file)));
    const fresh = [...files].filter((file) => !known.has(identityOf(file))).map((file) => entryOf(file, (this.#turns += 1)));
    this.#entries = [...fresh, ...this.#entries];
    this.#host.requestUpdate();
    for (const entry of fresh)
      if (entry.problem) this.#listener.onPhase(entry);
      // One after the other: ten films read at once are slower than one by one.
      else if (client) this.#checking = this.#checking.then(() => this.#check(entry, client));
  }

  async #check(entry: Entry, client: VideoAnalysisClient): Promise<void> {
    if (entry.phase !== 'staged' || !this.#entries.includes(entry)) return;
    try {
      const check = await checkVideo(client, entry.file);
      const same = this.#entries.find(
        (other) => other !== entry && other.check?.fingerprint === check.fingerprint && !OVER.includes(other.phase),
      );
      entry.sameAs = same?.title ?? null;
      entry.check = check;
      this.#listener.onQuota(check.quota);
    } catch (thrown) {
      // Whoever has started meanwhile hears it from the upload itself.
      if (entry.phase === 'staged') [entry.phase, entry.problem] = ['failed', ApiProblem.of(thrown)];
    }
    this.#listener.onPhase(entry);
    this.#host.requestUpdate();
  }

  /** Starts every staged file with these details. */
  startStaged(client: VideoAnalysisClient, details: Omit<ClipDetails, 'title'>): void {
    this.#send = (entry) => uploadVideo(client, entry.file, { ...details, title: entry.title.trim() || titleOf(entry.file) });
    for (const entry of this.staged) entry.phase = 'queued';
    this.#next();
  }

  /** Takes an entry off the list; what is under way is cancelled. */
  remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    void entry.upload?.cancel();
    this.#next();
  }

  #next(): void {
    const busy = this.#entries.filter(({ phase }) => TRANSFERRING.includes(phase)).length;
    const [entry] = this.#entries.filter(({ phase }) => phase === 'queued').sort((a, b) => a.turn - b.turn);
    // Entering its first phase brings an upload back here, for the next one.
    if (this.#send && entry && busy < FILES_AT_ONCE) this.#follow(entry, this.#send(entry));
    this.#keepAwake();
    this.#host.requestUpdate();
  }

  #follow(entry: Entry, upload: Upload): void {
    entry.upload = upload;
    let announced = false;
    const look = (): void => {
      const { phase, videoId, problem, video, quota } = upload.progress;
      if (videoId !== null && !announced) {
        announced = true;
        emit(this.#host, 'va-upload-start', { videoId, fileName: entry.file.name });
      }
      entry.problem = problem;
      this.#listener.onQuota(quota);
      this.#host.requestUpdate();
      if (phase === entry.phase) return;
      entry.phase = phase;
      if (phase === 'processing' && videoId !== null) emit(this.#host, 'va-upload-complete', { videoId });
      if (OVER.includes(phase) && video) emit(this.#host, 'va-video-processed', { video });
      this.#listener.onPhase(entry);
      this.#next();
    };
    upload.subscribe(look);
    look();
  }

  #keepAwake(): void {
    const busy = this.#entries.some(({ phase }) => TRANSFERRING.includes(phase));
    if (busy) this.#awake.hold();
    else this.#awake.release();
  }
}

const entryOf = (file: File, turn: number): Entry => {
  const entry: Entry = { file, turn, title: titleOf(file), phase: 'staged', upload: null, problem: null, check: null, sameAs: null };
  try {
    mustBeUploadable(file);
  } catch (thrown) {
    entry.phase = 'failed';
    entry.problem = ApiProblem.of(thrown);
  }
  return entry;
};
