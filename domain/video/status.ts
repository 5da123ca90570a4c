import { DomainError } from '../errors.ts';

/** Who makes a move. `api` acts for a person, `worker` for a job. */
export type MoveMaker = 'api' | 'worker';

interface Move {
  readonly to: VideoStatus;
  readonly by: readonly MoveMaker[];
}

const STATUSES = ['created', 'uploading', 'uploaded', 'processing', 'ready', 'failed', 'quarantined', 'deleted'] as const;
export type VideoStatus = (typeof STATUSES)[number];
export const VIDEO_STATUSES: readonly VideoStatus[] = STATUSES;

const EVENTS = [
  'uploadOpened',
  'uploaded',
  'abandoned',
  'started',
  'finished',
  'broke',
  'rejected',
  'disallowed',
  'reprocessed',
  'removed',
] as const;
export type VideoEvent = (typeof EVENTS)[number];
export const VIDEO_EVENTS: readonly VideoEvent[] = EVENTS;

const removed: Move = { to: 'deleted', by: ['api'] };
const disallowed: Move = { to: 'failed', by: ['api'] };

/**
 * The only place that knows how a video moves, and by whom. `started` may repeat: jobs are delivered at least once.
 * Work on a video is ended by the worker alone; a person may only remove the video from under it, or take back the consent it needs.
 * A video that is processed again stays `ready`: what it is played from is there until the new rendition takes its place, and when
 * that fails it is there still.
 */
const MOVES: Readonly<Record<VideoStatus, Readonly<Partial<Record<VideoEvent, Move>>>>> = {
  created: { uploadOpened: { to: 'uploading', by: ['api'] }, abandoned: { to: 'failed', by: ['api', 'worker'] }, removed },
  uploading: { uploaded: { to: 'uploaded', by: ['api', 'worker'] }, abandoned: { to: 'failed', by: ['api', 'worker'] }, removed },
  uploaded: { started: { to: 'processing', by: ['worker'] }, broke: { to: 'failed', by: ['worker'] }, disallowed, removed },
  processing: {
    started: { to: 'processing', by: ['worker'] },
    finished: { to: 'ready', by: ['worker'] },
    broke: { to: 'failed', by: ['worker'] },
    rejected: { to: 'quarantined', by: ['worker'] },
    disallowed,
    removed,
  },
  ready: {
    reprocessed: { to: 'ready', by: ['api'] },
    started: { to: 'ready', by: ['worker'] },
    finished: { to: 'ready', by: ['worker'] },
    broke: { to: 'ready', by: ['worker'] },
    disallowed: { to: 'ready', by: ['api'] },
    removed,
  },
  failed: { reprocessed: { to: 'uploaded', by: ['api'] }, removed },
  quarantined: { removed },
  deleted: {},
};

/**
 * Where an event takes a video.
 * @throws DomainError `video.illegal_transition` when the status does not accept the event from this maker.
 */
export function nextStatus(from: VideoStatus, event: VideoEvent, by: MoveMaker): VideoStatus {
  const move = MOVES[from][event];
  if (!move?.by.includes(by))
    throw new DomainError('video.illegal_transition', {
      detail: `A video that is ${from} does not accept "${event}" from the ${by}.`,
      extra: { videoStatus: from, event },
    });
  return move.to;
}

/** Every legal pair of statuses with its makers: what the database's own guard must agree with. */
export const legalMoves = (): { from: VideoStatus; to: VideoStatus; by: readonly MoveMaker[] }[] =>
  STATUSES.flatMap((from) => {
    const byTarget = new Map<VideoStatus, Set<MoveMaker>>();
    for (const move of Object.values(MOVES[from])) {
      const makers = byTarget.get(move.to) ?? new Set<MoveMaker>();
      for (const maker of move.by) makers.add(maker);
      byTarget.set(move.to, makers);
    }
    return [...byTarget].map(([to, by]) => ({ from, to, by: [...by].sort() }));
  });

/** The status can still change without anybody asking: worth looking again. */
export const isInMotion = (status: VideoStatus): boolean => ['created', 'uploading', 'uploaded', 'processing'].includes(status);
