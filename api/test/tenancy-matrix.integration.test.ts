import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { VideoModel } from '../platform/models/video.ts';
import { declaration } from './support/clips.ts';
import { lineOn } from './support/drawings.ts';
import { readOperations, startTwoSides, walkTenancy, type Side } from './support/tenancy-matrix.ts';
import type { TestSystem } from './support/system.ts';

let system: TestSystem;
let mine: Side;
let theirs: Side;

before(async () => {
  ({ system, mine, theirs } = await startTwoSides());
});
after(() => system.stop());

describe('the tenancy matrix', () => {
  it("answers 404 to another tenant's id in every place of every operation, as to one that never was, and changes nothing", async (t) => {
    const { asked, findings } = await walkTenancy(system, mine, theirs);
    assert.deepEqual(findings, []);
    assert.ok(asked >= 20, `only ${String(asked)} places were asked`);
    t.diagnostic(
      `${String(readOperations().length)} operations, ${String(asked)} places that take an id, ${String(findings.length)} leaks`,
    );
  });

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

  it('lets two tenants choose the same ids', async () => {
    const { clientUploadId, annotationId } = theirs.ids;
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
  });

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
});

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
