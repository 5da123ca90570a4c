import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { numberedCase } from './support/cases.ts';
import { gapOf, isWithinNoise, type Pair } from './support/medians.ts';
import { PORTAL_ORIGIN, type TestSystem } from './support/system.ts';
import { startTwoSides, type Side } from './support/tenancy-matrix.ts';

/** Of each kind; `npm run test:isolation` takes the 2,000 of the case. */
const SAMPLES = Number(process.env['TIMING_SAMPLES'] ?? 150);

let system: TestSystem;
let mine: Side;
let theirs: Side;

before(async () => {
  ({ system, mine, theirs } = await startTwoSides());
});
after(() => system.stop());

async function ask(path: string): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${system.url}/api/v1${path}`, {
    headers: { Authorization: `Bearer ${mine.coach.token}`, Origin: PORTAL_ORIGIN },
  });
  await response.arrayBuffer();
  assert.equal(response.status, 404);
  return performance.now() - startedAt;
}

interface Work {
  /** Statements before the answer, in their order, without the values. */
  readonly answer: readonly string[];
  /** Looks at missing ids behind it. */
  readonly looks: number;
}

/** Everything that the API asks the database for because of one request. */
async function workFor(path: string): Promise<Work> {
  await system.missing.flush();
  const byConnection = new Map<string, string[]>();
  const hear = ({ sql, __knexTxId: id = 'none' }: { sql: string; __knexTxId?: string }): void => {
    byConnection.set(id, [...(byConnection.get(id) ?? []), sql]);
  };
  system.app.on('query', hear);
  try {
    await ask(path);
    await system.missing.flush();
  } finally {
    system.app.off('query', hear);
  }
  const isLook = (statements: readonly string[]): boolean => statements.some((sql) => sql.includes('is_foreign_id'));
  const all = [...byConnection.values()];
  return { answer: all.filter((statements) => !isLook(statements)).flat(), looks: all.filter(isLook).length };
}

/** Foreign and absent by turns, the first of each pair by chance. */
async function sample(foreign: string, absent: () => string): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let done = 0; done < SAMPLES + 20; done += 1) {
    const isFirst = Math.random() < 0.5;
    const first = await ask(isFirst ? foreign : absent());
    const second = await ask(isFirst ? absent() : foreign);
    // The first few warm everything up.
    if (done >= 20) pairs.push(isFirst ? [first, second] : [second, first]);
  }
  return pairs;
}

describe("another tenant's id and one that never was", () => {
  numberedCase('G46', 'api', 'the same statements, before the answer and behind it', async () => {
    const { videoId, annotationId } = theirs.ids;
    const foreign = [
      `/videos/${videoId}`,
      `/videos/${mine.ids.videoId}/annotations/${annotationId}`,
      `/players/${theirs.ids.playerId}/consents`,
    ];
    const counts: number[] = [];
    for (const path of foreign) {
      const absent = path.replace(/[0-9a-f-]{36}(?=[^0-9a-f]*$)/, randomUUID());
      const [ofForeign, ofAbsent] = [await workFor(path), await workFor(absent)];
      assert.deepEqual(ofForeign, ofAbsent, path);
      assert.equal(ofForeign.looks, 1, path);
      counts.push(ofForeign.answer.length);
    }
    return `${counts.join(', ')} statements each on ${String(foreign.length)} addresses, and one look behind the answer`;
  });

  numberedCase('G46', 'api', 'the same time', async () => {
    const pairs = await sample(`/videos/${theirs.ids.videoId}`, () => `/videos/${randomUUID()}`);
    const { isWithin, gapMs, noiseMs, medianMs } = isWithinNoise(pairs);
    const figures = `medians ${gapMs.toFixed(3)} ms apart of ${medianMs.toFixed(2)} ms, noise ${noiseMs.toFixed(3)} ms`;
    assert.ok(isWithin, figures);
    return `${String(pairs.length)} of each: ${figures}`;
  });
});

describe('the comparison of medians', () => {
  const around = (ms: number): number => ms + Math.random();

  it('finds a difference where there is one, and none where there is none', () => {
    const with_ = (shift: number): readonly Pair[] => Array.from({ length: 500 }, () => [around(4 + shift), around(4)]);
    assert.equal(isWithinNoise(with_(1)).isWithin, false);
    assert.equal(isWithinNoise(with_(0)).isWithin, true);
    assert.equal(
      gapOf([
        [3, 1],
        [5, 2],
        [4, 9],
      ]),
      2,
    );
  });
});
