import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { declaration, sendParts, uploadClip } from './support/clips.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

const MiB = 1024 * 1024;
const bytes = Buffer.alloc(MiB, 7);

let system: TestSystem;

before(async () => {
  system = await startTestSystem();
});
after(() => system.stop());

/** A tenant of its own for every question, so that what one test takes is not missing in the next. */
async function clubWith(
  limits: Parameters<TestSystem['operator']['setQuota']>[1],
): Promise<{ club: Club; player: Person; taken: () => Promise<Taken> }> {
  const club = await startClub(system, randomUUID());
  const player = await club.person('player', 'player-1');
  await system.operator.setQuota(club.tenantId, limits);
  return { club, player, taken: () => takenBy(club.tenantId) };
}

type Taken = readonly [usedBytes: number, reservedBytes: number, usedVideos: number, reservedVideos: number, monthBytes: number];

async function takenBy(tenantId: string): Promise<Taken> {
  const { usedBytes, reservedBytes, usedVideos, reservedVideos, monthBytes } = await system.operator.quota(tenantId);
  return [usedBytes, reservedBytes, usedVideos, reservedVideos, monthBytes];
}

const init = (person: Person, more: Parameters<typeof declaration>[1] = {}) =>
  person.api.POST('/api/v1/media/upload/init', { body: declaration(bytes, more) });

const opened = async (person: Person, more: Parameters<typeof declaration>[1] = {}) => {
  const { data, error } = await init(person, more);
  assert.ok(data, JSON.stringify(error));
  return data;
};

const remove = (person: Person, videoId: string) => person.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId } } });

describe('fifty uploads that begin at once', () => {
  const races: [string, Parameters<TestSystem['operator']['setQuota']>[1], string][] = [
    ['with room for ten by bytes', { maxBytes: 10 * MiB }, 'bytes'],
    ['with room for ten by number', { maxVideos: 10 }, 'videos'],
    ['with room for ten in this month', { maxMonthlyBytes: 10 * MiB }, 'monthly_bytes'],
  ];
  for (const [name, limits, which] of races)
    it(`G84 ${name}: exactly ten begin, and the limit holds at every moment`, async (t) => {
      const { player, club, taken } = await clubWith(limits);
      let isOver = false;
      const seen: number[] = [];
      const watch = (async () => {
        const { admin } = system.database;
        while (!isOver) {
          const [row] = await admin('usage')
            .where({ tenantId: club.tenantId })
            .select<{ usedBytes: number; reservedBytes: number; usedVideos: number; reservedVideos: number; monthBytes: number }[]>('*');
          assert.ok(row);
          assert.ok(
            row.usedBytes + row.reservedBytes <= 10 * MiB && row.usedVideos + row.reservedVideos <= 10 && row.monthBytes <= 10 * MiB,
            JSON.stringify(row),
          );
          seen.push(row.reservedVideos);
        }
      })();
      const answers = await Promise.all(Array.from({ length: 50 }, () => init(player)));
      isOver = true;
      await watch;
      const refusals = answers.filter(({ error }) => error !== undefined);
      assert.deepEqual([answers.length - refusals.length, refusals.length], [10, 40]);
      assert.deepEqual(
        [
          ...new Set(
            refusals.map(({ response, error }) => `${String(response.status)} ${String(error?.code)} ${String(error?.['which'])}`),
          ),
        ],
        [`409 quota.exceeded ${which}`],
      );
      assert.deepEqual(await taken(), [0, 10 * MiB, 0, 10, 10 * MiB]);
      const accepted = answers.length - refusals.length;
      t.diagnostic(`${String(answers.length)} parallel inits, 10 free: ${String(accepted)} accepted, ${String(refusals.length)} refused`);
      t.diagnostic(`limited by ${which}; looked ${String(seen.length)} times meanwhile, never above the limit`);
    });
});

