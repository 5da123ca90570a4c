import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import type { KillPoint } from '../platform/kill-points.ts';
import { leftOverOf } from '../services/erasure-verify.ts';
import { numberedCase } from './support/cases.ts';
import { apiFor } from './support/club.ts';
import { freePort } from './support/database.ts';
import { copyDatabase } from './support/database-copy.ts';
import { PLANTS } from './support/erasure-plants.ts';
import { startErasureRig, stateOf, tracesOf, type ErasureRig, type Leaver } from './support/erasure-rig.ts';
import { until } from './support/job-rig.ts';
import { startProcess, startTestWorker, type TestProcess } from './support/worker.ts';

let rig: ErasureRig;

before(async () => {
  rig = await startErasureRig();
  // The shortest sign of life the queue allows, so that a dead worker is missed soon.
  await rig.system.database.admin.raw(`update queue.queue set heartbeat_seconds = 10, retry_delay = 1 where name = 'person.erase'`);
});
after(() => rig.stop());

const inWords = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${kind} ${String(count)}`)
    .join(', ');

/** A worker as it really runs, until the erasure is what it should be. */
async function workUntil(erasureId: string, state: string): Promise<void> {
  const worker = await startTestWorker(rig.system, { WORKER_SWEEP_SECONDS: '1' });
  try {
    await until(`the erasure is ${state}`, async () => (await stateOf(rig, erasureId)).state === state);
  } finally {
    await worker.stop();
  }
}

async function nothingIsLeftOf(leaver: Leaver, erasureId: string): Promise<string> {
  assert.deepEqual(await tracesOf(rig, leaver), {});
  const { state, receipt } = await stateOf(rig, erasureId);
  assert.equal(state, 'verified');
  const { absent } = JSON.parse(receipt?.document ?? '{}') as { absent: Record<string, number> };
  assert.deepEqual([...new Set(Object.values(absent))], [0]);
  return `verified, 0 in ${String(Object.keys(absent).length)} places`;
}

describe('a purge', () => {
  numberedCase('G91', 'disk', '5 videos, open uploads, dead jobs, orphans, kept answers; a worker', async () => {
    const leaver = await rig.leaver('everything');
    const erasureId = await rig.ask('everything');
    await workUntil(erasureId, 'verified');
    return nothingIsLeftOf(leaver, erasureId);
  });
});

describe('a proof', () => {
  let planted: { readonly leaver: Leaver; readonly erasureId: string };
  before(async () => {
    const leaver = await rig.leaver('planted', true);
    planted = { leaver, erasureId: await rig.ask('planted') };
    await rig.purge.run(rig.tenant, planted.erasureId, new AbortController().signal);
  });
  for (const plant of PLANTS)
    numberedCase('G91', 'disk', `left over: ${plant.name}`, async () => {
      const { leaver, erasureId } = planted;
      const takeAway = await plant.put(rig, leaver, erasureId);
      try {
        const proof = await rig.prove(rig.tenant, erasureId);
        const leftOver = leftOverOf(proof);
        assert.ok((leftOver[plant.place] ?? 0) > 0, inWords(leftOver));
        assert.equal(await rig.conclude(erasureId, proof), 'refused');
        const { state, receipt } = await stateOf(rig, erasureId);
        assert.deepEqual([state, receipt], ['refused', null]);
        return `refused: ${inWords(leftOver)}`;
      } finally {
        await takeAway();
      }
    });
  numberedCase('G91', 'disk', 'the same, when nothing is left over any more', async () => {
    assert.equal(await rig.conclude(planted.erasureId, await rig.prove(rig.tenant, planted.erasureId)), 'verified');
    return nothingIsLeftOf(planted.leaver, planted.erasureId);
  });
});

const DEATHS: readonly (readonly [point: KillPoint, between: string])[] = [
  ['erase_begun', 'before anything is removed'],
  ['erase_jobs_removed', 'after the jobs'],
  ['erase_store_purged', 'after the store'],
  ['erase_table_removed', 'after the first table'],
  ['erase_rows_removed', 'after the last table'],
  ['erase_person_removed', "after the person's row"],
  ['erase_proven', 'between the proof and the receipt'],
  ['erase_concluded', 'after the receipt'],
];

describe('a worker that is killed', () => {
  for (const [point, between] of DEATHS)
    numberedCase('G91', 'disk', `kill -9 of the worker ${between}; another one`, async () => {
      const leaver = await rig.leaver(point, true);
      const erasureId = await rig.ask(point);
      const doomed = await startTestWorker(rig.system, { KILL_POINT: point, WORKER_SWEEP_SECONDS: '3600' });
      assert.equal((await doomed.ended).signal, 'SIGKILL');
      const { state } = await stateOf(rig, erasureId);
      assert.equal(state, point === 'erase_concluded' ? 'verified' : 'purging');
      // The dead worker's sign of life, as it will be in a while.
      await rig.system.database.admin.raw(
        `update queue.job set heartbeat_on = now() - interval '1 hour' where name = 'person.erase' and state = 'active'`,
      );
      await workUntil(erasureId, 'verified');
      return nothingIsLeftOf(leaver, erasureId);
    });
});

describe('an API that is killed', () => {
  const startDoomed = async (point: KillPoint): Promise<{ api: TestProcess; url: string }> => {
    const { database, storeRoot, signingSecret } = rig.system;
    const url = `http://127.0.0.1:${String(await freePort())}`;
    const api = startProcess('api/main.ts', {
      ...{ API_PORT: new URL(url).port, API_PUBLIC_URL: url, DATABASE_URL: database.appUrl, KILL_POINT: point },
      ...{ STORE: 'disk', STORE_ROOT: storeRoot, STORE_SIGNING_SECRET: signingSecret },
    });
    await api.until('api ready');
    return { api, url };
  };

  for (const [point, between] of [
    ['before_block_commit', 'before the commit that blocks'],
    ['after_block', 'after the commit and before the answer'],
  ] as const)
    numberedCase('G91', 'disk', `kill -9 of the API ${between}; the same request again`, async () => {
      const leaver = await rig.leaver(point, true);
      const doomed = await startDoomed(point);
      const params = { path: { externalId: point } };
      await assert.rejects(apiFor(doomed.url, rig.club.secretKey).POST('/api/v1/people/{externalId}/erasure', { params }), TypeError);
      await doomed.api.ended;
      const { length: before } = await rig.system.database.admin('erasure').where({ personId: leaver.person.id });
      assert.equal(before, point === 'after_block' ? 1 : 0);
      const erasureId = await rig.ask(point);
      const { length: now } = await rig.system.database.admin('erasure').where({ personId: leaver.person.id });
      assert.equal(now, 1);
      assert.equal(await rig.work(erasureId), 'verified');
      return nothingIsLeftOf(leaver, erasureId);
    });
});

