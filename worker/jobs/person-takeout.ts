import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { KillPointCheck } from '../../api/platform/kill-points.ts';
import { takeoutPrefix } from '../../api/platform/object-keys.ts';
import type { ObjectStore } from '../../api/platform/object-store.ts';
import { tenantStore } from '../../api/platform/tenant-store.ts';
import type { TakeoutWork } from '../../api/services/takeout-work.ts';
import { inWorkspace } from '../media/workspace.ts';
import type { JobHandler } from '../runner.ts';
import { writeTakeout } from './takeout-zip.ts';

export interface PersonTakeoutDependencies {
  readonly work: TakeoutWork;
  readonly store: ObjectStore;
  readonly workspaceRoot: string;
  readonly killPoint: KillPointCheck;
}

/** Gathers what is kept about a person into a ZIP under a key of its own. Safe to run twice: the later archive takes the earlier one's place. */
export const personTakeout = ({ work, store, workspaceRoot, killPoint }: PersonTakeoutDependencies): JobHandler<'person.takeout'> => ({
  async run(tenant, { takeoutId }, { signal, settle }) {
    const takeout = await work.begin(tenant, takeoutId);
    if (takeout === null) return;
    const own = tenantStore(store, tenant.id);
    await inWorkspace(workspaceRoot, async (workspace) => {
      const file = join(workspace, 'takeout.zip');
      const target = createWriteStream(file, { mode: 0o600 });
      const written = once(target, 'close');
      await writeTakeout({ tenant, takeout, work, own, workspace, target, signal });
      await written;
      const { size } = await stat(file);
      const sha256 = await hashOf(file, signal);
      await own.putFile(takeout.objectKey, file, { contentType: 'application/zip', mayTake: true });
      killPoint('takeout_stored');
      // Somebody may be erasing the person by now, or the time is over: then nobody may have it.
      const isWanted = await tenant.within(async (scope) => {
        const isReady = await work.ready(scope, takeoutId, { sizeBytes: size, sha256 });
        await settle(scope);
        return isReady;
      });
      if (!isWanted) await own.purgePrefix(takeoutPrefix(tenant.id, takeoutId));
    });
  },

  refusalOf: () => null,

  gaveUp: (tenant, { takeoutId }) => work.failed(tenant, takeoutId),
});

async function hashOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest('hex');
}
