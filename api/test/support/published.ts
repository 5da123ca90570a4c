import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindTenant } from '../../platform/tenant-scope.ts';
import { connectDatabase } from '../../platform/database.ts';
import { renditionPrefix } from '../../platform/object-keys.ts';
import type { JobSender } from '../../platform/queue.ts';
import { processing } from '../../services/processing.ts';
import type { TestSystem } from './system.ts';

export const FRAMES = 90;

/** A queue that takes everything and hands out nothing. */
export const NOBODY_WORKS: JobSender = { send: () => Promise.resolve(), stop: () => Promise.resolve() };

/**
 * Puts a finished rendition under an uploaded video, as a worker would but without ffmpeg: for tests about who may see it.
 * The analysis file holds the given bytes.
 */
export async function publishRendition(system: TestSystem, tenantId: string, videoId: string, analysis: Uint8Array): Promise<void> {
  const database = connectDatabase({ url: system.database.workerUrl, poolSize: 2, name: 'va-test-worker' });
  const directory = await mkdtemp(join(tmpdir(), 'va-rendition-'));
  try {
    const tenant = bindTenant(
      { database, sender: NOBODY_WORKS },
      {
        tenantId,
        actor: { id: randomUUID(), role: 'admin', scopes: new Set(), onlyPlayerIds: null, onlyVideoIds: null },
        credential: { kind: 'job' },
        requestId: 'test',
      },
    );
    const attempt = await processing().begin(tenant, { videoId, processingVersion: 1 });
    if (attempt === null) throw new Error('nothing to process');
    const prefix = renditionPrefix(tenantId, videoId, 1, attempt.attemptId);
    const store = async (name: string, bytes: Uint8Array, contentType: string) => {
      const file = join(directory, name);
      await writeFile(file, bytes);
      await system.store.putFile(`${prefix}${name}`, file, { contentType });
      return { key: `${prefix}${name}`, sizeBytes: bytes.length, contentType };
    };
    await processing().publish(
      tenant,
      attempt,
      {
        files: {
          'analysis.mp4': await store('analysis.mp4', analysis, 'video/mp4'),
          'poster.jpg': await store('poster.jpg', new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), 'image/jpeg'),
        },
        frameIndex: { version: 1, timebase: { num: 90000, den: 1 }, startTicks: 0, runs: [[FRAMES, 3000]] },
        pictureHashes: Buffer.alloc(FRAMES * 8, 7),
        facts: {
          ...{ width: 640, height: 360, durationMs: 3000, frameCount: FRAMES, fps: { num: 30, den: 1 }, captureFps: 30 },
          ...{ rotation: 0, timing: 'constant', bitrateKbps: 1000, checksumSha256: '0'.repeat(64) },
        },
      },
      () => Promise.resolve(true),
    );
  } finally {
    await database.destroy();
    await rm(directory, { recursive: true });
  }
}
