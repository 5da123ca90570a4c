import { uuidv7 } from 'uuidv7';
import type { AnnotationDocument, KnownShape } from '../../../domain/annotation/document.ts';
import { DOCUMENT_LIMITS, isKnownShape } from '../../../domain/annotation/document.ts';
import { addShape, removeShape, replaceShape } from '../../../domain/annotation/edits.ts';
import { EMPTY_HISTORY, recorded, redo, renamed, undo, type Change, type History } from '../../../domain/annotation/history.ts';
import { merge } from '../../../domain/annotation/merge.ts';
import { opacityAt } from '../../../domain/annotation/visibility.ts';
import type { AnnotationStore, StoredAnnotation } from '../../client/annotation-store.ts';
import type { Video } from '../../client/client.ts';

/** A shape the person here may change, and the annotation it belongs to. */
export interface OwnShape {
  readonly annotationId: string;
  readonly shape: KnownShape;
}

/**
 * One person's edits of one video's drawings, with their undo. A frame's new shapes go into one annotation of their author.
 * Undo takes back what this person did and leaves what came in from elsewhere meanwhile.
 */
export class EditSession {
  readonly store: AnnotationStore;
  readonly #failed: (reason: unknown) => void;
  #history: History = EMPTY_HISTORY;

  /** @param failed Hears why a change could not be saved; the store keeps the change. */
  constructor(store: AnnotationStore, failed: (reason: unknown) => void) {
    this.store = store;
    this.#failed = failed;
  }

  get canUndo(): boolean {
    return this.#history.done.length > 0;
  }

  get canRedo(): boolean {
    return this.#history.undone.length > 0;
  }

  /** What can be chosen and changed on a frame, bottom first. */
  shapesOn(frame: number): readonly OwnShape[] {
    return this.#own()
      .filter(({ document }) => opacityAt(document, frame) > 0)
      .flatMap(({ id, document }) => document.shapes.filter(isKnownShape).map((shape) => ({ annotationId: id, shape })));
  }

  add(shape: KnownShape, frame: number, video: Video): OwnShape {
    const home = this.#own().find(({ document }) => document.frame === frame && document.shapes.length < DOCUMENT_LIMITS.shapes);
    const annotationId = home?.id ?? uuidv7();
    const before = home?.document ?? null;
    this.#take({ annotationId, before, after: addShape(before ?? blank(frame, video), shape) });
    return { annotationId, shape };
  }

  change({ annotationId, shape }: OwnShape): void {
    const before = this.#documentOf(annotationId);
    if (before) this.#take({ annotationId, before, after: replaceShape(before, shape) });
  }

  remove({ annotationId, shape }: OwnShape): void {
    const before = this.#documentOf(annotationId);
    if (!before) return;
    const after = removeShape(before, shape.id);
    this.#take({ annotationId, before, after: after.shapes.length === 0 ? null : after });
  }

  /** Takes the newest step back. Returns the frame it happened on; null when there is none. */
  undo(): number | null {
    return this.#walk(undo(this.#history));
  }

  redo(): number | null {
    return this.#walk(redo(this.#history));
  }

  #walk(step: ReturnType<typeof undo>): number | null {
    if (!step) return null;
    this.#history = step.history;
    this.#apply(step.change);
    return (step.change.after ?? step.change.before)?.frame ?? null;
  }

  #take(change: Change): void {
    this.#history = recorded(this.#history, change);
    this.#send(change.annotationId, change.after, this.#documentOf(change.annotationId) !== null);
  }

  /** Brings an old step onto the drawing as it is now. */
  #apply({ annotationId, before, after }: Change): void {
    const current = this.#documentOf(annotationId);
    const base = before ?? emptied(after);
    const mine = after ?? emptied(before);
    const wanted = base && mine && (merge(base, mine, current ?? { ...base, shapes: [] }) ?? mine);
    // An annotation that was removed does not come back: its drawing comes back as a new one.
    const id = current ? annotationId : uuidv7();
    if (id !== annotationId) this.#history = renamed(this.#history, annotationId, id);
    this.#send(id, wanted && wanted.shapes.length > 0 ? wanted : null, current !== null);
  }

  #send(id: string, document: AnnotationDocument | null, exists: boolean): void {
    if (!document && !exists) return;
    const saving = document ? (exists ? this.store.update(id, document) : this.store.create(document, id)) : this.store.remove(id);
    saving.catch(this.#failed);
  }

  #own(): readonly StoredAnnotation[] {
    return this.store.items.filter(({ createdById }) => createdById === this.store.actor?.id);
  }

  #documentOf(id: string): AnnotationDocument | null {
    return this.store.items.find((item) => item.id === id)?.document ?? null;
  }
}

const emptied = (document: AnnotationDocument | null): AnnotationDocument | null => document && { ...document, shapes: [] };

const blank = (frame: number, { width, height, fps, processingVersion }: Video): AnnotationDocument => ({
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: width ?? 1, height: height ?? 1, fps: fps ?? { num: 1, den: 1 }, processingVersion },
  frame,
  frameCount: 1,
  visibility: { profile: 'hold' },
  shapes: [],
});
