import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe } from 'node:test';
import fc from 'fast-check';
import { operatorTenant } from '../services/administration.ts';
import { numberedCase } from './support/cases.ts';
import { PORTAL_ORIGIN, type TestSystem } from './support/system.ts';
import { startTwoSides, type Side } from './support/tenancy-matrix.ts';

let system: TestSystem;
let sides: readonly [Side, Side];

before(async () => {
  const started = await startTwoSides((services) => services, { poolSize: 2 });
  system = started.system;
  sides = [started.mine, started.theirs];
});
after(() => system.stop());

const KINDS = ['list', 'people', 'own', 'foreign', 'malformed', 'aborted', 'failed in SQL', 'thrown', 'without a tenant'] as const;

interface Turn {
  readonly side: 0 | 1;
  readonly kind: (typeof KINDS)[number];
  /** Milliseconds until the reader leaves. */
  readonly leaves: number;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  side: fc.constantFrom(0, 1),
  kind: fc.constantFrom(...KINDS),
  leaves: fc.integer({ min: 0, max: 8 }),
});

const ROUNDS = 10;
const TURNS = 100;
const AT_ONCE = 10;

class Changed extends Error {}

function performing({ side, kind, leaves }: Turn): Promise<void> {
  const [own, other] = side === 0 ? sides : [sides[1], sides[0]];
  const ask = (path: string, signal: AbortSignal | null = null): Promise<Response> =>
    fetch(`${system.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${own.coach.token}`, Origin: PORTAL_ORIGIN }, signal });
  const isOwnList = async (response: Response): Promise<void> => {
    const { items } = (await response.json()) as { items: { id: string }[] };
    assert.deepEqual([response.status, items.map(({ id }) => id).sort()], [200, [own.ids.videoId, own.ids.openVideoId].sort()]);
  };
  const answers = async (path: string, status: number): Promise<void> => {
    const response = await ask(path);
    await response.arrayBuffer();
    assert.equal(response.status, status, path);
  };
  const doing: Readonly<Record<Turn['kind'], () => Promise<void>>> = {
    list: async () => isOwnList(await ask('/videos')),
    people: async () => {
      const { items } = (await (await ask('/players')).json()) as { items: { externalId: string }[] };
      assert.ok(items.length > 0 && items.every(({ externalId }) => externalId !== other.ids.externalId));
    },
    own: () => answers(`/videos/${own.ids.videoId}`, 200),
    foreign: () => answers(`/videos/${other.ids.videoId}`, 404),
    malformed: () => answers('/videos/none', 400),
    aborted: async () => {
      const leaving = AbortSignal.timeout(leaves);
      await ask('/videos', leaving).then(isOwnList, (error: unknown) => assert.ok(leaving.aborted, String(error)));
    },
    'failed in SQL': () => inside(own, (crossing) => `select 1 / ${crossing}::integer`, /division by zero/),
    thrown: () => inside(own, (crossing) => `select ${crossing}`, Changed),
    'without a tenant': async () => {
      const { rows } = await system.app.raw<{ rows: { seen: number }[] }>('select count(*) as seen from video');
      assert.equal(rows[0]?.seen, 0);
    },
  };
  return doing[kind]();
}

/** A unit of work that ends badly, after it has looked for rows of somebody else. */
async function inside({ club }: Side, sql: (crossing: string) => string, expected: RegExp | typeof Changed): Promise<void> {
  const tenant = operatorTenant({ database: system.app, sender: null }, club.tenantId);
  const work = tenant.within(async ({ trx }) => {
    const { rows } = await trx.raw<{ rows: { seen: number; crossing: number }[] }>(
      'select count(*) as seen, count(*) filter (where tenant_id <> ?) as crossing from video',
      [club.tenantId],
    );
    assert.deepEqual(rows, [{ seen: rows[0]?.seen, crossing: 0 }]);
    assert.ok(Number(rows[0]?.seen) >= 2);
    await trx.raw(sql(String(rows[0]?.crossing)));
    throw new Changed(randomUUID());
  });
  await assert.rejects(work, expected);
}

describe('a pool of two connections', () => {
  numberedCase('G41', 'api', 'two tenants take turns on it, with errors and readers who leave', async () => {
    const property = fc.asyncProperty(fc.array(turn, { minLength: TURNS, maxLength: TURNS }), async (turns) => {
      for (let done = 0; done < turns.length; done += AT_ONCE) await Promise.all(turns.slice(done, done + AT_ONCE).map(performing));
    });
    await fc.assert(property, { numRuns: ROUNDS, endOnFailure: true });
    return `${String(ROUNDS * TURNS)} turns of ${String(KINDS.length)} kinds, ${String(AT_ONCE)} at once: no row of the other tenant`;
  });
});
