import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { KillPointCheck } from '../../api/platform/kill-points.ts';
import type { RenditionFile } from '../../api/platform/models/rendition.ts';
import { ladderPrefix, laddersPrefix } from '../../api/platform/object-keys.ts';
import type { ObjectStore } from '../../api/platform/object-store.ts';
import { tenantStore } from '../../api/platform/tenant-store.ts';
import type { Ladders } from '../../api/services/ladders.ts';
import { ConsentMissing } from '../../api/services/processing-consent.ts';
import { makeLadder, type LadderFile } from '../media/ladder-make.ts';
import { MediaError } from '../media/media-error.ts';
import type { MediaTools } from '../media/tools.ts';
import { inWorkspace } from '../media/workspace.ts';
import type { JobHandler } from '../runner.ts';

export interface VideoLadderDependencies {
  readonly ladders: Ladders;
  readonly store: ObjectStore;
  readonly tools: MediaTools;
  readonly workspaceRoot: string;
  readonly killPoint: KillPointCheck;
}

/** So many files are on their way to the store at a time: a ladder has hundreds of small ones. */
const AT_ONCE = 4;

/**
 * Makes what a published video is watched from over a poor line. Safe to run twice: every run writes under a prefix of its own,
 * and only what belongs to the shown rendition can be published. The video is ready whatever becomes of this.
 */
export const videoLadder = ({ ladders, store, tools, workspaceRoot, killPoint }: VideoLadderDependencies): JobHandler<'video.ladder'> => ({
  async run(tenant, ref, { signal, settle }) {
    const source = await ladders.begin(tenant, ref);
    if (source === null) return;
    const own = tenantStore(store, tenant.id, ref.videoId);
    const { videoId, processingVersion, attemptId } = ref;
    // What a run left that was killed. One that is still at it has lost the job to us, and cannot publish.
    await own.removePrefix(laddersPrefix(tenant.id, videoId, processingVersion, attemptId));
    const prefix = ladderPrefix(tenant.id, videoId, processingVersion, attemptId, randomUUID());
    let isPublished = false;
    try {
      await inWorkspace(workspaceRoot, async (workspace) => {
        const [analysis, directory] = [join(workspace, 'analysis.mp4'), join(workspace, 'ladder')];
        await mkdir(directory, { mode: 0o700 });
        await pipeline(await own.read(source.analysis.key), createWriteStream(analysis, { mode: 0o600 }), { signal });
        const made = await makeLadder({ ...source, source: analysis, directory, tools, signal });
        const files = await storeFiles(own, prefix, made, signal);
        killPoint('after_ladder_stored');
        signal.throwIfAborted();
        await ladders.publish(tenant, ref, files, settle);
        isPublished = true;
      });
    } finally {
      if (!isPublished) await own.removePrefix(prefix);
    }
  },

  refusalOf: (error) => {
    if (error instanceof ConsentMissing) return { code: 'CONSENT_MISSING', isFinal: true };
    return error instanceof MediaError ? { code: error.code, isFinal: error.isRefusal } : null;
  },

  // The runner has said so in the log. The video stays as it is: it plays, and has no HLS.
  gaveUp: (tenant, ref, code) => ladders.giveUp(tenant, ref, code),
});

async function storeFiles(
  own: ObjectStore,
  prefix: string,
  made: readonly LadderFile[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, RenditionFile>>> {
  const waiting = [...made];
  const files: Record<string, RenditionFile> = {};
  const storeOneAfterAnother = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      signal.throwIfAborted();
      const { name, file, sizeBytes, contentType } = next;
      const key = `${prefix}${name}`;
      await own.putFile(key, file, { contentType });
      files[name] = { key, sizeBytes, contentType };
    }
  };
  const lines = Array.from({ length: AT_ONCE }, () =>
    storeOneAfterAnother().catch((error: unknown) => {
      waiting.length = 0;
      throw error;
    }),
  );
  // All have ended before anybody cleans up: a file that arrives later would stay for ever.
  for (const line of await Promise.allSettled(lines)) if (line.status === 'rejected') throw line.reason;
  return files;
}
