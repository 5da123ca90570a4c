import type { Request } from 'express';
import type { Ahead } from '../services/contracts.ts';
import type { OperationId } from './operation.ts';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SEQUENCE = /^\d{1,15}$/;

/** After which change drawings are asked for; null: they are not. */
const DRAWINGS: Readonly<Partial<Record<OperationId, (query: Request['query']) => number | null>>> = {
  getVideo: ({ include }) => (include === 'annotations' ? 0 : null),
  listAnnotations: ({ since }) => (since === undefined ? 0 : typeof since === 'string' && SEQUENCE.test(since) ? Number(since) : null),
};

/** What an operation will surely need of the database, as far as its address tells; null where that is nothing. */
export function aheadOf(operation: string): (req: Request) => Ahead | null {
  const drawings = DRAWINGS[operation as OperationId];
  if (!drawings) return () => null;
  return ({ params: { videoId }, query }) => {
    if (typeof videoId !== 'string' || !ID.test(videoId)) return null;
    return { videoId, drawingsAfter: drawings(query) };
  };
}
