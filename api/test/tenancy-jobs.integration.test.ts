import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { after, before, describe } from 'node:test';
import type { Knex } from 'knex';
import { PgBoss } from 'pg-boss';
import { pino } from 'pino';
import type { AnomalyAction } from '../../domain/events/catalogue.ts';
import type { JobName, JobPayloads } from '../../domain/jobs/catalogue.ts';
import { tellAnomalies } from '../admin-audit.ts';
import { connectDatabase } from '../platform/database.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { QUEUE_SCHEMA } from '../platform/queue.ts';
import { ladders } from '../services/ladders.ts';
import { previews } from '../services/previews.ts';
import { processing } from '../services/processing.ts';
import { videoLadder } from '../../worker/jobs/video-ladder.ts';
import { videoProcess } from '../../worker/jobs/video-process.ts';
import { jobTenant, startRunner, type JobHandlers } from '../../worker/runner.ts';
import { numberedCase } from './support/cases.ts';
import { until } from './support/job-rig.ts';
import { NOBODY_WORKS } from './support/published.ts';
import { photograph, startTwoSides, type Side } from './support/tenancy-matrix.ts';
import type { TestSystem } from './support/system.ts';

let system: TestSystem;
let mine: Side;
let theirs: Side;
let database: Knex;
let boss: PgBoss;
let touched: string[];
const lines: string[] = [];
const stopping = new AbortController();

/** A store that nobody may touch, and that tells who did. */
const untouchable = (): ObjectStore =>
  new Proxy({} as ObjectStore, {
    get: (_, name) => () => {
      touched.push(String(name));
      throw new Error('the store was touched');
    },
  });

const toolsOfNobody = { ffmpegPath: '/nowhere/ffmpeg', ffprobePath: '/nowhere/ffprobe', sandbox: 'off' } as const;

const NOT_ASKED = {
  run: () => Promise.reject(new Error('no such job was sent')),
  refusalOf: () => null,
  gaveUp: () => Promise.resolve(),
};

function handlersOn(store: ObjectStore): JobHandlers {
  const shared = { store, tools: toolsOfNobody, workspaceRoot: tmpdir(), killPoint: () => undefined };
  return {
    'video.process': videoProcess({ ...shared, processing: processing(), previews: previews(), scan: async () => {}, longestSide: 1920 }),
    'video.ladder': videoLadder({ ...shared, ladders: ladders() }),
    // They name rows of their own, which only their tenant's transaction can find.
    'person.erase': NOT_ASKED,
    'person.takeout': NOT_ASKED,
  };
}

before(async () => {
  ({ system, mine, theirs } = await startTwoSides());
  touched = [];
  database = connectDatabase({ url: system.database.workerUrl, poolSize: 3, name: 'va-test-worker' });
  boss = new PgBoss({
    ...{ connectionString: system.database.workerUrl, schema: QUEUE_SCHEMA, max: 2 },
    ...{ migrate: false, createSchema: false, schedule: false, supervise: false },
  });
  boss.on('error', () => undefined);
  await boss.start();
  // What was sent while the sides were set up is not for this worker.
  await system.database.admin.raw(`delete from queue.job`);
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  await startRunner({ boss, database, handlers: handlersOn(untouchable()), log, concurrency: 1, stopping: stopping.signal });
});
after(async () => {
  await boss.stop({ graceful: true, timeout: 5000 });
  await database.destroy();
  await system.stop();
});

/** A job as somebody with a hand in the queue could write it. Resolves when a worker has ended it. */
async function work<Name extends JobName>(name: Name, payload: JobPayloads[Name]): Promise<string> {
  const id = await boss.send(name, payload);
  const stateOf = async (): Promise<string> =>
    (await system.database.admin.raw<{ rows: { state: string }[] }>('select state::text from queue.job where id = ?', [id])).rows[0]
      ?.state ?? '';
  await until(`${name} ends`, async () => /completed|failed/.test(await stateOf()));
  return stateOf();
}

const countsOf = async (tenantId: string): Promise<readonly [entries: number, events: number]> => {
  const action: AnomalyAction = 'CROSS_TENANT_JOB';
  const entries = await system.database.admin('auditEvent').where({ tenantId, action });
  const events = await system.database.admin('event').where({ tenantId, name: 'security.anomaly' });
  return [entries.length, events.length];
};

describe('a job made by hand', () => {
  numberedCase('G44', 'worker', "one tenant's job with another's video", async () => {
    const [tenantId, videoId] = [mine.club.tenantId, theirs.ids.videoId];
    const before = await photograph(system, theirs.club.tenantId);
    const rendition = await system.database.admin<{ videoId: string; attemptId: string }>('videoRendition').where({ videoId }).first();
    const attemptId = rendition?.attemptId ?? '';
    assert.equal(await work('video.process', { tenantId, videoId, processingVersion: 1 }), 'completed');
    assert.deepEqual(await countsOf(tenantId), [1, 1]);
    assert.equal(await work('video.ladder', { tenantId, videoId, processingVersion: 1, attemptId }), 'completed');
    assert.deepEqual(await countsOf(tenantId), [2, 2]);
    assert.deepEqual(touched, []);
    assert.equal(await photograph(system, theirs.club.tenantId), before);
    assert.equal(lines.filter((line) => line.includes('cross_tenant_job')).length, 2);
    const told = await tellAnomalies(database, undefined);
    assert.match(told, new RegExp(`^tenant ${tenantId}: 2 CROSS_TENANT_JOB, the latest at [^\\n]*$`));
    return 'refused by the runner: no object touched, nothing of theirs changed, entry and event +1 each, counted for the operator';
  });

  numberedCase('G44', 'worker', "the same, with nobody in front of the job's own code", async () => {
    const tenant = jobTenant({ database, sender: NOBODY_WORKS }, mine.club.tenantId, randomUUID());
    const handlers = handlersOn(untouchable());
    const run = { signal: stopping.signal, settle: () => Promise.resolve(true) };
    const payload = { tenantId: mine.club.tenantId, videoId: theirs.ids.videoId, processingVersion: 1 };
    await handlers['video.process'].run(tenant, payload, run);
    await handlers['video.process'].gaveUp(tenant, payload, 'INTERNAL');
    await handlers['video.ladder'].run(tenant, { ...payload, attemptId: randomUUID() }, run);
    assert.deepEqual(touched, []);
    return 'finds nothing, touches nothing';
  });

  numberedCase('G44', 'worker', 'a video that is nobody’s, or gone', async () => {
    const before = await countsOf(mine.club.tenantId);
    assert.equal(await work('video.process', { tenantId: mine.club.tenantId, videoId: randomUUID(), processingVersion: 1 }), 'completed');
    assert.deepEqual(await countsOf(mine.club.tenantId), before);
    assert.deepEqual(touched, []);
    return 'done, and no anomaly';
  });
});
