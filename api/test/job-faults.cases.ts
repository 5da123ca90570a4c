import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { migrate } from '../platform/migrate.ts';
import { MOST_DEATHS } from '../services/processing.ts';
import { ATTEMPT_PATIENCE_MS, renditionSweep } from '../services/rendition-sweep.ts';
import { reprocessOne } from '../services/reprocessing.ts';
import { JOBS } from '../../domain/jobs/catalogue.ts';
import { numberedCase } from './support/cases.ts';
import { uploadClip, untilSettled } from './support/clips.ts';
import { freePort } from './support/database.ts';
import { startJobRig, type JobRig, type Traces } from './support/job-rig.ts';
import { PORTAL_ORIGIN } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { deadlyFfmpeg, failingFfmpeg, holdingFfmpeg, type Held } from './support/trick-ffmpeg.ts';
import { startProcess } from './support/worker.ts';

const SMALL = testClip({ width: 320, height: 180, rate: '30', frames: 30 });
const OTHER = testClip({ width: 320, height: 180, rate: '30', frames: 45 });

let rig: JobRig;
before(async () => {
  rig = await startJobRig();
});
after(() => rig.stop());

const upload = async (bytes = SMALL): Promise<string> => (await uploadClip(rig.player.api, bytes)).id;
const ready = async (videoId: string): Promise<Traces> => {
  const { status, errorCode } = await untilSettled(rig.player.api, videoId, 600_000);
  assert.equal(status, 'ready', String(errorCode));
  return rig.traces(videoId);
};
const encoding = (held: Held): Promise<void> => rig.until('an encode that is held', async () => (await held.pid()) !== null);
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const sweepLater = (ms: number) => renditionSweep({ store: rig.system.store, clock: () => new Date(Date.now() + ms) }).sweep(rig.tenant);
const inWords = ({ status, attempts, renditions, stored, jobs }: Traces): string =>
  `${status}, ${String(attempts)} attempts, ${String(renditions.length)} published, ${String(stored.length)} prefixes stored, job ${jobs.map(({ state, retries }) => `${state} at retry ${String(retries)}`).join(' and ')}`;

/** One set of renditions is all there is: nobody can be shown anything else, and the store holds nothing else. */
function assertPublishedOnce({ renditions, publishedAttemptId, stored }: Traces): void {
  assert.equal(renditions.length, 1);
  assert.deepEqual([publishedAttemptId, ...stored], [renditions[0], renditions[0]]);
}

describe('a worker that dies', () => {
  numberedCase('G08', 'disk', 'kill -9 of a worker in the middle of an encode, another one waits', async () => {
    const held = await holdingFfmpeg();
    const doomed = await rig.worker(held.env);
    const id = await upload();
    await encoding(held);
    const successor = await rig.worker();
    doomed.child.kill('SIGKILL');
    const killedAt = Date.now();
    const traces = await ready(id);
    await successor.stop();
    assertPublishedOnce(traces);
    assert.deepEqual([traces.attempts, traces.jobs], [2, [{ state: 'completed', retries: 1 }]]);
    return `${inWords(traces)}, ready ${String(Math.round((Date.now() - killedAt) / 1000))} s after the kill`;
  });

  numberedCase('G08 G11', 'disk', 'kill -9 between storing and publishing; the sweeper later', async () => {
    const doomed = await rig.worker({ KILL_POINT: 'after_renditions_stored' });
    const id = await upload();
    await doomed.ended;
    const successor = await rig.worker();
    const before = await ready(id);
    await successor.stop();
    assert.deepEqual([before.renditions.length, before.stored.length], [1, 2]);
    assert.equal((await sweepLater(ATTEMPT_PATIENCE_MS - 60_000)).swept, 0, 'an attempt that may still run is left alone');
    await sweepLater(ATTEMPT_PATIENCE_MS + 60_000);
    const after = await rig.traces(id);
    assertPublishedOnce(after);
    return `2 prefixes stored, after the sweep ${String(after.stored.length)}: the published one`;
  });

  numberedCase('G16', 'disk', 'a file that takes its worker with it, three times', async () => {
    const env = await deadlyFfmpeg();
    const id = await upload();
    for (let death = 1; death <= MOST_DEATHS; death += 1) {
      const worker = await rig.worker(env);
      assert.equal((await worker.ended).signal, 'SIGKILL');
    }
    const survivor = await rig.worker(env);
    const video = await untilSettled(rig.player.api, id, 600_000);
    assert.deepEqual([video.status, video.errorCode], ['failed', 'INTERNAL']);
    const traces = await rig.traces(id);
    assert.equal(traces.attempts, MOST_DEATHS);
    await survivor.until('job_poisoned');
    assert.equal(survivor.child.exitCode ?? survivor.child.signalCode, null, 'the fourth worker lives');
    await survivor.stop();
    return `failed INTERNAL after ${String(traces.attempts)} attempts, the fourth worker lives and raises job_poisoned`;
  });
});

