import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Parallel, type Departure } from './parallel.ts';

const PART = 5 * 1024 * 1024;
/** Slower than what is given six parts at once: a part takes eleven seconds and more. */
const SLOW = 470;

/** Sends rounds over a line whose rate in all depends on how many parts travel. @returns the limits after each round */
function send(parallel: Parallel, rounds: number, bytesPerMs: (limit: number) => number): number[] {
  let nowMs = 0;
  parallel.begin(nowMs);
  return Array.from({ length: rounds }, () => {
    const departure = parallel.leaves(nowMs);
    for (let part = 0; part < Math.max(departure.limit, 2); part += 1) {
      nowMs += PART / bytesPerMs(departure.limit);
      parallel.arrived(departure, PART, nowMs);
    }
    return parallel.limit;
  });
}

/** A line, simulated: each part on its way moves at the rate that is left for it. @returns the limits it went through, and when. */
function simulate(parts: number, rateOf: (travelling: number) => number): { readonly limits: number[]; readonly tookMs: number } {
  const parallel = new Parallel();
  const travelling: { readonly departure: Departure; sent: number }[] = [];
  const limits: number[] = [];
  let [left, nowMs] = [parts, 0];
  parallel.begin(0);
  while (left > 0 || travelling.length > 0) {
    while (travelling.length < parallel.limit && left > 0) {
      travelling.push({ departure: parallel.leaves(nowMs), sent: 0 });
      left -= 1;
    }
    nowMs += 10;
    const bytes = 10 * rateOf(travelling.length);
    for (const part of [...travelling]) {
      part.sent = Math.min(PART, part.sent + bytes);
      if (part.sent < PART) parallel.moved(part.departure, part.sent, nowMs);
      else {
        travelling.splice(travelling.indexOf(part), 1);
        parallel.arrived(part.departure, PART, nowMs);
      }
      if (parallel.limit !== limits.at(-1)) limits.push(parallel.limit);
    }
  }
  return { limits, tookMs: nowMs };
}

describe('the number of parts on their way', () => {
  it('starts at one', () => assert.equal(new Parallel().limit, 1));

  describe('on a line that proves quick', () => {
    it('is six after a quarter of a second, and stays where each connection has a rate of its own', () => {
      const { limits, tookMs } = simulate(36, () => 5000);
      assert.deepEqual(limits, [1, 6]);
      // 36 parts of 1.05 s, six at a time, make six rounds.
      assert.ok(tookMs < 6 * 1060 + 250, `took ${String(tookMs)} ms`);
    });

    it('is six when the first part tells it by arriving, where nothing is heard of its way', () => {
      const parallel = new Parallel();
      parallel.arrived(parallel.leaves(0), PART, PART / 1000);
      assert.equal(parallel.limit, 6);
    });

    it('falls to one after seven seconds where all share what there is', () => {
      assert.deepEqual(simulate(100, (travelling) => 6000 / travelling).limits.slice(0, 4), [1, 6, 2, 1]);
    });

    it('goes back to six where two are too few, and to two where one is', () => {
      assert.deepEqual(simulate(200, () => 2000).limits.slice(0, 4), [1, 6, 2, 6]);
      assert.deepEqual(simulate(200, (travelling) => Math.min(3000, 6000 / travelling)).limits.slice(0, 5), [1, 6, 2, 1, 2]);
    });
  });

  it('is not widened by what the device itself swallowed at once', () => {
    const parallel = new Parallel();
    const departure = parallel.leaves(0);
    assert.equal(parallel.moved(departure, 200_000, 20), false);
    assert.equal(parallel.moved(departure, 230_000, 260), false);
    assert.equal(parallel.limit, 1);
    assert.equal(parallel.moved(parallel.leaves(300), 4_300_000, 310), true);
  });

  describe('on any other line', () => {
    it('grows to six where each part more makes it faster', () => {
      assert.deepEqual(
        send(new Parallel(), 6, (limit) => SLOW * limit),
        [2, 3, 4, 5, 6, 6],
      );
    });

    it('stays at one when the line is full already, and tries again only after four calm rounds', () => {
      // Up to 2 and back; no fewer than 1; four calm rounds; up to 2 and back.
      assert.deepEqual(
        send(new Parallel(), 9, () => SLOW),
        [2, 1, 1, 1, 1, 1, 1, 2, 1],
      );
    });

    it('stays at two where one part alone leaves the line idle in between', () => {
      // 2 bring a quarter more than 1, 3 no more than that, and 1 again is too few: two it is, for four rounds.
      assert.deepEqual(
        send(new Parallel(), 9, (limit) => (limit === 1 ? SLOW * 0.8 : SLOW)),
        [2, 3, 2, 1, 2, 2, 2, 2, 2],
      );
    });
  });

  it('is halved by every loss, down to one', () => {
    const parallel = new Parallel();
    send(parallel, 5, (limit) => SLOW * limit);
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
      send(parallel, 8, (limit) => SLOW * limit),
      [1, 1, 1, 1, 2, 3, 4, 5],
    );
  });
});