describe('what does not fit', () => {
  it('is refused with the numbers, and leaves no video behind', async () => {
    const { player, taken } = await clubWith({ maxBytes: 3 * MiB });
    await uploadClip(player.api, bytes);
    await opened(player);
    const { response, error } = await init(player, { sizeBytes: 2 * MiB });
    const { which, limit, used, reserved, requested } = error as unknown as Record<string, unknown>;
    assert.deepEqual(
      [response.status, error?.code, which, limit, used, reserved, requested],
      [409, 'quota.exceeded', 'bytes', 3 * MiB, MiB, MiB, 2 * MiB],
    );
    assert.deepEqual(await taken(), [MiB, MiB, 1, 1, 2 * MiB]);
    assert.equal((await player.api.GET('/api/v1/videos')).data?.items.length, 2);
  });

  it('fits as soon as something is removed', async () => {
    const { player } = await clubWith({ maxVideos: 1 });
    const { id } = await uploadClip(player.api, bytes);
    assert.equal((await init(player)).response.status, 409);
    await remove(player, id);
    assert.equal((await init(player)).response.status, 200);
  });

  it('is another tenant’s to worry about only', async () => {
    const { player } = await clubWith({ maxVideos: 0 });
    const { player: other } = await clubWith({});
    assert.deepEqual([(await init(player)).response.status, (await init(other)).response.status], [409, 200]);
  });

  it('is not asked twice of the same upload', async () => {
    const { player, taken } = await clubWith({ maxBytes: MiB });
    const clientUploadId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => init(player, { clientUploadId })));
    assert.deepEqual([...new Set(answers.map(({ response }) => response.status))], [200]);
    assert.deepEqual(await taken(), [0, MiB, 0, 1, MiB]);
  });
});

describe('what an upload takes', () => {
  it('G85 is reserved at the start, used when complete, and given back once however often the video is removed', async (t) => {
    const { player, taken } = await clubWith({ maxBytes: 10 * MiB });
    const upload = await opened(player);
    assert.deepEqual(await taken(), [0, MiB, 0, 1, MiB]);
    const parts = await sendParts(upload, bytes);
    const { videoId, uploadId } = upload;
    const body = { videoId, uploadId, parts };
    await Promise.all(Array.from({ length: 5 }, () => player.api.POST('/api/v1/media/upload/complete', { body })));
    assert.deepEqual(await taken(), [MiB, 0, 1, 0, MiB]);
    const removals = await Promise.all(Array.from({ length: 20 }, () => remove(player, videoId)));
    const count = (status: number): number => removals.filter(({ response }) => response.status === status).length;
    assert.deepEqual([count(204), count(404)], [1, 19]);
    // What was uploaded this month was uploaded.
    assert.deepEqual(await taken(), [0, 0, 0, 0, MiB]);
    t.diagnostic('removed 20 times at once: one 204, 19 × 404, given back once');
  });

  it('G85 is given back when the upload is given up, once however often, in this month too', async () => {
    const { player, taken } = await clubWith({ maxBytes: 10 * MiB });
    const { videoId, uploadId } = await opened(player);
    await opened(player);
    const abort = () => player.api.POST('/api/v1/media/upload/abort', { body: { videoId, uploadId } });
    await Promise.all([abort(), abort(), abort()]);
    await remove(player, videoId);
    assert.deepEqual(await taken(), [0, MiB, 0, 1, MiB]);
  });

  it('G85 is given back when the video is removed in the middle of its upload', async () => {
    const { player, taken } = await clubWith({});
    const { videoId } = await opened(player);
    await Promise.all(Array.from({ length: 5 }, () => remove(player, videoId)));
    assert.deepEqual(await taken(), [0, 0, 0, 0, 0]);
  });

  it('counts in the month in which it began: a new month starts empty, and an old reservation lightens no other', async () => {
    const { player, club, taken } = await clubWith({ maxMonthlyBytes: 2 * MiB });
    const old = await opened(player);
    const { admin } = system.database;
    await admin('usage').where({ tenantId: club.tenantId }).update({ month: '2001-01-01' });
    await admin('upload').where({ id: old.uploadId }).update({ countedIn: '2001-01-01' });
    await opened(player);
    assert.deepEqual(await taken(), [0, 2 * MiB, 0, 2, MiB]);
    await player.api.POST('/api/v1/media/upload/abort', { body: { videoId: old.videoId, uploadId: old.uploadId } });
    assert.deepEqual(await taken(), [0, MiB, 0, 1, MiB]);
  });
});

