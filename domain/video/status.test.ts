import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isInMotion,
  legalMoves,
  nextStatus,
  VIDEO_EVENTS,
  VIDEO_STATUSES,
  type MoveMaker,
  type VideoEvent,
  type VideoStatus,
} from './status.ts';

const MAKERS: readonly MoveMaker[] = ['api', 'worker'];

/** Every legal move, written out: what is not here is refused. */
const LEGAL: readonly [VideoStatus, VideoEvent, VideoStatus, readonly MoveMaker[]][] = [
  ['created', 'uploadOpened', 'uploading', ['api']],
  ['created', 'abandoned', 'failed', ['api', 'worker']],
  ['created', 'removed', 'deleted', ['api']],
  ['uploading', 'uploaded', 'uploaded', ['api', 'worker']],
  ['uploading', 'abandoned', 'failed', ['api', 'worker']],
  ['uploading', 'removed', 'deleted', ['api']],
  ['uploaded', 'started', 'processing', ['worker']],
  ['uploaded', 'broke', 'failed', ['worker']],
  ['uploaded', 'disallowed', 'failed', ['api']],
  ['uploaded', 'removed', 'deleted', ['api']],
  ['processing', 'started', 'processing', ['worker']],
  ['processing', 'finished', 'ready', ['worker']],
  ['processing', 'broke', 'failed', ['worker']],
  ['processing', 'rejected', 'quarantined', ['worker']],
  ['processing', 'disallowed', 'failed', ['api']],
  ['processing', 'removed', 'deleted', ['api']],
  ['ready', 'reprocessed', 'ready', ['api']],
  ['ready', 'started', 'ready', ['worker']],
  ['ready', 'finished', 'ready', ['worker']],
  ['ready', 'broke', 'ready', ['worker']],
  ['ready', 'disallowed', 'ready', ['api']],
  ['ready', 'removed', 'deleted', ['api']],
  ['failed', 'reprocessed', 'uploaded', ['api']],
  ['failed', 'removed', 'deleted', ['api']],
  ['quarantined', 'removed', 'deleted', ['api']],
];

describe('the status of a video', () => {
  for (const from of VIDEO_STATUSES)
    for (const event of VIDEO_EVENTS)
      for (const by of MAKERS) {
        const legal = LEGAL.find(([f, e, , makers]) => f === from && e === event && makers.includes(by));
        if (legal)
          it(`goes from ${from} to ${legal[2]} when ${event}, by the ${by}`, () => assert.equal(nextStatus(from, event, by), legal[2]));
        else
          it(`stays ${from} when the ${by} says ${event}`, () => {
            assert.throws(() => nextStatus(from, event, by), { code: 'video.illegal_transition' });
          });
      }

  it('never leaves deleted', () => assert.ok(!legalMoves().some(({ from }) => from === 'deleted')));

  it('leaves processing by the worker alone, but for a removal and a consent that is gone', () => {
    const byPeople = VIDEO_EVENTS.filter((event) =>
      LEGAL.some(([from, e, , by]) => from === 'processing' && e === event && by.includes('api')),
    );
    assert.deepEqual(byPeople, ['disallowed', 'removed']);
  });

  it('is never lost by processing again: what is ready leaves only by removal', () => {
    assert.deepEqual(
      legalMoves().filter(({ from, to }) => from === 'ready' && to !== 'ready'),
      [{ from: 'ready', to: 'deleted', by: ['api'] }],
    );
  });

  it('is worth another look until it has come to rest', () => {
    assert.deepEqual(VIDEO_STATUSES.filter(isInMotion), ['created', 'uploading', 'uploaded', 'processing']);
  });
});
