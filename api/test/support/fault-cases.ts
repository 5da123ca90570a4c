import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { DomainError } from '../../../domain/errors.ts';
import { jobTenant } from '../../../worker/runner.ts';
import { connectDatabase } from '../../platform/database.ts';
import { killPoints } from '../../platform/kill-points.ts';
import { startSender } from '../../platform/queue.ts';
import { uploadExpiry, type Sweep } from '../../services/upload-expiry.ts';
import { numberedCase } from './cases.ts';
import { sendParts } from './clips.ts';
import { CLIP, dieAtComplete, dieAtInit, finishUpload, initAgain } from './crash-cases.ts';
import { uploadInNode } from './node-uploader.ts';
import { begun, refOf, type UploadRig } from './upload-rig.ts';

const COMPLETE = '/api/v1/media/upload/complete';
const PARTS = '/api/v1/media/upload/parts';
const MiB = 1024 * 1024;
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const complete = ({ player }: UploadRig, { upload, parts }: Pick<Awaited<ReturnType<typeof begun>>, 'upload' | 'parts'>) =>
  player.api.POST(COMPLETE, { body: { ...refOf(upload), parts } });

/** What the worker's sweeper would do some time from now. */
async function sweepAfter(rig: UploadRig, ms: number): Promise<Sweep> {
  const database = connectDatabase({ url: rig.database.workerUrl, poolSize: 2, name: 'va-test-sweeper' });
  const faults: Error[] = [];
  const sender = await startSender(rig.database.workerUrl, (error) => faults.push(error));
  try {
    const expiry = uploadExpiry({ store: rig.store(), killPoint: killPoints(undefined), clock: () => new Date(Date.now() + ms) });
    const swept = await expiry.sweep(jobTenant({ database, sender }, rig.club.tenantId, 'sweep'), true);
    // A foreign object at an upload's key is reported by every sweep, until somebody has looked.
    const isAlarm = (error: Error): boolean => error instanceof DomainError && error.code === 'upload.object_conflict';
    assert.deepEqual(
      swept.failures.filter((error) => !isAlarm(error)),
      [],
    );
    return swept;
  } finally {
    await sender.stop();
    await database.destroy();
  }
}

const MINUTE = 60_000;

/** What nobody comes back for. */
export function sweeperCases(rig: () => UploadRig, engine: string): void {
  numberedCase('C2', engine, 'kill -9 before the store is asked, and nobody returns: the sweeper an hour later', async () => {
    const before = await rig().usage();
    const { clientUploadId } = await dieAtInit(rig(), 'after_begin');
    await sweepAfter(rig(), 61 * MINUTE);
    assert.deepEqual(await rig().usage(), before);
    assert.equal((await rig().counts(clientUploadId)).state, 'aborted');
    return 'released: the quota is as before, the upload aborted';
  });

  numberedCase('C3 G02', engine, 'kill -9 after the store began; the same init again; the sweeper', async () => {
    const body = await dieAtInit(rig(), 'after_store_begin');
    const upload = await initAgain(rig(), body);
    assert.equal((await rig().counts(body.clientUploadId)).openAtStore, 2);
    const { orphans } = await sweepAfter(rig(), 61 * MINUTE);
    assert.ok(orphans >= 1);
    assert.equal((await rig().counts(body.clientUploadId)).openAtStore, 1);
    return `orphan gone; ${await finishUpload(rig(), upload, body.clientUploadId)}`;
  });

  for (const [number, point] of [
    ['C6', 'after_claim'],
    ['C8 G04', 'after_store_complete'],
  ] as const)
    numberedCase(number, engine, `kill -9 at ${point}, and the client never returns: the reconciler after three minutes`, async () => {
      const { clientUploadId } = await dieAtComplete(rig(), point);
      await sweepAfter(rig(), 3 * MINUTE);
      const { state, status, jobs, completions } = await rig().counts(clientUploadId);
      assert.deepEqual([state, status, jobs, completions], ['done', 'uploaded', 1, 1]);
      return 'uploaded without the client, 1 job';
    });
}

