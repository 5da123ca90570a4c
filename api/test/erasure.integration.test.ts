import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EVIDENCE_TABLES } from '../platform/person-data.ts';
import { startErasureRig, stateOf, type ErasureRig, type Leaver } from './support/erasure-rig.ts';
import { lineOn } from './support/drawings.ts';
import { told, uploadLink } from './support/sharing-desk.ts';
import { uploadClip } from './support/clips.ts';
import { publishRendition } from './support/published.ts';
import { randomUUID } from 'node:crypto';

let rig: ErasureRig;

before(async () => {
  rig = await startErasureRig();
});
after(() => rig.stop());

const statusOf = async (url: string, init?: RequestInit): Promise<number> => {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response.status;
};

/** Every row of every table of the tenant's, as text. */
async function everything(): Promise<ReadonlyMap<string, string>> {
  const { admin } = rig.system.database;
  const { rows: tables } = await admin.raw<{ rows: { name: string }[] }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'`,
  );
  const texts = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await admin.raw<{ rows: { text: string }[] }>(`select coalesce(string_agg(t::text, ' '), '') as text from ${name} t`);
    texts.set(name, rows[0]?.text ?? '');
  }
  return texts;
}

describe('an erasure', () => {
  let leaver: Leaver;
  let erasureId: string;

  it('blocks at once: sessions, leases, addresses, videos and consents are dead with the answer', async () => {
    leaver = await rig.leaver('leaver-1');
    for (const url of leaver.leasedFiles) assert.equal(await statusOf(url), 200);
    erasureId = await rig.ask('leaver-1');

    assert.equal((await leaver.person.api.GET('/api/v1/sessions/current')).response.status, 401);
    for (const url of leaver.leasedFiles) assert.ok([403, 404, 410].includes(await statusOf(url)));
    for (const videoId of leaver.videoIds) {
      const seen = await rig.coach.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });
      assert.equal(seen.response.status, 404);
    }
    const { admin } = rig.system.database;
    assert.deepEqual(await admin('consent').where({ playerId: leaver.person.id, withdrawnAt: null }), []);
    const [usage] = await admin('usage').where({ tenantId: rig.club.tenantId }).select('reservedBytes', 'usedBytes');
    // What is left is the bystander's one video.
    assert.deepEqual(usage, { reservedBytes: 0, usedBytes: 64 * 1024 });
    const { state, counts, receipt } = await stateOf(rig, erasureId);
    assert.deepEqual([state, counts['videos'], counts['openUploads'], receipt], ['blocked', 5, 2, null]);
  });

  it('is one, however often it is asked for, and lets nobody back in', async () => {
    assert.equal(await rig.ask('leaver-1'), erasureId);
    const params = { path: { externalId: 'leaver-1' } };
    const back = await rig.club.server.PUT('/api/v1/people/{externalId}', {
      params,
      body: { displayName: 'Again', role: 'player', reactivate: true },
    });
    assert.deepEqual([back.response.status, back.error?.code], [409, 'person.being_erased']);
    const takeout = await rig.club.server.POST('/api/v1/people/{externalId}/takeout', { params });
    assert.deepEqual([takeout.response.status, takeout.error?.code], [409, 'person.being_erased']);
  });

  it('removes what is stored, proves it, and writes a receipt that the log vouches for', async (t) => {
    assert.equal(await rig.work(erasureId), 'verified');
    const { state, removed, leftOver, receipt } = await stateOf(rig, erasureId);
    assert.deepEqual([state, leftOver], ['verified', {}]);
    assert.ok(receipt);
    const document = JSON.parse(receipt.document) as { absent: Record<string, number>; removed: Record<string, number> };
    assert.ok(Object.values(document.absent).every((count) => count === 0));
    assert.ok(Object.keys(document.absent).length > 25, 'every table and every kind of object is in the proof');
    assert.deepEqual(
      [removed['rows:video'], removed['rows:upload'], removed['rows:video_annotation'], removed['rows:consent'], removed['rows:app_user']],
      [5, 5, 2, 1, 1],
    );
    // The two played ones: source, analysis, poster. The waiting one: source and the orphan. Two uploads are open.
    assert.deepEqual([removed['store:object'], removed['store:upload']], [8, 2]);
    const audit = await rig.system.database.admin('auditEvent').where({ action: 'PERSON_ERASED', resourceId: leaver.person.id });
    assert.equal(audit.length, 1);
    assert.equal((audit[0] as { metadata: { receiptSha256: string } }).metadata.receiptSha256, receipt.sha256);
    t.diagnostic(JSON.stringify(removed));
  });

  it('leaves ids alone in the log and the erasure, and nothing anywhere that says who it was', async () => {
    const ids = [leaver.person.id, ...leaver.videoIds];
    for (const [table, text] of await everything()) {
      for (const word of ['leaver-1', leaver.displayName]) {
        // The guardian's own id and name quote the athlete's: those are theirs.
        const rest = text.replaceAll(`guardian of leaver-1`, '');
        assert.ok(!rest.includes(word), `${table} says ${word}`);
      }
      if (!EVIDENCE_TABLES.includes(table) && !table.startsWith('audit_event_'))
        for (const id of ids) assert.ok(!text.includes(id), `${table} names ${id}`);
      assert.ok(!text.includes(leaver.birthDate), `${table} has the birth date`);
    }
    const { rows } = await rig.system.database.admin.raw<{ rows: unknown[] }>(`select from queue.job where data::text like any (?)`, [
      ids.map((id) => `%${id}%`),
    ]);
    assert.equal(rows.length, 0);
  });

  it('is found again by who asked for it, when the person is long gone', async () => {
    assert.equal(await rig.ask('leaver-1'), erasureId);
    const stranger = await rig.club.server.POST('/api/v1/people/{externalId}/erasure', { params: { path: { externalId: 'never-was' } } });
    assert.deepEqual([stranger.response.status, stranger.error?.code], [404, 'user.not_found']);
    const nothing = await rig.club.server.GET('/api/v1/erasures/{erasureId}', { params: { path: { erasureId: randomUUID() } } });
    assert.equal(nothing.response.status, 404);
  });

  it('takes the parts of uploads that were open no more', async () => {
    for (const url of leaver.partAddresses)
      assert.ok([403, 404, 409, 410].includes(await statusOf(url, { method: 'PUT', body: Buffer.alloc(64 * 1024, 5) })));
  });
});

