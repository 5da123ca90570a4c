import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Knex } from 'knex';
import { makeAuditPartitions } from '../platform/audit-partitions.ts';
import { connectDatabase } from '../platform/database.ts';
import { administration } from '../services/administration.ts';
import { verifyAuditChain } from '../services/audit-verify.ts';
import { catalogueFaults } from './support/catalogue.ts';
import { startTestDatabase, type TestDatabase } from './support/database.ts';

let database: TestDatabase;
let app: Knex;
let worker: Knex;
let tenantId: string;

before(async () => {
  database = await startTestDatabase();
  app = connectDatabase({ url: database.appUrl, poolSize: 2, name: 'va-test-app' });
  worker = connectDatabase({ url: database.workerUrl, poolSize: 4, name: 'va-test-worker' });
  tenantId = await administration(app).createTenant({ name: 'Partitioned', maxUploadBytes: 1024, maxDurationMs: 1000 });
});
after(async () => {
  await app.destroy();
  await worker.destroy();
  await database.stop();
});

/** The month of UTC so many months from now, as a partition is called. */
async function monthAhead(months: number): Promise<string> {
  const { rows } = await database.admin.raw<{ rows: { month: string }[] }>(
    `select to_char(date_trunc('month', now() at time zone 'UTC') + make_interval(months => ?), 'YYYY_MM') as month`,
    [months],
  );
  return `audit_event_${rows[0]?.month ?? ''}`;
}

async function partitions(): Promise<string[]> {
  const { rows } = await database.admin.raw<{ rows: { name: string }[] }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_event'::regclass order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function write(): Promise<string> {
  const id = randomUUID();
  await app.transaction(async (trx) => {
    await trx.raw(`select set_config('app.tenant_id', ?, true)`, [tenantId]);
    await trx('auditEvent').insert({ tenantId, id, action: 'X', resourceType: 'x', resourceId: id });
  });
  return id;
}

const whereIs = async (id: string): Promise<string | undefined> => {
  const { rows } = await database.admin.raw<{ rows: { name: string }[] }>(
    'select tableoid::regclass::text as name from audit_event where id = ?',
    [id],
  );
  return rows[0]?.name;
};

const drop = async (...tables: readonly string[]): Promise<void> => {
  for (const table of tables) await database.admin.raw('drop table ??', [table]);
};

describe('the partitions of the audit log', () => {
  it('are there for this month and the next three, and the default as a net', async () => {
    const months = await Promise.all([0, 1, 2, 3].map(monthAhead));
    assert.deepEqual(await partitions(), [...months, 'audit_event_default'].sort());
    assert.equal(await whereIs(await write()), months[0]);
  });

  it('are made again by the worker when they are missing, once, by several at a time', async () => {
    const months = await Promise.all([2, 3].map(monthAhead));
    await drop(...months);
    const made = await Promise.all([1, 2, 3, 4].map(() => makeAuditPartitions(worker)));
    assert.equal(
      made.reduce((sum, one) => sum + one, 0),
      2,
    );
    assert.equal(await makeAuditPartitions(worker), 0);
    for (const month of months) assert.ok((await partitions()).includes(month));
  });

  it('are under the tenants’ policies and cannot be changed, like the rest of the log', async () => {
    assert.deepEqual(await catalogueFaults(database.admin), []);
    const month = await monthAhead(0);
    await assert.rejects(database.admin.raw(`update ?? set action = 'Y'`, [month]), /append-only/);
    await assert.rejects(database.admin.raw('delete from ??', [month]), /append-only/);
    await assert.rejects(database.admin.raw('truncate ??', [month]), /append-only/);
    await assert.rejects(app.raw('select * from ??', [month]), /permission denied/);
    await assert.rejects(makeAuditPartitions(app), /permission denied/);
  });

  it('leave a month to the default partition that took rows of it', async () => {
    const [now, next] = [await monthAhead(0), await monthAhead(1)];
    await drop(now, next);
    await database.admin.raw('delete from audit_chain');
    assert.equal(await whereIs(await write()), 'audit_event_default');
    assert.equal(await makeAuditPartitions(worker), 1);
    assert.deepEqual([(await partitions()).includes(now), (await partitions()).includes(next)], [false, true]);
    assert.equal(await whereIs(await write()), 'audit_event_default');
    assert.equal((await verifyAuditChain(app, tenantId)).fault, null);
  });
});
