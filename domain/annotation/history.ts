import type { AnnotationDocument } from './document.ts';

/** One step a person took: an annotation before and after. `null` is no annotation: it was made, or removed. */
export interface Change {
  readonly annotationId: string;
  readonly before: AnnotationDocument | null;
  readonly after: AnnotationDocument | null;
}

/** What can be taken back, oldest first, and what can be done again, next first. */
export interface History {
  readonly done: readonly Change[];
  readonly undone: readonly Change[];
}

export const EMPTY_HISTORY: History = { done: [], undone: [] };

/** How many steps are remembered. */
const DEPTH = 200;

/** A new step: what was taken back before it cannot be done again. */
export const recorded = (history: History, change: Change): History => ({ done: [...history.done, change].slice(-DEPTH), undone: [] });

/** The history after one step back, and the change that makes it so; null when there is nothing to take back. */
export function undo(history: History): { readonly history: History; readonly change: Change } | null {
  const last = history.done.at(-1);
  if (!last) return null;
  return { history: { done: history.done.slice(0, -1), undone: [last, ...history.undone] }, change: reversed(last) };
}

export function redo(history: History): { readonly history: History; readonly change: Change } | null {
  const [next, ...rest] = history.undone;
  if (!next) return null;
  return { history: { done: [...history.done, next], undone: rest }, change: next };
}

const reversed = ({ annotationId, before, after }: Change): Change => ({ annotationId, before: after, after: before });

/** A removed annotation comes back under a new id: its old steps then speak of the new one. */
export const renamed = (history: History, from: string, to: string): History => {
  const follow = (change: Change): Change => (change.annotationId === from ? { ...change, annotationId: to } : change);
  return { done: history.done.map(follow), undone: history.undone.map(follow) };
};
