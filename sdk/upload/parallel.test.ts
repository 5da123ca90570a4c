import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Parallel } from './parallel.ts';

const PART = 1000;

/** Sends rounds over a line whose rate depends on how many parts travel. @returns the limits after each round */
function send(parallel: Parallel, rounds: number, bytesPerMs: (limit: number) => number): number[] {
  let nowMs = 0;
  parallel.begin(nowMs);
  return Array.from({ length: rounds }, () => {
    const { limit } = parallel;
    for (let part = 0; part < limit; part += 1) {
      nowMs += PART / bytesPerMs(limit);
      parallel.arrived(PART, nowMs);
    }
    return parallel.limit;
  });
}

describe('the number of parts on their way', () => {
  it('starts at three', () => assert.equal(new Parallel().limit, 3));

  it('grows to six, and not beyond, where each part more makes it faster', () => {
    assert.deepEqual(
      send(new Parallel(), 6, (limit) => limit),
      [4, 5, 6, 6, 6, 6],
    );
  });

  it('stays low on a line that is full already, and tries again only after four calm rounds', () => {
    assert.deepEqual(
      send(new Parallel(), 7, () => 5),
      [4, 3, 3, 3, 3, 3, 4],
    );
  });

  it('is halved by every loss, down to one', () => {
    const parallel = new Parallel();
    const limits = [1, 2, 3].map((nowMs) => {
      parallel.troubled(nowMs);
      return parallel.limit;
    });
    assert.deepEqual(limits, [1, 1, 1]);
  });

  it('recovers from trouble once the line has been calm', () => {
    const parallel = new Parallel();
    parallel.troubled(0);
    assert.deepEqual(
      send(parallel, 8, (limit) => limit),
      [1, 1, 1, 1, 2, 3, 4, 5],
    );
  });
});
