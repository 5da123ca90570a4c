import { uuidv7 } from 'uuidv7';
import { merge } from '../../domain/annotation/merge.ts';
import { parseDocument } from '../../domain/annotation/parse.ts';
import type { AnnotationDocument } from '../../domain/annotation/document.ts';
import { unwrap, type Annotation, type CurrentSession, type VideoAnalysisClient } from './client.ts';
import { ApiProblem } from './problem.ts';

/** An annotation as a person here sees it: their own changes show before the server has them. */
export interface StoredAnnotation extends Omit<Annotation, 'document'> {
  readonly document: AnnotationDocument;
  /** `unsaved`: the server could not be reached; the change still shows and can be tried again. */
  readonly state: 'saved' | 'saving' | 'unsaved';
}

/** A change the server does not have. It is kept until it is tried again or given up: no drawing is lost without a word. */
export interface UnsavedChange {
  readonly annotationId: string;
  /** Null is a removal. */
  readonly document: AnnotationDocument | null;
  readonly problem: ApiProblem;
}

interface Entry {
  /** What the server last said; null before it has the annotation. */
  server: Annotation | null;
  /** The document the server is known to have; null before it has one. */
  saved: AnnotationDocument | null;
  /** The document as it shall be; null when it shall be gone. */
  wanted: AnnotationDocument | null;
  /** The conversation with the server about this annotation: one at a time, so versions follow each other. */
  sending: Promise<void> | null;
}

const stores = new WeakMap<VideoAnalysisClient, Map<string, AnnotationStore>>();

/** The drawings of a video; the same store for everybody who asks with the same client. */
export function annotationsOf(client: VideoAnalysisClient, videoId: string): AnnotationStore {
  const ofClient = stores.get(client) ?? new Map<string, AnnotationStore>();
  stores.set(client, ofClient);
  const store = ofClient.get(videoId) ?? new AnnotationStore(client, videoId);
  ofClient.set(videoId, store);
  return store;
}

/**
 * Shows changes at once and brings them to the server behind the scenes. Where somebody else was faster, edits of different
 * shapes are merged; otherwise the server's drawing stands and the edit waits in `unsaved`.
 */
export class AnnotationStore {
  /** In the order they were made. A new array after every change; an untouched annotation's document stays the same object. */
  items: readonly StoredAnnotation[] = [];
  unsaved: readonly UnsavedChange[] = [];
  /** Annotations that a later version of the platform wrote and this one cannot read. */
  unreadable: readonly string[] = [];
  /** Who draws here; null until loaded. */
  actor: CurrentSession['actor'] | null = null;
  /** Shapes that an editor draws itself while a hand changes them. */
  held: ReadonlySet<string> = new Set();

  readonly #client: VideoAnalysisClient;
  readonly #videoId: string;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  #until: string | undefined;
  #loading: Promise<void> | undefined;

  constructor(client: VideoAnalysisClient, videoId: string) {
    this.#client = client;
    this.#videoId = videoId;
  }

  /** Something is on its way to the server: a page that closes now may lose it. */
  get saving(): boolean {
    return [...this.#entries.values()].some(({ sending }) => sending !== null);
  }

  /** Calls the listener after every change. Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks once, however many ask; again only after a failure. @throws ApiProblem */
  load(): Promise<void> {
    this.#loading ??= Promise.all([this.#askSession(), this.refresh()]).then(
      () => undefined,
      (reason: unknown) => {
        this.#loading = undefined;
        throw reason;
      },
    );
    return this.#loading;
  }

  /** Learns what has changed since the last time. @throws ApiProblem */
  async refresh(): Promise<void> {
    const query = this.#until === undefined ? {} : { since: this.#until };
    const list = await unwrap(
      this.#client.api.GET('/api/v1/videos/{videoId}/annotations', { params: { path: { videoId: this.#videoId }, query } }),
    );
    for (const annotation of list.items) this.#learn(annotation);
    for (const id of list.removed) if (this.#isSettled(id)) this.#entries.delete(id);
    this.#until = list.until;
    this.#changed();
  }

  /** Shows a new drawing at once; resolves when the server has it. @throws ApiProblem and keeps the drawing in `unsaved`. */
  create(document: AnnotationDocument, id: string = uuidv7()): Promise<void> {
    return this.#want(id, document);
  }

  /** @throws ApiProblem and keeps the change in `unsaved`. */
  update(id: string, document: AnnotationDocument): Promise<void> {
    return this.#want(id, document);
  }

  /** @throws ApiProblem and keeps the removal in `unsaved`. */
  remove(id: string): Promise<void> {
    return this.#want(id, null);
  }

  /** Sends a change again; one that lost against somebody else's now replaces theirs. @throws ApiProblem */
  retry(change: UnsavedChange): Promise<void> {
    this.unsaved = this.unsaved.filter((other) => other !== change);
    const isGone = change.problem.code === 'annotation.not_found' || change.problem.code === 'annotation.id_taken';
    return this.#want(isGone ? uuidv7() : change.annotationId, change.document);
  }

  /** Gives a change up: the server's drawing shows again. */
  discard(change: UnsavedChange): void {
    this.unsaved = this.unsaved.filter((other) => other !== change);
    const entry = this.#entries.get(change.annotationId);
    if (entry && !entry.sending && entry.wanted === change.document) this.#rollBack(change.annotationId, entry);
    this.#changed();
  }

  /** Tells the layers which shapes an editor draws itself right now. */
  hold(shapeIds: Iterable<string>): void {
    const held = new Set(shapeIds);
    if (held.size === this.held.size && [...held].every((id) => this.held.has(id))) return;
    this.held = held;
    this.#changed();
  }

  async #askSession(): Promise<void> {
    this.actor = (await unwrap(this.#client.api.GET('/api/v1/sessions/current'))).actor;
  }

  #isSettled(id: string): boolean {
    const entry = this.#entries.get(id);
    return entry === undefined || (entry.sending === null && entry.wanted === entry.saved);
  }

  #learn(annotation: Annotation): void {
    const known = this.#entries.get(annotation.id);
    // An edit under way has its own way to learn of a newer version; and an answer may be older than what we wrote meanwhile.
    if (!this.#isSettled(annotation.id) || (known?.server && known.server.version >= annotation.version)) return;
    const document = this.#read(annotation);
    if (document) this.#entries.set(annotation.id, { server: annotation, saved: document, wanted: document, sending: null });
  }

  #read(annotation: Annotation): AnnotationDocument | null {
    try {
      return parseDocument(annotation.document);
    } catch {
      this.unreadable = [...new Set([...this.unreadable, annotation.id])];
      return null;
    }
  }