describe('the erasure of an athlete for whom clips can be sent by a link', () => {
  it('ends the link, and removes it with its guest', async () => {
    const { person } = await rig.leaver('leaver-2', true);
    const link = told(await uploadLink(rig.coach, { playerId: person.id, label: 'Send me your swing' }));
    const row = { tenantId: rig.club.tenantId, id: link.id };
    const { admin } = rig.system.database;
    const before = await admin('accessLink').where(row).first<{ guestId: string }>('guestId');
    const erasureId = await rig.ask('leaver-2');
    assert.equal((await stateOf(rig, erasureId)).counts['links'], 1);
    assert.notEqual((await admin('accessLink').where(row).first<{ revokedAt: Date | null }>('revokedAt'))?.revokedAt, null);
    assert.equal(await rig.work(erasureId), 'verified');
    assert.deepEqual(await admin('accessLink').where(row), []);
    assert.deepEqual(await admin('appUser').whereIn('id', [person.id, before?.guestId ?? '']), []);
  });
});

describe('the erasure of a coach', () => {
  it("leaves other athletes' videos and drawings, and of the coach an empty row", async () => {
    const leaving = await rig.club.person('coach', 'leaving-coach');
    await rig.club.coaches(leaving, rig.bystander);
    const bytes = Buffer.alloc(2048, 1);
    const { id: videoId } = await uploadClip(leaving.api, bytes, { playerId: rig.bystander.id, visibility: 'coach_only' });
    await publishRendition(rig.system, rig.club.tenantId, videoId, bytes);
    const params = { path: { videoId } };
    await leaving.api.POST('/api/v1/videos/{videoId}/annotations', { params, body: { id: randomUUID(), document: lineOn(3) } });

    const erasureId = await rig.ask('leaving-coach');
    assert.equal(await rig.work(erasureId), 'verified');
    const drawings = await rig.bystander.api.GET('/api/v1/videos/{videoId}/annotations', { params });
    assert.equal(drawings.data?.items.length, 1);
    const row = await rig.system.database.admin('appUser').where({ id: leaving.id }).first<Record<string, unknown>>();
    assert.equal(row?.['displayName'], '');
    assert.match(String(row?.['externalId']), /^erased:/);
    const { receipt } = await stateOf(rig, erasureId);
    const { kept } = JSON.parse(receipt?.document ?? '{}') as { kept: Record<string, number> };
    assert.equal(kept['video_annotation.created_by_id'], 1);
    assert.equal(kept['video.uploaded_by_id'], 1);
    const people = await rig.club.server.GET('/api/v1/people');
    assert.ok(people.data?.items.every(({ displayName }) => displayName !== ''));
  });
});
