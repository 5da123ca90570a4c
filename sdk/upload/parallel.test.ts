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
    for (let part = 0; part < Math.max(limit, 2); part += 1) {
      nowMs += PART / bytesPerMs(limit);
      parallel.arrived(PART, nowMs);
    }
    return parallel.limit;
  });
}

describe('the number of parts on their way', () => {
  it('starts at one', () => assert.equal(new Parallel().limit, 1));

  it('doubles to six where each part more makes it faster', () => {
    assert.deepEqual(
      send(new Parallel(), 5, (limit) => limit),
      [2, 4, 6, 6, 6],
    );
  });

  it('goes back to two where four bring less than a tenth for each of the two', () => {
    // 1 brings 4, 2 bring 5, and 4 bring 5.9 where 6 were asked for; then 1 is too few.
    assert.deepEqual(
      send(new Parallel(), 4, (limit) => ({ 1: 4, 2: 5 })[limit] ?? 5.9),
      [2, 4, 2, 1],
    );
  });

  it('stays at four where six bring no more', () => {
    assert.deepEqual(
      send(new Parallel(), 5, (limit) => Math.min(limit, 4)),
      [2, 4, 6, 4, 3],
    );
  });

  it('stays at one on a line that is full already, and tries again only after four calm rounds', () => {
    // Up to 2 and back; no fewer than 1; four calm rounds; up to 2 and back.
    assert.deepEqual(
      send(new Parallel(), 9, () => 5),
      [2, 1, 1, 1, 1, 1, 1, 2, 1],
    );
  });

  it('stays at two where one part alone leaves the line idle in between', () => {
    // 1 brings 4, 2 bring 5, 4 no more than that, and 1 again is too few: two it is, for four rounds.
    assert.deepEqual(
      send(new Parallel(), 9, (limit) => (limit === 1 ? 4 : 5)),
      [2, 4, 2, 1, 2, 2, 2, 2, 2],
    );
  });

  it('is halved by every loss, down to one', () => {
    const parallel = new Parallel();
    send(parallel, 5, (limit) => limit);
    const limits = [1, 2, 3].map((nowMs) => {
      parallel.troubled(nowMs);
      return parallel.limit;
    });
    assert.deepEqual(limits, [3, 1, 1]);
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