export function storeCases(rig: () => UploadRig, engine: string): void {
  numberedCase('C5', engine, 'one of two parts is refused with 403 for its age, then asked for anew', async () => {
    const bytes = Buffer.concat([Buffer.alloc(5 * MiB, 'a'), CLIP]);
    const started = await rig().player.api.POST('/api/v1/media/upload/init', {
      body: { clientUploadId: crypto.randomUUID(), sizeBytes: bytes.length, contentType: 'video/mp4', title: 'Two parts' },
    });
    const upload = started.data;
    assert.ok(upload);
    const [one, two] = upload.missingParts;
    assert.ok(one && two);
    await sendParts({ ...upload, missingParts: [one] }, bytes);
    const [open] = await rig().database.admin<{ id: string; storeUploadId: string }>('upload').where({ id: upload.uploadId });
    const old = await rig()
      .store(() => new Date(Date.now() - 60 * MINUTE))
      .signPart(upload.key, { uploadId: open?.storeUploadId ?? '', partNumber: 2, sizeBytes: two.sizeBytes, expiresInSeconds: 900 });
    assert.equal((await fetch(old, { method: 'PUT', body: new Uint8Array(CLIP) })).status, 403);
    const { data: again } = await rig().player.api.POST(PARTS, { body: refOf(upload) });
    assert.deepEqual(
      again?.missingParts.map(({ partNumber }) => partNumber),
      [2],
    );
    assert.ok(again);
    const parts = await sendParts(again, bytes);
    assert.equal((await complete(rig(), { upload, parts })).response.status, 200);
    return '403, a fresh address for part 2 alone, uploaded';
  });

  numberedCase('C7', engine, 'the store has neither upload nor object when the client completes', async () => {
    const started = await begun(rig(), CLIP);
    await lose(rig(), started.upload.uploadId);
    const { response, error } = await complete(rig(), started);
    assert.deepEqual([response.status, error?.code], [410, 'upload.lost']);
    return '410 upload.lost, no success, no job';
  });

  numberedCase('C7 G23', engine, 'the upload is gone, and an object with another token stands at its key', async () => {
    const started = await begun(rig(), CLIP);
    const { key } = started.upload;
    await lose(rig(), started.upload.uploadId);
    const store = rig().store();
    const foreign = await store.createMultipart(key, { contentType: 'video/mp4', metadata: { 'write-token': 'another' } });
    const address = await store.signPart(key, { uploadId: foreign, partNumber: 1, sizeBytes: CLIP.length, expiresInSeconds: 60 });
    const etag = (await fetch(address, { method: 'PUT', body: new Uint8Array(CLIP) })).headers.get('etag') ?? '';
    assert.equal(await store.completeMultipart(key, foreign, [{ partNumber: 1, etag }]), 'completed');
    const { response, error } = await complete(rig(), started);
    assert.deepEqual([response.status, error?.code], [409, 'upload.object_conflict']);
    assert.equal((await rig().counts(started.clientUploadId)).jobs, 0);
    const { failures } = await sweepAfter(rig(), 3 * MINUTE);
    assert.equal(failures.length, 1);
    return '409 upload.object_conflict, never accepted, no job; every sweep reports it';
  });

  numberedCase('C13 G29', engine, 'the lifecycle aborts the upload while the client pauses', async () => {
    const before = await rig().usage();
    const { upload, clientUploadId } = await begun(rig(), CLIP);
    await lose(rig(), upload.uploadId);
    const { response, error } = await rig().player.api.POST(PARTS, { body: refOf(upload) });
    assert.deepEqual([response.status, error?.code], [410, 'upload.lost']);
    assert.deepEqual(await rig().usage(), before);
    return `410 upload.lost, quota as before, upload ${String((await rig().counts(clientUploadId)).state)}`;
  });

  numberedCase('C15 G27', engine, 'declared 64 KiB, sent 128 KiB in parts', async () => {
    const before = await rig().usage();
    const { upload, clientUploadId } = await begun(rig(), CLIP);
    const store = rig().store();
    const [row] = await rig().database.admin<{ id: string; storeUploadId: string }>('upload').where({ id: upload.uploadId });
    const uploadId = row?.storeUploadId ?? '';
    const address = await store.signPart(upload.key, { uploadId, partNumber: 2, sizeBytes: CLIP.length, expiresInSeconds: 60 });
    await fetch(address, { method: 'PUT', body: new Uint8Array(CLIP) });
    const stored = (await store.listParts(upload.key, uploadId)) ?? [];
    const { response, error } = await complete(rig(), { upload, parts: stored.map(({ partNumber, etag }) => ({ partNumber, etag })) });
    assert.deepEqual([response.status, error?.code], [413, 'upload.too_large']);
    assert.deepEqual([await store.listParts(upload.key, uploadId), await store.head(upload.key)], [null, null]);
    assert.deepEqual(await rig().usage(), before);
    return `413 upload.too_large, aborted at the store, quota as before, upload ${String((await rig().counts(clientUploadId)).state)}`;
  });

  numberedCase('G28', engine, 'completions that name wrong, missing, doubled and unknown parts', async () => {
    const { upload, clientUploadId, parts } = await begun(rig(), CLIP);
    const [part] = parts;
    assert.ok(part);
    const faults = [
      [{ partNumber: 1, etag: '0'.repeat(32) }],
      [],
      [part, part],
      [part, { partNumber: 2, etag: part.etag }],
      [{ partNumber: 2, etag: part.etag }],
    ];
    const codes: string[] = [];
    for (const named of faults) {
      const { response, error } = await complete(rig(), { upload, parts: named });
      assert.ok(response.status === 400 || response.status === 409, String(response.status));
      codes.push(error?.code ?? '');
      assert.equal((await rig().counts(clientUploadId)).status, 'uploading');
    }
    return `${[...new Set(codes)].join(', ')}; still uploading; ${await finishUpload(rig(), { ...upload, missingParts: [], storedParts: [{ ...part, sizeBytes: CLIP.length }] }, clientUploadId)}`;
  });

  numberedCase('G26', engine, 'every part address has expired; the client asks for new ones and goes on', async () => {
    const bytes = randomBytes(100_000);
    const old = rig().store(() => new Date(Date.now() - 60 * MINUTE));
    const sent = await uploadInNode(rig().url, rig().player.token, bytes, (wire) => ({
      ...wire,
      open: async (parameters) => {
        const upload = await wire.open(parameters);
        const [row] = await rig().database.admin<{ id: string; storeUploadId: string }>('upload').where({ id: upload.uploadId });
        const uploadId = row?.storeUploadId ?? '';
        const missingParts = await Promise.all(
          upload.missingParts.map(async (part) => ({
            ...part,
            url: await old.signPart(upload.key, { uploadId, partNumber: part.partNumber, sizeBytes: part.sizeBytes, expiresInSeconds: 1 }),
          })),
        );
        return { ...upload, missingParts };
      },
    }));
    assert.equal(sent.progress.phase, 'processing', JSON.stringify(sent.progress.problem));
    assert.deepEqual(sent.puts, [403, 200]);
    return `PUT ${sent.puts.join(', then ')}; uploaded`;
  });

  numberedCase('G30', engine, 'unsigned, expired and altered requests straight at the store', async () => {
    const { upload } = await begun(rig(), CLIP);
    const signed = new URL(upload.missingParts[0]?.url ?? '');
    const bare = `${signed.origin}${signed.pathname}`;
    const tampered = new URL(signed);
    tampered.pathname = tampered.pathname.replace('/source', '/sourcf');
    const bucket = engine === 'S3' ? `${signed.origin}/${signed.pathname.split('/')[1] ?? ''}` : `${signed.origin}/store`;
    const [row] = await rig().database.admin<{ id: string; storeUploadId: string }>('upload').where({ id: upload.uploadId });
    const expired = await rig()
      .store(() => new Date(Date.now() - 60 * MINUTE))
      .signPart(upload.key, { uploadId: row?.storeUploadId ?? '', partNumber: 1, sizeBytes: CLIP.length, expiresInSeconds: 900 });
    const body = new Uint8Array(CLIP);
    const tried = {
      put: await fetch(bare, { method: 'PUT', body }),
      expired: await fetch(expired, { method: 'PUT', body }),
      tampered: await fetch(tampered, { method: 'PUT', body }),
      get: await fetch(bare),
      list: await fetch(`${bucket}/?list-type=2`),
    };
    const statuses = Object.entries(tried).map(([name, { status }]) => `${name} ${String(status)}`);
    // The disk's door knows no GET and no list: there is nothing to refuse.
    const noDoor = engine === 'S3' ? 403 : [404, 405];
    for (const [name, { status }] of Object.entries(tried))
      assert.ok(status === 403 || (['get', 'list'].includes(name) && [noDoor].flat().includes(status)), statuses.join(', '));
    return statuses.join(', ');
  });
}

/** As a bucket's lifecycle does it: behind the API's back. */
async function lose(rig: UploadRig, uploadId: string): Promise<void> {
  const [row] = await rig.database.admin<{ id: string; storeUploadId: string; objectKey: string }>('upload').where({ id: uploadId });
  await rig.store().abortMultipart(row?.objectKey ?? '', row?.storeUploadId ?? '');
}

export const bytesAt = async (rig: UploadRig, key: string): Promise<Buffer> => buffer(await rig.store().read(key));