describe('a worker that is overtaken', () => {
  numberedCase('G09', 'disk', 'SIGSTOP past the heartbeat, another publishes, SIGCONT', async () => {
    const held = await holdingFfmpeg();
    const asleep = await rig.worker(held.env);
    const id = await upload();
    await encoding(held);
    asleep.child.kill('SIGSTOP');
    const awake = await rig.worker();
    const published = await ready(id);
    await awake.stop();
    await held.release();
    asleep.child.kill('SIGCONT');
    // It has ended its attempt when it has removed its own prefix and said so.
    const { admin } = rig.system.database;
    await rig.until(
      'the end of the older attempt',
      async () => (await admin('videoAttempt').where({ videoId: id, endedAt: null })).length === 0,
    );
    const traces = await rig.traces(id);
    assertPublishedOnce(traces);
    assert.equal(traces.publishedAttemptId, published.publishedAttemptId);
    assert.deepEqual(traces.jobs, [{ state: 'completed', retries: 1 }]);
    await asleep.stop();
    return `the sleeper published nothing and left nothing; ${inWords(traces)}`;
  });

  numberedCase('G10', 'disk', 'a new processing version while the older one is being made', async () => {
    const held = await holdingFfmpeg();
    const older = await rig.worker(held.env);
    const id = await upload();
    await encoding(held);
    await reprocessOne(rig.tenant, id);
    const newer = await rig.worker();
    await ready(id);
    await newer.stop();
    await held.release();
    await older.until('job superseded');
    await older.stop();
    const { admin } = rig.system.database;
    const [rendition] = await admin('videoRendition')
      .where({ videoId: id, kind: 'analysis' })
      .select<{ processingVersion: number; files: unknown }[]>('*');
    const traces = await rig.traces(id);
    assertPublishedOnce(traces);
    assert.equal(rendition?.processingVersion, 2);
    assert.ok(!JSON.stringify(rendition.files).includes('/r/1/'), 'no key of version 1');
    return `version 1 refused and removed, version 2 published; ${inWords(traces)}`;
  });
});

describe('a job that cannot be done', () => {
  numberedCase('G15', 'disk', 'a poison job next to another one', async () => {
    const { admin } = rig.system.database;
    const worker = await rig.worker(await failingFfmpeg(SMALL.length));
    const [poison, other] = [await upload(SMALL), await upload(OTHER)];
    const video = await untilSettled(rig.player.api, poison, 600_000);
    assert.deepEqual([video.status, video.errorCode], ['failed', 'FFMPEG_FAIL']);
    await ready(other);
    const traces = await rig.traces(poison);
    assert.equal(traces.attempts, JOBS['video.process'].retryLimit + 1);
    const dead = async (): Promise<number> => {
      const { rows } = await admin.raw<{ rows: unknown[] }>(
        `select 1 from queue.job where name = 'video.process.dead' and data->>'videoId' = ?`,
        [poison],
      );
      return rows.length;
    };
    await rig.until('the dead letter', async () => (await dead()) > 0);
    const told = await admin('event').where({ name: 'video.failed' }).whereRaw(`payload->>'videoId' = ?`, [poison]);
    const lastOf = async (videoId: string) =>
      (await admin('videoTransition').where({ videoId }).max<{ max: Date }[]>('createdAt'))[0]?.max ?? new Date(0);
    assert.ok((await lastOf(other)) < (await lastOf(poison)), 'the other job did not wait for the last try');
    await worker.until('job_exhausted');
    await worker.stop();
    assert.deepEqual([await dead(), told.length, worker.output().split('job_exhausted').length - 1], [1, 1, 1]);
    return `${String(traces.attempts)} attempts, 1 dead letter, failed FFMPEG_FAIL, 1 alert, 1 event; the other video was ready before the last try`;
  });

  numberedCase('G19', 'disk', 'the disk is full in the worker, then has room again', async () => {
    const root = mkdtempSync(join(tmpdir(), 'va-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', root]);
    try {
      const ballast = join(root, 'ballast');
      writeFileSync(ballast, Buffer.alloc(64 * 1024 * 1024 - 64 * 1024));
      const worker = await rig.worker({ WORKSPACE_ROOT: join(root, 'work'), SANDBOX: 'off' });
      const id = await upload(testClip({ width: 640, height: 360, rate: '30', frames: 60 }));
      await Promise.race([
        rig.until('a try that failed', async () => (await rig.traces(id)).jobs.some(({ state }) => state === 'retry')),
        worker.ended.then(() => Promise.reject(new Error(`a full disk ended the worker: ${worker.output().slice(-500)}`))),
      ]);
      await rig.until('an empty workspace', () => Promise.resolve(readdirSync(join(root, 'work')).length === 0));
      assert.equal((await rig.traces(id)).errorCode, null);
      rmSync(ballast);
      const traces = await ready(id);
      await worker.stop();
      assertPublishedOnce(traces);
      return `kept for another try, workspace removed, the worker lives; with room again ${inWords(traces)}`;
    } finally {
      execFileSync('umount', ['-l', root]);
      rmSync(root, { recursive: true });
    }
  });
});

