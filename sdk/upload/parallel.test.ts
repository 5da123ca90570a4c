import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Parallel } from './parallel.ts';

/** So large that no line here would carry two of them within twelve seconds. */
const PART = 40_000;

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

  it('grows to six where each part more makes it faster', () => {
    assert.deepEqual(
      send(new Parallel(), 6, (limit) => limit),
      [2, 3, 4, 5, 6, 6],
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
    // 1 brings 4, 2 bring 5, 3 no more than that, and 1 again is too few: two it is, for four rounds.
    assert.deepEqual(
      send(new Parallel(), 9, (limit) => (limit === 1 ? 4 : 5)),
      [2, 3, 2, 1, 2, 2, 2, 2, 2],
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

  describe('on a line that shows at once how quick it is', () => {
    const PART_BYTES = 8_000_000;
    /** The first part leaves at this rate after filling buffers of two megabytes, told every tenth of a second. */
    function firstPart(parallel: Parallel, bytesPerMs: number, untilMs: number): void {
      parallel.begin(0);
      for (let nowMs = 100; nowMs <= untilMs; nowMs += 100) parallel.left(2_000_000 + (nowMs - 100) * bytesPerMs, PART_BYTES, nowMs);
    }
    /** One round of arrivals at this rate. */
    function round(parallel: Parallel, bytesPerMs: number): number {
      const { limit } = parallel;
      for (let part = 1; part <= limit; part += 1) parallel.arrived(PART_BYTES, 300 + (part * PART_BYTES) / bytesPerMs);
      return parallel.limit;
    }

    it('leaps to six where six parts would have left after twelve seconds', () => {
      const parallel = new Parallel();
      // 5 MB/s carry 60 MB in 12 s: seven parts, of which no more than six travel.
      firstPart(parallel, 5000, 300);
      assert.equal(parallel.limit, 6);
    });

    it('leaps to as many as would have left by then', () => {
      const parallel = new Parallel();
      // 2 MB/s carry 24 MB in 12 s.
      firstPart(parallel, 2000, 400);
      assert.equal(parallel.limit, 3);
    });

    it('stays at one on a slow line, and does not take the filling of buffers for speed', () => {
      const parallel = new Parallel();
      firstPart(parallel, 1000, 5000);
      assert.equal(parallel.limit, 1);
    });

    it('keeps six where each of the five more brings a tenth', () => {
      const parallel = new Parallel();
      firstPart(parallel, 5000, 300);
      assert.equal(round(parallel, 7500), 6);
    });

    it('goes back to one where six are hardly faster', () => {
      const parallel = new Parallel();
      firstPart(parallel, 5000, 300);
      assert.equal(round(parallel, 7400), 1);
    });

    it('leaps by the first arrival where nothing tells how much has left', () => {
      const parallel = new Parallel();
      parallel.begin(0);
      // 4 MB/s carry 48 MB in 12 s.
      parallel.arrived(PART_BYTES, 2000);
      assert.equal(parallel.limit, 6);
    });

    it('leaps no more after trouble', () => {
      const parallel = new Parallel();
      parallel.troubled(1);
      firstPart(parallel, 5000, 1000);
      assert.equal(parallel.limit, 1);
    });
  });
});