  async #want(id: string, document: AnnotationDocument | null): Promise<void> {
    const entry = this.#entries.get(id) ?? { server: null, saved: null, wanted: null, sending: null };
    this.#entries.set(id, entry);
    this.unsaved = this.unsaved.filter((change) => change.annotationId !== id || change.document !== entry.wanted);
    entry.wanted = document;
    entry.sending ??= this.#settle(id, entry);
    const sending = entry.sending;
    this.#changed();
    await sending;
  }

  /** Sends until the server has what is wanted; what is wanted may change meanwhile, and only the newest is sent. */
  async #settle(id: string, entry: Entry): Promise<void> {
    // After the caller's own change: several edits of one moment become one request.
    await Promise.resolve();
    let mayMerge = true;
    try {
      while (entry.wanted !== entry.saved) {
        try {
          await this.#send(id, entry, entry.wanted);
        } catch (reason) {
          if (!mayMerge || !this.#merged(entry, reason)) throw reason;
          mayMerge = false;
        }
      }
    } catch (reason) {
      throw this.#keep(id, entry, asProblem(reason));
    } finally {
      entry.sending = null;
      if (entry.wanted === null && entry.saved === null) this.#entries.delete(id);
      this.#changed();
    }
  }

  async #send(id: string, entry: Entry, wanted: AnnotationDocument | null): Promise<void> {
    const path = { videoId: this.#videoId, annotationId: id };
    const { api } = this.#client;
    const document = wanted as Annotation['document'] | null;
    if (!document) {
      const version = entry.server?.version ?? 1;
      await unwrap(api.DELETE('/api/v1/videos/{videoId}/annotations/{annotationId}', { params: { path, query: { version } } })).catch(
        unlessGone,
      );
      entry.server = null;
    } else if (entry.server) {
      const body = { version: entry.server.version, document };
      entry.server = await unwrap(api.PATCH('/api/v1/videos/{videoId}/annotations/{annotationId}', { params: { path }, body }));
    } else {
      entry.server = await unwrap(api.POST('/api/v1/videos/{videoId}/annotations', { params: { path }, body: { id, document } }));
    }
    entry.saved = wanted;
  }

  /** Somebody was faster: takes their version in, and says whether both edits could be brought together. */
  #merged(entry: Entry, reason: unknown): boolean {
    const current = currentOf(reason);
    const theirs = current && this.#read(current);
    if (!theirs) return false;
    const both = entry.saved && entry.wanted && merge(entry.saved, entry.wanted, theirs);
    entry.server = current;
    entry.saved = theirs;
    if (both) entry.wanted = both;
    return both !== null;
  }

  #keep(id: string, entry: Entry, problem: ApiProblem): ApiProblem {
    this.unsaved = [...this.unsaved, { annotationId: id, document: entry.wanted, problem }];
    if (!isPassing(problem)) this.#rollBack(id, entry);
    return problem;
  }

  #rollBack(id: string, entry: Entry): void {
    entry.wanted = entry.saved;
    if (entry.saved === null) this.#entries.delete(id);
  }

  #changed(): void {
    this.items = [...this.#entries].flatMap(([id, entry]) => (entry.wanted ? [this.#item(id, entry, entry.wanted)] : []));
    for (const listener of [...this.#listeners]) listener();
  }

  #item(id: string, { server, saved, wanted, sending }: Entry, document: AnnotationDocument): StoredAnnotation {
    const state = sending ? 'saving' : wanted === saved ? 'saved' : 'unsaved';
    if (server) return { ...server, document, state };
    const now = new Date().toISOString();
    const author = { createdById: this.actor?.id ?? '', createdByName: this.actor?.displayName ?? '' };
    return {
      id,
      videoId: this.#videoId,
      version: 0,
      document,
      anchor: { ptsMs: 0, pictureHash: null, state: 'exact', shiftFrames: 0 },
      ...author,
      createdAt: now,
      updatedAt: now,
      state,
    };
  }
}

/** Worth trying again as it is: nobody has refused it. */
const isPassing = ({ status }: ApiProblem): boolean => status === 0 || status === 429 || status >= 500;

const asProblem = (reason: unknown): ApiProblem =>
  reason instanceof ApiProblem ? reason : new ApiProblem({ code: 'service.failed', status: 0 }, { cause: reason });

const unlessGone = (reason: unknown): undefined => {
  if (!(reason instanceof ApiProblem) || reason.code !== 'annotation.not_found') throw reason;
};

const currentOf = (reason: unknown): Annotation | null => {
  const current = reason instanceof ApiProblem && reason.code === 'annotation.version_conflict' ? reason.members['current'] : null;
  return typeof current === 'object' && current !== null && 'document' in current && 'version' in current ? (current as Annotation) : null;
};