describe('a backup that is restored', () => {
  numberedCase('G91', 'disk', 'rows and objects of before the erasure put back; the log replayed', async () => {
    const { system } = rig;
    const kept = await mkdtemp(join(tmpdir(), 'va-kept-'));
    const admin = (...args: readonly string[]): TestProcess => {
      const { appUrl, workerUrl } = system.database;
      return startProcess('api/admin.ts', { DATABASE_URL: appUrl, WORKER_DATABASE_URL: workerUrl }, args);
    };
    try {
      const leaver = await rig.leaver('restored', true);
      const copy = await copyDatabase(system.database.admin);
      await cp(system.storeRoot, join(kept, 'store'), { recursive: true });
      const erasureId = await rig.ask('restored');
      assert.equal(await rig.work(erasureId), 'verified');
      const told = admin('erasure', 'log');
      assert.equal((await told.ended).code, 0, told.output());
      await writeFile(join(kept, 'erasures.ndjson'), told.output());

      await copy.restore();
      await cp(join(kept, 'store'), system.storeRoot, { recursive: true });
      const back = await tracesOf(rig, leaver);
      assert.ok((back['public.video'] ?? 0) > 0 && (back['object'] ?? 0) > 0, 'the restore has brought the person back');

      const replayed = admin('erasure', 'replay', '--log', join(kept, 'erasures.ndjson'));
      assert.equal((await replayed.ended).code, 0, replayed.output());
      assert.equal((await stateOf(rig, erasureId)).state, 'blocked');
      await workUntil(erasureId, 'verified');
      return `${inWords(back)} were back; ${await nothingIsLeftOf(leaver, erasureId)}`;
    } finally {
      await rm(kept, { recursive: true });
    }
  });
});
