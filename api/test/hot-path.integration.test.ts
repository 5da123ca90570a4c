import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { VIDEO_WITH_FACTS } from '../platform/access-facts.ts';
import type { Statement } from '../platform/flight.ts';
import { openHotPath, type HotPath } from '../platform/hot-path.ts';
import { proveKey, proveSession } from '../platform/read-ahead.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { uploadClip } from './support/clips.ts';
import { lineOn } from './support/drawings.ts';
import { publishRendition } from './support/published.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let hot: HotPath;
let club: Club;
let coach: Person;
let player: Person;
let videoId: string;
let foreignVideoId: string;
const drawingId = '0190a0a0-0000-7000-8000-000000000001';

before(async () => {
  system = await startTestSystem();
  // One connection: what one flight leaves behind, the next would find.
  hot = openHotPath({ url: system.database.appUrl, poolSize: 1, name: 'va-test-hot' });
  club = await startClub(system, 'Fairway');
  const other = await startClub(system, 'Links');
  [coach, player] = [await club.person('coach', 'coach-1'), await club.person('player', 'player-1')];
  await club.coaches(coach, player);
  await club.consents(player, 'coach_review');
  videoId = (await uploadClip(player.api, Buffer.from('a clip'))).id;
  await publishRendition(system, club.tenantId, videoId, Buffer.from('analysis'));
  foreignVideoId = (await uploadClip((await other.person('player', 'player-2')).api, Buffer.from('another clip'))).id;
  const { response } = await coach.api.POST('/api/v1/videos/{videoId}/annotations', {
    params: { path: { videoId } },
    body: { id: drawingId, document: lineOn(3) },
  });
  assert.equal(response.status, 201);
});
after(async () => {
  await hot.stop();
  await system.stop();
});

const ahead = (id: string) => ({ videoId: id, drawingsAfter: 0 });
const TENANT: Statement = { name: 't-tenant', text: `select current_setting('app.tenant_id', true) as tenant`, values: [] };
const COUNT: Statement = { name: 't-count', text: 'select count(*) as videos from video', values: [] };
const asTenant = (tenantId: string): Statement => ({
  name: 't-set',
  text: `select set_config('app.tenant_id', $1, true)`,
  values: [tenantId],
});

describe('a flight', () => {
  it('is one transaction: what it sets for itself holds to its end, and no longer', async () => {
    const [, inside] = await hot.flight([asTenant(club.tenantId), TENANT]);
    assert.deepEqual(inside, [{ tenant: club.tenantId }]);
    assert.deepEqual((await hot.flight([TENANT]))[0], [{ tenant: '' }]);
  });

  it('sees no row without a tenant, whoever flew before on the connection', async () => {
    const [, own] = await hot.flight([asTenant(club.tenantId), COUNT]);
    assert.deepEqual(own, [{ videos: 1 }]);
    assert.deepEqual((await hot.flight([COUNT]))[0], [{ videos: 0 }]);
  });

  it('that fails in the middle has done nothing, and the next one is whole', async () => {
    const title = async () => (await system.database.admin<{ id: string; title: string }>('video').where({ id: videoId }).first())?.title;
    const before = await title();
    const rename: Statement = { name: 't-rename', text: 'update video set title = $2 where id = $1', values: [videoId, 'another'] };
    const broken: Statement = { name: 't-broken', text: 'select 1 / $1::integer as nothing', values: [0] };
    await assert.rejects(hot.flight([asTenant(club.tenantId), rename, broken, COUNT]), { code: '22012' });
    assert.equal(await title(), before);
    assert.deepEqual((await hot.flight([asTenant(club.tenantId), COUNT]))[1], [{ videos: 1 }]);
  });

  it('that has no tenant because the statement that names it failed reads nothing at all', async () => {
    await assert.rejects(hot.flight([asTenant('no tenant'), COUNT]), { code: '22P02' });
    await assert.rejects(hot.flight([{ name: 't-set-broken', text: 'select set_conf($1)', values: [''] }, COUNT]), { code: '42883' });
  });

  it('waits no longer than any unit of work', async () => {
    const [rows] = await hot.flight([
      { name: 't-waits', text: `select current_setting('statement_timeout') as s, current_setting('lock_timeout') as l`, values: [] },
    ]);
    assert.deepEqual(rows, [{ s: '15s', l: '5s' }]);
  });
});

