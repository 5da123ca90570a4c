import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { videoPrefix } from '../platform/object-keys.ts';
import { s3Store } from '../platform/object-store.s3.ts';
import { leftOverOf } from '../services/erasure-verify.ts';
import { numberedCase } from './support/cases.ts';
import { startErasureRig, stateOf, tracesOf, type ErasureRig, type Leaver } from './support/erasure-rig.ts';
import { versionedBucket } from './support/versioned-bucket.ts';

const bucket = await versionedBucket(process.env);

function inBucket(options: NonNullable<typeof bucket>): void {
  let rig: ErasureRig;
  let leaver: Leaver;
  let erasureId: string;

  before(async () => {
    rig = await startErasureRig({ place: () => s3Store(options) });
    leaver = await rig.leaver('versions', true);
  });
  after(() => rig.stop());

  /** Under the first video: what was written over, and what was removed as everything else removes. */
  async function leaveVersions(): Promise<string> {
    const prefix = videoPrefix(rig.club.tenantId, leaver.videoIds[0] ?? '');
    for (const name of ['kept', 'kept', 'gone']) await rig.put(`${prefix}r/9/attempt/${name}`);
    await rig.system.store.removePrefix(`${prefix}r/9/attempt/`);
    await rig.put(`${prefix}r/9/attempt/kept`);
    return prefix;
  }

  numberedCase('G91', 'S3', 'versions, delete markers and open uploads in a bucket that keeps all', async () => {
    const prefix = await leaveVersions();
    const before: Record<string, number> = {};
    for await (const { kind } of rig.system.store.holdings(prefix)) before[kind] = (before[kind] ?? 0) + 1;
    assert.ok((before['version'] ?? 0) >= 3 && (before['marker'] ?? 0) >= 2, JSON.stringify(before));
    erasureId = await rig.ask('versions');
    assert.equal(await rig.work(erasureId), 'verified');
    assert.deepEqual(await tracesOf(rig, leaver), {});
    const { removed } = await stateOf(rig, erasureId);
    assert.ok((removed['store:marker'] ?? 0) >= 2);
    return `removed: ${Object.entries(removed)
      .filter(([kind]) => kind.startsWith('store:'))
      .map(([kind, count]) => `${kind} ${String(count)}`)
      .join(', ')}; verified`;
  });

  for (const kind of ['version', 'marker'] as const)
    numberedCase('G91', 'S3', `left over: a ${kind === 'marker' ? 'delete marker' : 'version that was written over'}`, async () => {
      const prefix = `${videoPrefix(rig.club.tenantId, leaver.videoIds[0] ?? '')}r/8/`;
      await rig.put(`${prefix}a/left`);
      if (kind === 'version') await rig.put(`${prefix}a/left`);
      else await rig.system.store.removePrefix(prefix);
      const leftOver = leftOverOf(await rig.prove(rig.tenant, erasureId));
      assert.ok((leftOver[`store:${kind}`] ?? 0) > 0, JSON.stringify(leftOver));
      await rig.system.store.purgePrefix(prefix);
      assert.deepEqual(leftOverOf(await rig.prove(rig.tenant, erasureId)), {});
      return `found: ${JSON.stringify(leftOver)}`;
    });
}

if (bucket) describe('a purge in a bucket that keeps every version', () => inBucket(bucket));
else console.log('S3_TEST_ENDPOINT is not set: the purge of versions did not run.');
