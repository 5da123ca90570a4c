import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { legalMoves } from '../../domain/video/status.ts';
import { numberedCase } from './support/cases.ts';
import { catalogueFaults, PLANTS, tenantTables } from './support/catalogue.ts';
import { startTestDatabase, type TestDatabase } from './support/database.ts';

let database: TestDatabase;

before(async () => {
  database = await startTestDatabase();
});
after(() => database.stop());

describe("the database's own catalogue", () => {
  numberedCase('G39', 'catalogue', 'tables, policies, keys, indexes, roles, grants and functions', async () => {
    assert.deepEqual(await catalogueFaults(database.admin), []);
    const tables = await tenantTables(database.admin);
    return `${String(tables.length)} tenant tables without a fault; ${String(PLANTS.length)} planted faults are noticed`;
  });

  it('knows exactly the status moves that the domain knows', async () => {
    const rows = await database.admin('videoStatusMove').select<{ fromStatus: string; toStatus: string; madeBy: string[] }[]>('*');
    const key = (from: string, to: string, by: readonly string[]): string => `${from} → ${to} by ${[...by].sort().join(' or ')}`;
    assert.deepEqual(
      rows.map((row) => key(row.fromStatus, row.toStatus, row.madeBy)).sort(),
      legalMoves()
        .map((move) => key(move.from, move.to, move.by))
        .sort(),
    );
  });
});

describe("the catalogue's guard", () => {
  for (const { name, sql, expect } of PLANTS)
    it(`notices ${name}`, async () => {
      const plan = database.admin.transaction(async (trx) => {
        await trx.raw(sql);
        const faults = await catalogueFaults(trx);
        assert.ok(
          faults.some((fault) => expect.test(fault)),
          `not noticed: ${JSON.stringify(faults)}`,
        );
        throw new Rollback();
      });
      await assert.rejects(plan, Rollback);
    });
});

class Rollback extends Error {}