describe('what is read with the credential', () => {
  it('is the video with the facts about whoever asks, and its drawings', async () => {
    const { owner, seen } = await proveSession(hot, coach.token, ahead(videoId));
    assert.equal(owner?.userId, coach.id);
    assert.equal(seen?.video.id, videoId);
    assert.deepEqual(seen.facts.relationship, { isCoach: true, isGuardian: false, isInThePicture: false });
    assert.deepEqual([...seen.facts.consent], ['coach_review']);
    assert.deepEqual(
      seen.drawings?.map(({ id, createdByName }) => [id, createdByName.length > 0]),
      [[drawingId, true]],
    );
  });

  it("is nothing of another tenant's, by session or by key", async () => {
    assert.equal((await proveSession(hot, coach.token, ahead(foreignVideoId))).seen, null);
    assert.equal((await proveKey(hot, club.secretKey, ahead(foreignVideoId))).seen, null);
    assert.ok((await proveKey(hot, club.secretKey, ahead(videoId))).seen);
  });

  it('is nothing for a credential that is nobody’s, also right after somebody’s', async () => {
    await proveSession(hot, coach.token, ahead(videoId));
    assert.deepEqual(await proveSession(hot, 'va_st_nobody', ahead(videoId)), { owner: undefined, seen: null });
    assert.deepEqual(await proveKey(hot, 'va_sk_nobody', ahead(videoId)), { owner: undefined, seen: null });
  });

  it('is found by indexes alone, in every table', async () => {
    const plan = await system.app.transaction(async (trx) => {
      await trx.raw(`select set_config('app.tenant_id', ?, true)`, [club.tenantId]);
      // As many rows as there are here are read faster without an index.
      await trx.raw('set local enable_seqscan = off');
      await trx.raw('set local plan_cache_mode = force_generic_plan');
      await trx.raw(`prepare ahead as ${VIDEO_WITH_FACTS.replaceAll('?', '\\?')}`);
      const { rows } = await trx.raw<{ rows: Record<string, string>[] }>(`explain (costs off) execute ahead('${videoId}')`);
      await trx.raw('deallocate ahead');
      return rows.flatMap((row) => Object.values(row)).join('\n');
    });
    assert.match(plan, /Index Scan using \w+ on video v\n\s+Index Cond: \(.*id = \$1\)/);
    assert.doesNotMatch(plan, /Seq Scan/);
  });
});

describe('a video with its drawings', () => {
  const read = async (person: Person, id = videoId) =>
    person.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: id }, query: { include: 'annotations' } } });

  it('is the video and the list of its drawings, as they are told one by one', async () => {
    const [{ data: both }, { data: video }, { data: drawings }] = [
      await read(coach),
      await coach.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } }),
      await coach.api.GET('/api/v1/videos/{videoId}/annotations', { params: { path: { videoId } } }),
    ];
    assert.deepEqual(both, { ...video, annotations: drawings });
    assert.equal(drawings?.items.length, 1);
  });

  it('is refused as the video is, and told at once when a consent is withdrawn', async () => {
    const outsider = await club.person('coach', 'coach-2');
    assert.equal((await read(outsider)).response.status, 403);
    assert.equal((await read(coach, foreignVideoId)).response.status, 404);
    await system.database.admin.raw('update consent set withdrawn_at = now() where tenant_id = ?', [club.tenantId]);
    const { error, response } = await read(coach);
    assert.equal(response.status, 403);
    assert.equal(error?.code, 'access.consent_missing');
  });
});
