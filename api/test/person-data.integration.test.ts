import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestDatabase, type TestDatabase } from './support/database.ts';
import { LATER_KINDS, undecidedPlaces } from './support/person-places.ts';

let database: TestDatabase;

before(async () => {
  database = await startTestDatabase();
});
after(() => database.stop());

class Rollback extends Error {}

describe('what becomes of a person’s data', () => {
  it('is decided for every column that could name a person or a video', async () => {
    assert.deepEqual(await undecidedPlaces(database.admin), []);
  });

  for (const { name, sql, expect } of LATER_KINDS)
    it(`is missed where somebody adds ${name}`, async () => {
      const plan = database.admin.transaction(async (trx) => {
        await trx.raw(sql);
        const faults = await undecidedPlaces(trx);
        assert.ok(
          faults.some((fault) => expect.test(fault)),
          `not noticed: ${JSON.stringify(faults)}`,
        );
        throw new Rollback();
      });
      await assert.rejects(plan, Rollback);
    });
});