describe('a process that is asked to stop', () => {
  numberedCase('G17', 'disk', 'SIGTERM of a worker in the middle of an encode', async () => {
    const held = await holdingFfmpeg();
    const leaving = await rig.worker(held.env);
    const id = await upload();
    await encoding(held);
    const pid = (await held.pid()) ?? 0;
    assert.ok(isRunning(pid));
    const staying = await rig.worker();
    const askedAt = Date.now();
    await leaving.stop();
    const seconds = (Date.now() - askedAt) / 1000;
    assert.ok(!isRunning(pid), 'the encoder is gone with its worker');
    const traces = await ready(id);
    await staying.stop();
    assertPublishedOnce(traces);
    return `encoder and worker gone after ${seconds.toFixed(1)} s; elsewhere ${inWords(traces)}`;
  });

  numberedCase('G18', 'disk', 'SIGTERM of the API while eight clients ask without a pause', async () => {
    const port = await freePort();
    const api = startProcess('api/main.ts', {
      ...{ API_PORT: String(port), DATABASE_URL: rig.system.database.appUrl, LOG_LEVEL: 'info' },
      ...{ STORE: 'disk', STORE_ROOT: rig.system.storeRoot, STORE_SIGNING_SECRET: rig.system.signingSecret },
    });
    await api.until('api ready');
    const statuses: number[] = [];
    const client = async (): Promise<void> => {
      for (;;)
        try {
          const response = await fetch(`http://127.0.0.1:${String(port)}/api/v1/videos`, {
            headers: { Authorization: `Bearer ${rig.player.token}`, Origin: PORTAL_ORIGIN },
          });
          await response.arrayBuffer();
          statuses.push(response.status);
        } catch {
          return;
        }
    };
    const clients = Promise.all(Array.from({ length: 8 }, client));
    await rig.until('a load', () => Promise.resolve(statuses.length >= 100));
    api.child.kill('SIGTERM');
    await Promise.all([clients, api.ended]);
    const answered = api.output().split('"msg":"request"').length - 1;
    assert.deepEqual(
      statuses.filter((status) => status !== 200),
      [],
    );
    assert.equal(statuses.length, answered, 'every request that was taken was answered, and every answer arrived');
    assert.equal((await api.ended).code, 0);
    return `${String(answered)} taken, ${String(statuses.length)} answered 200, the rest refused at the socket`;
  });
});

describe('a deployment', () => {
  numberedCase('G20', 'disk', 'the queue is migrated while an older worker is at work and jobs wait', async () => {
    const held = await holdingFfmpeg();
    const older = await rig.worker(held.env);
    const first = await upload();
    await encoding(held);
    const waiting = [await upload(), await upload(), await upload()];
    await migrate(rig.system.database.ownerUrl);
    const newer = await rig.worker();
    waiting.push(await upload());
    await held.release();
    const all = await Promise.all([first, ...waiting].map(ready));
    await older.stop();
    await newer.stop();
    for (const traces of all) assertPublishedOnce(traces);
    const jobs = all.flatMap((traces) => traces.jobs);
    assert.deepEqual(
      jobs.map(({ state, retries }) => [state, retries]),
      all.map(() => ['completed', 0]),
    );
    return `${String(all.length)} videos ready, ${String(jobs.length)} jobs completed at the first try, none lost, none twice`;
  });
});
