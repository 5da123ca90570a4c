import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { takeoutPrefix } from '../platform/object-keys.ts';
import { sweepPeople } from '../services/erasure-sweep.ts';
import { startErasureRig, type ErasureRig, type Leaver } from './support/erasure-rig.ts';
import { until } from './support/job-rig.ts';
import { startTestWorker } from './support/worker.ts';
import { unzipped } from './support/zip.ts';

let rig: ErasureRig;
let leaver: Leaver;

before(async () => {
  rig = await startErasureRig();
  leaver = await rig.leaver('asks-for-all');
});
after(() => rig.stop());

const take = async (): Promise<string> => {
  const { data, error } = await rig.club.server.POST('/api/v1/people/{externalId}/takeout', {
    params: { path: { externalId: 'asks-for-all' } },
  });
  if (!data) throw new Error(JSON.stringify(error));
  return data.id;
};

const look = async (takeoutId: string) => {
  const { data } = await rig.club.server.GET('/api/v1/takeouts/{takeoutId}', { params: { path: { takeoutId } } });
  if (!data) throw new Error('no such take-out');
  return data;
};

const fetchArchive = (takeoutId: string, bearer = rig.club.secretKey): Promise<Response> =>
  fetch(`${rig.system.url}/api/v1/takeouts/${takeoutId}/archive`, { headers: { Authorization: `Bearer ${bearer}` } });

const linesOf = (bytes: Buffer | undefined): readonly Record<string, unknown>[] =>
  (bytes?.toString() ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a take-out', () => {
  let takeoutId: string;
  let files: ReadonlyMap<string, Buffer>;

  it('is one while it is asked for again, and cannot be fetched before it is made', async () => {
    takeoutId = await take();
    assert.equal(await take(), takeoutId);
    assert.equal((await fetchArchive(takeoutId)).status, 409);
    assert.equal((await look(takeoutId)).archive, null);
  });

  it('is made by the worker, fetched with the key alone, and every fetch is entered', async () => {
    const worker = await startTestWorker(rig.system);
    try {
      await until('the take-out is ready', async () => (await look(takeoutId)).state === 'ready');
    } finally {
      await worker.stop();
    }
    const { archive } = await look(takeoutId);
    assert.equal(archive?.path, `/api/v1/takeouts/${takeoutId}/archive`);
    const response = await fetchArchive(takeoutId);
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/zip']);
    assert.deepEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')], [archive?.sizeBytes, archive?.sha256]);
    files = await unzipped(bytes);
    assert.equal((await fetchArchive(takeoutId, leaver.person.token)).status, 403);
    assert.equal((await fetchArchive(takeoutId, 'va_sk_nobody')).status, 401);
    const entered = await rig.system.database.admin('auditEvent').where({ action: 'PERSON_EXPORTED', resourceId: leaver.person.id });
    assert.equal(entered.length, 1);
  });

  it('holds originals, drawings, consents, audit and every other row, each as its manifest says', () => {
    const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '{}') as {
      format: string;
      files: { path: string; sizeBytes: number; sha256: string; rows?: number }[];
    };
    assert.equal(manifest.format, 'person-takeout-1');
    for (const { path, sizeBytes, sha256, rows } of manifest.files) {
      const bytes = files.get(path);
      assert.ok(bytes, path);
      assert.deepEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')], [sizeBytes, sha256], path);
      if (rows !== undefined) assert.equal(linesOf(bytes).length, rows, path);
    }
    assert.deepEqual(new Set([...files.keys()]), new Set([...manifest.files.map(({ path }) => path), 'manifest.json', 'README.txt']));
    const count = (beginning: string): number => [...files.keys()].filter((path) => path.startsWith(beginning)).length;
    // Two played videos and one that waits are whole at the store; two uploads are not.
    assert.deepEqual([count('originals/'), count('annotations/')], [3, 2]);
    assert.equal(files.get(`originals/${leaver.videoIds[0] ?? ''}/source.mp4`)?.length, 64 * 1024);
    assert.equal(linesOf(files.get('consents.ndjson')).length, 1);
    assert.equal(linesOf(files.get('tables/video.ndjson')).length, 5);
    assert.equal(linesOf(files.get('relations/coaches.ndjson'))[0]?.['coach_id'], rig.coach.id);
    assert.ok(linesOf(files.get('audit.ndjson')).length > 5);
    const [person] = linesOf(files.get('person.ndjson'));
    assert.deepEqual([person?.['display_name'], person?.['birth_date']], [leaver.displayName, leaver.birthDate]);
  });

  it("tells other people's ids and nothing else of them, and lets nobody in", async () => {
    const text = [...files].filter(([path]) => path.endsWith('.ndjson')).map(([, bytes]) => bytes.toString());
    const all = text.join('\n');
    assert.ok(all.includes(rig.coach.id));
    const people = await rig.system.database
      .admin('appUser')
      .whereNot({ id: leaver.person.id })
      .select<{ displayName: string }[]>('displayName');
    for (const { displayName } of people) assert.ok(!all.includes(displayName), displayName);
    for (const word of ['write_token', 'store_upload_id', 'password_hash', 'token_sha256', 'lease_sha256'])
      assert.ok(!all.includes(`"${word}`), word);
  });

  it('is gone after some days, from the store too', async () => {
    const { admin } = rig.system.database;
    const holdings = rig.system.store.holdings(takeoutPrefix(rig.club.tenantId, takeoutId));
    const inDays = new Date(Date.now() + 8 * 24 * 60 * 60_000);
    const swept = await sweepPeople({ store: rig.system.store, clock: () => inDays })(rig.tenant);
    assert.equal(swept.expired, 1);
    for await (const { key } of holdings) assert.fail(key);
    assert.equal((await fetchArchive(takeoutId)).status, 410);
    assert.equal((await admin('takeout').where({ id: takeoutId }).first<{ state: string }>())?.state, 'expired');
  });
});
