import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase } from '../../platform/database.ts';
import { renditionPrefix } from '../../platform/object-keys.ts';
import { ladders, type Ladders } from '../../services/ladders.ts';
import { previews, type PreviewResult, type Previews } from '../../services/previews.ts';
import { processing, type Attempt, type Processing, type Result } from '../../services/processing.ts';
import type { Tenant } from '../../platform/tenant.ts';
import { jobTenant } from '../../../worker/runner.ts';
import { FRAMES, NOBODY_WORKS } from './published.ts';
import type { TestSystem } from './system.ts';

const seen: PreviewResult['facts'] = {
  ...{ width: 640, height: 360, durationMs: 3000, frameCount: FRAMES, fps: { num: 30, den: 1 }, captureFps: 30 },
  ...{ rotation: 0, timing: 'constant', bitrateKbps: 1000 },
};
const facts: Result['facts'] = { ...seen, checksumSha256: '0'.repeat(64) };
const frameIndex = { version: 1, timebase: { num: 90000, den: 1 }, startTicks: 0, runs: [[FRAMES, 3000]] } as const;

/** What a worker does, step by step and without ffmpeg, under the worker's own role. */
export interface WorkerSeat {
  readonly tenant: Tenant;
  readonly processing: Processing;
  readonly previews: Previews;
  readonly ladders: Ladders;
  publish(attempt: Attempt): Promise<void>;
  /** False: nobody may see it. */
  showPreview(attempt: Attempt): Promise<boolean>;
  leave(): Promise<void>;
}

export function takeWorkerSeat(system: TestSystem, tenantId: string): WorkerSeat {
  const database = connectDatabase({ url: system.database.workerUrl, poolSize: 2, name: 'va-test-seat' });
  const tenant = jobTenant({ database, sender: NOBODY_WORKS }, tenantId, 'seat');
  const parts = { processing: processing(), previews: previews(), ladders: ladders() };
  const filesUnder = async (prefix: string): Promise<Result['files']> => {
    const directory = await mkdtemp(join(tmpdir(), 'va-seat-'));
    const file = join(directory, 'file');
    await writeFile(file, 'pictures');
    const stored = async (name: string, contentType: string) => {
      await system.store.putFile(`${prefix}${name}`, file, { contentType });
      return { key: `${prefix}${name}`, sizeBytes: 8, contentType };
    };
    const files = { 'analysis.mp4': await stored('analysis.mp4', 'video/mp4'), 'poster.jpg': await stored('poster.jpg', 'image/jpeg') };
    await rm(directory, { recursive: true });
    return files;
  };
  const prefixOf = ({ videoId, processingVersion }: Attempt, id: string): string =>
    renditionPrefix(tenantId, videoId, processingVersion, id);
  return {
    ...{ tenant, ...parts },
    publish: async (attempt) => {
      const files = await filesUnder(prefixOf(attempt, attempt.attemptId));
      const pictureHashes = Buffer.alloc(FRAMES * 8, 7);
      await parts.processing.publish(tenant, attempt, { files, frameIndex, pictureHashes, facts }, () => Promise.resolve(true));
    },
    showPreview: async (attempt) => {
      const previewId = await parts.previews.begin(tenant, attempt);
      if (previewId === null) return false;
      return parts.previews.publish(tenant, attempt, previewId, {
        files: await filesUnder(prefixOf(attempt, previewId)),
        frameIndex,
        facts: seen,
      });
    },
    leave: () => database.destroy(),
  };
}
