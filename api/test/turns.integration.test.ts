import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Knex } from 'knex';
import { PgBoss } from 'pg-boss';
import type { JobPayloads } from '../../domain/jobs/catalogue.ts';
import { connectDatabase } from '../platform/database.ts';
import { QUEUE_SCHEMA, startSender, type JobSender } from '../platform/queue.ts';
import { startTestDatabase, type TestDatabase } from './support/database.ts';

let database: TestDatabase;
let app: Knex;
let sender: JobSender;
let worker: PgBoss;

before(async () => {
  database = await startTestDatabase();
  app = connectDatabase({ url: database.appUrl, poolSize: 2, name: 'va-test-api' });
  sender = await startSender(database.appUrl, (error) => assert.fail(error));
  worker = new PgBoss({
    connectionString: database.workerUrl,
    schema: QUEUE_SCHEMA,
    max: 2,
    migrate: false,
    supervise: false,
    schedule: false,
  });
  worker.on('error', (error) => assert.fail(error));
  await worker.start();
});
after(async () => {
  await worker.stop({ graceful: false });
  await sender.stop();
  await app.destroy();
  await database.stop();
});
afterEach(() => database.admin.raw(`delete from ${QUEUE_SCHEMA}.job where name = 'video.process'`));

const [A, B, C] = [randomUUID(), randomUUID(), randomUUID()];
const NAMES = new Map<string, string>([
  [A, 'A'],
  [B, 'B'],
  [C, 'C'],
]);

const send = (tenantId: string, count = 1, isBackground = false) =>
  app.transaction(async (trx) => {
    for (let n = 0; n < count; n += 1)
      await sender.send(trx, 'video.process', { tenantId, videoId: randomUUID(), processingVersion: 1 }, { isBackground });
  });

const take = async () => (await worker.fetch<JobPayloads['video.process']>('video.process'))[0];

/** Takes and finishes so many jobs; whose they were, in order. */
async function serve(count: number): Promise<string> {
  let order = '';
  for (let n = 0; n < count; n += 1) {
    const job = await take();
    if (!job) break;
    order += NAMES.get(job.data.tenantId) ?? '?';
    await worker.complete('video.process', job.id);
  }
  return order;
}

describe('tenants in the queue', () => {
  it('take turns, although one sent all its jobs first', async () => {
    await send(A, 8);
    await send(B, 3);
    assert.equal(await serve(11), 'ABABABAAAAA');
  });

  it('take turns also when the jobs are sent one by one, and a third comes in the middle', async () => {
    for (let n = 0; n < 6; n += 1) await send(A);
    await send(B, 2);
    assert.equal(await serve(3), 'ABA');
    await send(C, 2);
    // Turn 1 is being served: B's last is in it, C comes in behind, and A's waiting ones are in turns 2 and later.
    assert.equal(await serve(7), 'BCACAAA');
  });

  it('are not starved by one that sends another job before each is taken', async () => {
    await send(A, 4);
    assert.equal(await serve(2), 'AA');
    let order = '';
    for (let n = 0; n < 4; n += 1) {
      await send(B);
      order += await serve(1);
    }
    assert.equal(order, 'ABAB');
  });

  it('do not save up turns while they send nothing', async () => {
    await send(A, 20);
    assert.equal(await serve(19), 'A'.repeat(19));
    await send(A, 3);
    await send(B, 4);
    assert.equal(await serve(8), 'ABABABAB');
  });

  it('keep no worker idle: one alone is served without a pause', async () => {
    await send(A, 5);
    const all = [await take(), await take(), await take(), await take(), await take()];
    assert.ok(all.every((job) => job?.data.tenantId === A));
  });

  it('wait with work in bulk until nobody waits for anything else', async () => {
    await send(A, 3, true);
    await send(B, 2, true);
    assert.equal(await serve(1), 'A');
    await send(C, 2);
    await send(A);
    assert.equal(await serve(7), 'CACBABA');
  });
});
