import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { components } from '../../../domain/generated/openapi.ts';
import type { KillPoint } from '../../platform/kill-points.ts';
import { declaration, sendParts } from './clips.ts';
import { numberedCase } from './cases.ts';
import { begun, refOf, type Counts, type Upload, type UploadRig } from './upload-rig.ts';

type UploadInit = components['schemas']['UploadInit'];
type Parts = components['schemas']['UploadComplete']['parts'];

export const CLIP = Buffer.alloc(64 * 1024, 'swing');

const INIT = '/api/v1/media/upload/init';
const COMPLETE = '/api/v1/media/upload/complete';
const ABORT = '/api/v1/media/upload/abort';

/** The way every crash must end: one upload, one video, one job, counted once. */
const ONE_UPLOADED: Counts = {
  ...{ uploads: 1, videos: 1, state: 'done', status: 'uploaded', jobs: 1, completions: 1, openAtStore: 0 },
};

const inWords = ({ uploads, state, status, jobs, openAtStore }: Counts): string =>
  `${String(uploads)} upload (${String(state)}), video ${String(status)}, ${String(jobs)} job, ${String(openAtStore)} open at the store`;

/** Begins at a process that dies on the way. */
export async function dieAtInit(rig: UploadRig, point: KillPoint): Promise<UploadInit> {
  const body = declaration(CLIP);
  const doomed = await rig.doomed(point);
  await assert.rejects(doomed.client.POST(INIT, { body }), TypeError);
  await doomed.died();
  return body;
}

/** Completes at a process that dies on the way. */
export async function dieAtComplete(
  rig: UploadRig,
  point: KillPoint,
  idempotencyKey = randomUUID(),
): Promise<{ upload: Upload; clientUploadId: string; parts: Parts }> {
  const started = await begun(rig, CLIP);
  const doomed = await rig.doomed(point);
  const body = { ...refOf(started.upload), parts: started.parts };
  const headers = { 'Idempotency-Key': idempotencyKey };
  await assert.rejects(doomed.client.POST(COMPLETE, { body, headers }), TypeError);
  await doomed.died();
  return started;
}

export async function initAgain({ player }: UploadRig, body: UploadInit): Promise<Upload> {
  const { data, error } = await player.api.POST(INIT, { body });
  assert.ok(data, JSON.stringify(error));
  return data;
}

/** Sends what is missing and completes. */
export async function finishUpload(rig: UploadRig, upload: Upload, clientUploadId: string, bytes = CLIP): Promise<string> {
  const parts = await sendParts(upload, bytes);
  const { response, error } = await rig.player.api.POST(COMPLETE, { body: { ...refOf(upload), parts } });
  assert.equal(response.status, 200, JSON.stringify(error));
  const counts = await rig.counts(clientUploadId);
  assert.deepEqual(counts, ONE_UPLOADED);
  return inWords(counts);
}

export function initCases(rig: () => UploadRig, engine: string): void {
  numberedCase('C1', engine, 'kill -9 before the upload is committed; the same init again', async () => {
    const body = await dieAtInit(rig(), 'before_begin_commit');
    assert.equal((await rig().counts(body.clientUploadId)).uploads, 0);
    return finishUpload(rig(), await initAgain(rig(), body), body.clientUploadId);
  });

  numberedCase('C2 G01', engine, 'kill -9 between the upload row and the store; the same init again', async () => {
    const before = await rig().usage();
    const body = await dieAtInit(rig(), 'after_begin');
    const between = await rig().counts(body.clientUploadId);
    assert.deepEqual([between.state, between.openAtStore], ['initiating', 0]);
    const upload = await initAgain(rig(), body);
    const again = await rig().counts(body.clientUploadId);
    assert.deepEqual([again.uploads, again.state, again.openAtStore], [1, 'open', 1]);
    assert.equal((await rig().usage()).reserved - before.reserved, CLIP.length);
    return finishUpload(rig(), upload, body.clientUploadId);
  });

  numberedCase('C3', engine, 'kill -9 after the store began and before its id is kept; the same init again', async () => {
    const body = await dieAtInit(rig(), 'after_store_begin');
    assert.equal((await rig().counts(body.clientUploadId)).openAtStore, 1);
    const upload = await initAgain(rig(), body);
    const parts = await sendParts(upload, CLIP);
    await rig().player.api.POST(COMPLETE, { body: { ...refOf(upload), parts } });
    const { openAtStore, ...counts } = await rig().counts(body.clientUploadId);
    assert.ok(openAtStore <= 1);
    assert.deepEqual(counts, (({ openAtStore: _, ...rest }) => rest)(ONE_UPLOADED));
    return `${inWords({ ...counts, openAtStore })} for the sweeper`;
  });

  numberedCase('C4', engine, 'kill -9 after the upload is open and before the answer; the same init again', async () => {
    const body = await dieAtInit(rig(), 'after_open');
    const upload = await initAgain(rig(), body);
    const counts = await rig().counts(body.clientUploadId);
    assert.deepEqual([counts.uploads, counts.openAtStore, upload.missingParts.length], [1, 1, 1]);
    return finishUpload(rig(), upload, body.clientUploadId);
  });
}

