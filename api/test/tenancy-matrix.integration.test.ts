import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { VideoModel } from '../platform/models/video.ts';
import { numberedCase } from './support/cases.ts';
import { declaration } from './support/clips.ts';
import { lineOn } from './support/drawings.ts';
import { startTwoSides, walkCursors, walkEtags, walkTenancy, type Side } from './support/tenancy-matrix.ts';
import { readOperations, type IdPlace } from './support/tenancy-places.ts';
import type { TestSystem } from './support/system.ts';

let system: TestSystem;
let mine: Side;
let theirs: Side;

before(async () => {
  ({ system, mine, theirs } = await startTwoSides());
});
after(() => system.stop());

/** Asks in the places of one kind and tells how many there were. */
async function walked(isWanted: (place: IdPlace) => boolean, atLeast: number): Promise<string> {
  const { asked, findings } = await walkTenancy(system, mine, theirs, isWanted);
  assert.deepEqual(findings, []);
  assert.ok(asked >= atLeast, `only ${String(asked)} places were asked`);
  return `${String(asked)} places of ${String(readOperations().length)} operations: as an id that never was, nothing of the other tenant touched`;
}

const isInList = ({ name }: IdPlace): boolean => name.split('.').includes('0');

describe('the tenancy matrix', () => {
  numberedCase('G37', 'api', "another tenant's id in every path", () => walked(({ at }) => at === 'path', 15));
  numberedCase('G38', 'api', "another tenant's id in every body", () => walked((place) => place.at === 'body' && !isInList(place), 5));
  numberedCase('G38', 'api', "another tenant's id in every list of ids, alone and among one's own", () =>
    walked((place) => place.at === 'body' && isInList(place), 4),
  );
  numberedCase('G38', 'api', "another tenant's id in every filter, of exports too", () => walked(({ at }) => at === 'query', 5));

  it("lists nobody else's videos, athletes or drawings", async () => {
    const { data: videos } = await mine.club.server.GET('/api/v1/videos');
    const { data: players } = await mine.club.server.GET('/api/v1/players');
    const { data: people } = await mine.club.server.GET('/api/v1/people');
    assert.ok(videos && players && people);
    assert.ok(videos.items.length > 0 && !videos.items.some(({ id }) => id === theirs.ids.videoId || id === theirs.ids.openVideoId));
    assert.deepEqual(
      players.items.map(({ externalId }) => externalId),
      [mine.ids.externalId, 'player-1'],
    );
    assert.ok(people.items.some(({ id }) => id === mine.ids.playerId));
    assert.ok(!people.items.some(({ id, externalId }) => id === theirs.ids.playerId || externalId === theirs.ids.externalId));
  });

  numberedCase('G42', 'api', 'the same ids of their own choice in both tenants', sameIds);
  numberedCase('G43', 'api', "another tenant's cursor in every list", foreignCursors);
  numberedCase('G43', 'api', "another tenant's ETag", foreignEtags);

  it('keeps a record of who tried', async () => {
    await mine.coach.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: theirs.ids.videoId } } });
    await system.missing.flush();
    const tried = await system.database
      .admin('auditEvent')
      .where({ tenantId: mine.club.tenantId, action: 'CROSS_TENANT_ATTEMPT', resourceId: theirs.ids.videoId });
    assert.ok(tried.length > 0);
    await mine.coach.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: randomUUID() } } });
    await system.missing.flush();
    const [total] = await system.database
      .admin('auditEvent')
      .where({ action: 'CROSS_TENANT_ATTEMPT' })
      .whereNotIn('tenantId', [mine.club.tenantId])
      .count();
    assert.equal(Number(total?.['count']), 0);
  });
});

async function sameIds(): Promise<string> {
  const { clientUploadId, annotationId, externalId } = theirs.ids;
  const upload = await mine.coach.api.POST('/api/v1/media/upload/init', {
    body: declaration(Buffer.alloc(10), { clientUploadId, playerId: mine.ids.playerId }),
  });
  assert.equal(upload.response.status, 200);
  assert.notEqual(upload.data?.videoId, theirs.ids.openVideoId);
  const drawing = await mine.coach.api.POST('/api/v1/videos/{videoId}/annotations', {
    params: { path: { videoId: mine.ids.videoId } },
    body: { id: annotationId, document: lineOn(3) },
  });
  assert.equal(drawing.response.status, 201);
  const named = await mine.club.server.PUT('/api/v1/people/{externalId}', {
    params: { path: { externalId } },
    body: { displayName: 'Ours', role: 'player' },
  });
  assert.deepEqual([named.response.status, named.data?.displayName], [201, 'Ours']);
  const untouched = await theirs.club.server.GET('/api/v1/people/{externalId}', { params: { path: { externalId } } });
  assert.deepEqual([untouched.data?.displayName, untouched.data?.id === named.data?.id], [externalId, false]);
  const [session, again] = [await mine.club.person('player', externalId), await theirs.club.person('player', externalId)];
  assert.notEqual(session.id, again.id);
  assert.equal(
    (await mine.club.server.POST('/api/v1/people/{externalId}/deactivate', { params: { path: { externalId } } })).response.status,
    204,
  );
  return 'an upload, a drawing, a person and a session each: both succeed, and neither sees the other';
}

async function foreignCursors(): Promise<string> {
  const { asked, findings, withoutPage } = await walkCursors(system, mine, theirs);
  assert.deepEqual(findings, []);
  assert.deepEqual(withoutPage, [], 'give the side two of each, or their cursors are not tried');
  return `${String(asked)} lists: 400 or 404, and 200 to its own`;
}

async function foreignEtags(): Promise<string> {
  const tried = await walkEtags(system, mine, theirs);
  assert.deepEqual(tried, [{ operationId: 'getVideoPoster', ofMine: 200, ofTheirs: 404 }]);
  const analysisOf = async ({ coach, ids }: Side): Promise<string> => {
    const { data } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: ids.videoId } } });
    return data?.sources.analysis.url ?? '';
  };
  const [ours, other] = [await analysisOf(mine), await analysisOf(theirs)];
  const etag = (await fetch(other)).headers.get('etag') ?? '';
  assert.equal((await fetch(other, { headers: { 'If-None-Match': etag } })).status, 304);
  assert.equal((await fetch(ours, { headers: { 'If-None-Match': etag } })).status, 200);
  return "of a poster and of the same bytes under a lease: one's own in full, theirs 404, never 304";
}

describe('the tenancy matrix, with a fault planted', () => {
  it('notices a service that reads past the tenant', async () => {
    const planted = await startTwoSides((services, database) => ({
      ...services,
      videos: {
        ...services.videos,
        get: async (_tenant, videoId) => VideoModel.query(database.admin).where('id', videoId).first().throwIfNotFound(),
      },
    }));
    try {
      const { findings } = await walkTenancy(planted.system, planted.mine, planted.theirs);
      assert.ok(
        findings.some(({ place }) => place === 'getVideo path.videoId'),
        JSON.stringify(findings),
      );
    } finally {
      await planted.system.stop();
    }
  });
});