describe('more bytes than were declared', () => {
  it('are upload.too_large: nothing of them stays, the video says so, and the quota is as before', async () => {
    const { player, taken } = await clubWith({ maxBytes: 40 * MiB });
    const upload = await opened(player, { sizeBytes: 10 * MiB });
    const [row] = await system.database.admin('upload').where({ id: upload.uploadId }).select<{ storeUploadId: string }[]>('storeUploadId');
    const storeUploadId = row?.storeUploadId ?? '';
    const parts = await Promise.all(
      [1, 2, 3].map(async (partNumber) => {
        const size = partNumber === 3 ? 4 * MiB : 8 * MiB;
        const url = await system.store.signPart(upload.key, { uploadId: storeUploadId, partNumber, sizeBytes: size, expiresInSeconds: 60 });
        return { partNumber, etag: (await fetch(url, { method: 'PUT', body: Buffer.alloc(size) })).headers.get('etag') ?? '' };
      }),
    );
    const { videoId, uploadId } = upload;
    const complete = () => player.api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, parts } });
    const { response, error } = await complete();
    assert.deepEqual(
      [response.status, error?.code, error?.['sizeBytes'], error?.['maxSizeBytes']],
      [413, 'upload.too_large', 20 * MiB, 10 * MiB],
    );
    assert.equal(await system.store.listParts(upload.key, storeUploadId), null);
    assert.equal(await system.store.head(upload.key), null);
    assert.deepEqual(await taken(), [0, 0, 0, 0, 0]);
    const { data: video } = await player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
    assert.deepEqual([video?.status, video?.errorCode], ['failed', 'TOO_LARGE']);
    assert.equal((await complete()).error?.code, 'upload.lost');
  });
});

describe('the warning', () => {
  it('comes with the upload that reaches 80 %, once as an event, and names the limit that is nearest', async () => {
    const { player, club } = await clubWith({ maxBytes: 10 * MiB, maxVideos: 100 });
    const seven = await opened(player, { sizeBytes: 7 * MiB });
    const eight = await opened(player);
    const nine = await opened(player);
    const quota = (usedBytes: number, isNearLimit: boolean) => ({
      which: 'bytes',
      usedBytes,
      limitBytes: 10 * MiB,
      usedVideos: null,
      limitVideos: null,
      isNearLimit,
    });
    assert.deepEqual([seven.quota, eight.quota, nine.quota], [quota(7 * MiB, false), quota(8 * MiB, true), quota(9 * MiB, true)]);
    const events = await system.database
      .admin('event')
      .where({ tenantId: club.tenantId, name: 'quota.near_limit' })
      .select<{ payload: unknown }[]>('payload');
    assert.deepEqual(
      events.map(({ payload }) => payload),
      [{ which: 'bytes', used: 8 * MiB, limit: 10 * MiB }],
    );
  });

  it('comes before a file is declared too, with what is taken by then', async () => {
    const { player } = await clubWith({ maxVideos: 5 });
    const told = async () => (await player.api.GET('/api/v1/media/uploads')).data?.quota;
    const quota = (usedVideos: number, isNearLimit: boolean) => ({
      ...{ which: 'videos', usedBytes: null, limitBytes: null, usedVideos, limitVideos: 5, isNearLimit },
    });
    for (let count = 0; count < 3; count += 1) await opened(player);
    assert.deepEqual(await told(), quota(3, false));
    await uploadClip(player.api, bytes);
    assert.deepEqual(await told(), quota(4, true));
  });

  it('is not given to a tenant without limits', async () => {
    const { player } = await clubWith({});
    assert.equal('quota' in (await opened(player)), false);
    assert.equal('quota' in ((await player.api.GET('/api/v1/media/uploads')).data ?? {}), false);
  });
});

describe('the operator', () => {
  const admin = (...args: string[]) =>
    promisify(execFile)(process.execPath, [new URL('../admin.ts', import.meta.url).pathname, ...args], {
      env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: system.database.appUrl },
    });

  it('grants, takes back and sees what is taken', async () => {
    const { player, club } = await clubWith({});
    await uploadClip(player.api, bytes);
    const { stdout } = await admin(
      'quota',
      '--tenant',
      club.tenantId,
      '--bytes',
      '5GB',
      '--videos',
      '40',
      '--monthly-bytes',
      '2 GB',
      '--egress',
      '1TB',
    );
    assert.deepEqual(stdout.trim().split('\n'), [
      'bytes           1048576 used, 0 reserved, of 5368709120',
      'videos          1 used, 0 reserved, of 40',
      'monthly bytes   1048576 used, 0 reserved, of 2147483648',
      'monthly egress  0 used, 0 reserved, of 1099511627776',
    ]);
    const again = await admin('quota', '--tenant', club.tenantId, '--bytes', 'unlimited');
    assert.match(again.stdout, /^bytes .* of unlimited\nvideos .* of 40\n/);
    const audits = await system.database.admin('auditEvent').where({ tenantId: club.tenantId, action: 'QUOTA_CHANGED' });
    assert.equal(audits.length, 2);
  });

  it('is told what cannot be meant, and nothing changes', async () => {
    await assert.rejects(admin('quota', '--tenant', randomUUID()), /there is no tenant/);
    await assert.rejects(admin('quota', '--tenant', randomUUID(), '--bytes', 'many'), /"many" is not an amount/);
    await assert.rejects(admin('grant'), /There are:[^]*quota --tenant/);
  });
});
