import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { numberedCase } from './cases.ts';
import { CLIP } from './crash-cases.ts';
import { bytesAt, complete, sha256 } from './fault-cases.ts';
import { uploadInNode } from './node-uploader.ts';
import type { Rule, FaultProxy } from './s3-fault-proxy.ts';
import { begun, type UploadRig } from './upload-rig.ts';

const MiB = 1024 * 1024;

/** The completion itself: a POST about an upload. */
const completion = (fault: Rule['fault'], nth?: readonly number[]): Rule => ({
  ...{ method: 'POST', query: /^uploadId=/, fault },
  ...(nth && { nth }),
});

function proxyOf({ proxy }: UploadRig): FaultProxy {
  if (!proxy) throw new Error('there is no proxy in front of a disk');
  return proxy;
}

async function completesDespite(rig: UploadRig, rules: readonly Rule[]): Promise<string> {
  const started = await begun(rig, CLIP);
  const proxy = proxyOf(rig);
  proxy.follow(rules);
  const first = await complete(rig, started);
  proxy.follow([]);
  const again = await complete(rig, started);
  assert.equal(again.response.status, 200, JSON.stringify(again.error));
  const { state, status, jobs, completions } = await rig.counts(started.clientUploadId);
  assert.deepEqual([state, status, jobs, completions], ['done', 'uploaded', 1, 1]);
  assert.equal(sha256(await bytesAt(rig, started.upload.key)), sha256(CLIP));
  return `answered ${String(first.response.status)}, the next time 200; uploaded once, 1 job, SHA-256 equal`;
}

/** What a store does on a bad day, by a proxy in front of a real one. */
export function proxyCases(rig: () => UploadRig): void {
  const faults: readonly (readonly [number: string, action: string, rules: readonly Rule[]])[] = [
    ['C7 G21', 'a completion answered with 200 and <Error> inside, once', [completion({ kind: 'error_inside_200' }, [1])]],
    ['C7 G21', 'a completion answered with 200 and <Error> inside, every time', [completion({ kind: 'error_inside_200' })]],
    ['C7 G22', 'a completion carried out whose answer is lost', [completion({ kind: 'reset_after' }, [1])]],
    ['C7 G22', 'a completion carried out whose answer is lost every time', [completion({ kind: 'reset_after' })]],
    ['C7', 'a completion reset before the store saw it', [completion({ kind: 'reset_before' })]],
    ['C7', 'a completion refused with 500', [completion({ kind: 'answer', status: 500 })]],
    ['C7', 'a completion refused with 503 SlowDown', [completion({ kind: 'answer', status: 503 })]],
    ['C7', 'a completion whose answer is cut in the middle', [completion({ kind: 'truncate' })]],
    ['C7', 'a list of parts that is cut in the middle', [{ method: 'GET', query: /uploadId=/, fault: { kind: 'truncate' } }]],
  ];
  for (const [number, action, rules] of faults) numberedCase(number, 'S3', action, () => completesDespite(rig(), rules));

  numberedCase('G24', 'S3', '500 and 503 on 3 of 10 parts, one reset, one ETag altered on the way', async () => {
    const bytes = randomBytes(49 * MiB);
    const put = (fault: Rule['fault'], nth: number): Rule => ({ method: 'PUT', query: /partNumber=/, nth: [nth], fault });
    const proxy = proxyOf(rig());
    proxy.follow([
      put({ kind: 'answer', status: 500 }, 2),
      put({ kind: 'answer', status: 503 }, 3),
      put({ kind: 'answer', status: 500 }, 5),
      put({ kind: 'reset_before' }, 3),
      put({ kind: 'wrong_etag' }, 4),
    ]);
    const sent = await uploadInNode(rig().url, rig().player.token, bytes, (wire) => wire);
    proxy.follow([]);
    assert.equal(sent.progress.phase, 'processing', JSON.stringify(sent.progress.problem));
    const key = await keyOf(rig(), sent.progress.videoId ?? '');
    assert.equal(sha256(await bytesAt(rig(), key)), sha256(bytes));
    return `${String(sent.puts.length)} PUTs (${sent.puts.filter((status) => status !== 200).join(', ')} repeated), SHA-256 equal`;
  });

  numberedCase('G25', 'S3', 'HeadObject takes 20 s', async () => {
    const started = await begun(rig(), CLIP);
    const proxy = proxyOf(rig());
    proxy.follow([{ method: 'HEAD', fault: { kind: 'delay', ms: 20_000 } }]);
    const startedAt = Date.now();
    const asked = complete(rig(), started);
    let idle = 0;
    while ((await Promise.race([asked.then(() => 'answered'), later(500)])) !== 'answered') idle += await idleInTransaction(rig());
    const { response, error } = await asked;
    const seconds = (Date.now() - startedAt) / 1000;
    proxy.follow([]);
    assert.deepEqual([response.status, error?.code], [503, 'service.unavailable']);
    assert.ok(seconds < 20, `${String(seconds)} s`);
    assert.equal(idle, 0);
    assert.equal((await complete(rig(), started)).response.status, 200);
    return `503 after ${seconds.toFixed(0)} s, no transaction held meanwhile; then 200`;
  });
}

const later = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('waiting'), ms));

async function idleInTransaction({ database }: UploadRig): Promise<number> {
  const { rows } = await database.admin.raw<{ rows: unknown[] }>(
    `select 1 from pg_stat_activity where application_name like 'va-api%' and state = 'idle in transaction' and now() - state_change > interval '400 ms'`,
  );
  return rows.length;
}

async function keyOf({ database }: UploadRig, videoId: string): Promise<string> {
  const [row] = await database.admin<{ videoId: string; objectKey: string }>('upload').where({ videoId });
  return row?.objectKey ?? '';
}