/** Each point between the client's completion and the answer: the client asks again and finds one video and one job. */
const COMPLETION_DEATHS: readonly (readonly [number: string, point: KillPoint, between: string])[] = [
  ['C6', 'after_claim', 'after the claim and before the store completes'],
  ['C8 G03', 'after_store_complete', 'between the completion at the store and the commit'],
  ['C10', 'before_finish_commit', 'in the middle of the last transaction'],
  ['C11', 'after_finish', 'after the commit and before the answer'],
];

export function completionCases(rig: () => UploadRig, engine: string): void {
  for (const [number, point, between] of COMPLETION_DEATHS)
    numberedCase(number, engine, `kill -9 ${between}; the same completion again`, async () => {
      const { upload, clientUploadId, parts } = await dieAtComplete(rig(), point);
      assert.equal((await rig().counts(clientUploadId)).state, point === 'after_finish' ? 'done' : 'completing');
      const { response, data, error } = await rig().player.api.POST(COMPLETE, { body: { ...refOf(upload), parts } });
      assert.deepEqual([response.status, data?.id], [200, upload.videoId], JSON.stringify(error));
      const counts = await rig().counts(clientUploadId);
      assert.deepEqual(counts, ONE_UPLOADED);
      return inWords(counts);
    });

  numberedCase('G06', engine, 'kill -9 after the commit; the same completion under the same Idempotency-Key', async () => {
    const key = randomUUID();
    const { upload, clientUploadId, parts } = await dieAtComplete(rig(), 'after_finish', key);
    // The dead process holds the key until its lease ends.
    await rig()
      .database.admin('idempotencyKey')
      .where({ key })
      .update({ leaseUntil: new Date(0) });
    const request = { body: { ...refOf(upload), parts }, headers: { 'Idempotency-Key': key } };
    const first = await rig().player.api.POST(COMPLETE, request);
    const second = await rig().player.api.POST(COMPLETE, request);
    assert.deepEqual([first.response.status, second.response.status], [200, 200]);
    assert.deepEqual(first.data, second.data);
    assert.equal(second.response.headers.get('Idempotent-Replayed'), 'true');
    const counts = await rig().counts(clientUploadId);
    assert.deepEqual(counts, ONE_UPLOADED);
    return `${inWords(counts)}, same body, replay marked`;
  });

  numberedCase('C12 G07', engine, '20 completions of one upload at once', async () => {
    const { upload, clientUploadId, parts } = await begun(rig(), CLIP);
    const body = { ...refOf(upload), parts };
    const answers = await Promise.all(Array.from({ length: 20 }, () => rig().player.api.POST(COMPLETE, { body })));
    const statuses = answers.map(({ response }) => response.status);
    assert.ok(statuses.includes(200));
    assert.ok(
      statuses.every((status) => status === 200 || status === 409 || status === 503),
      statuses.join(' '),
    );
    const { response } = await rig().player.api.POST(COMPLETE, { body });
    assert.equal(response.status, 200);
    const counts = await rig().counts(clientUploadId);
    assert.deepEqual(counts, ONE_UPLOADED);
    return `${String(statuses.filter((status) => status === 200).length)} of 20 answered 200; ${inWords(counts)}`;
  });

  numberedCase('C9 G05', engine, 'kill -9 after the store completed; the client aborts', async () => {
    const { upload, clientUploadId } = await dieAtComplete(rig(), 'after_store_complete');
    const { response, error } = await rig().player.api.POST(ABORT, { body: refOf(upload) });
    assert.deepEqual([response.status, error?.code], [409, 'upload.already_completed']);
    const head = await rig().store().head(upload.key);
    assert.equal(head?.sizeBytes, CLIP.length);
    const counts = await rig().counts(clientUploadId);
    assert.deepEqual(counts, ONE_UPLOADED);
    return `409 upload.already_completed; ${inWords(counts)}; the object is there`;
  });

  numberedCase('C14', engine, 'the video is deleted between the completion at the store and the commit', async () => {
    const { upload, parts, clientUploadId } = await dieAtComplete(rig(), 'after_store_complete');
    const path = { videoId: upload.videoId };
    const removed = await rig().player.api.DELETE('/api/v1/videos/{videoId}', { params: { path } });
    assert.equal(removed.response.status, 204);
    const { response } = await rig().player.api.POST(COMPLETE, { body: { ...refOf(upload), parts } });
    assert.ok(response.status === 404 || response.status === 409 || response.status === 410, String(response.status));
    const shown = await rig().player.api.GET('/api/v1/videos/{videoId}', { params: { path } });
    const played = await rig().player.api.GET('/api/v1/videos/{videoId}/playback', { params: { path } });
    assert.deepEqual([shown.response.status, played.response.status], [404, 404]);
    assert.equal((await rig().counts(clientUploadId)).jobs, 0);
    const object = await rig().store().head(upload.key);
    return `complete ${String(response.status)}, video and playback 404, no job, ${object ? 'object left for the purge' : 'object deleted'}`;
  });
}
