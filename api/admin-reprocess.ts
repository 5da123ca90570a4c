import { ConfigError } from './platform/config.ts';
import { connectDatabase, refusePowerfulRole } from './platform/database.ts';
import { startSender } from './platform/queue.ts';
import { operatorTenant } from './services/administration.ts';
import { reprocessMany, reprocessOne, type ReprocessFilter } from './services/reprocessing.ts';

type Given = Readonly<Record<string, string | undefined>>;

/** Queues what was asked for and tells how much that is. @throws ConfigError when nothing, or two things at once, were asked for. */
export async function reprocessAsTold(databaseUrl: string, tenantId: string, given: Given): Promise<string> {
  const { video, all } = given;
  const filter = filterOf(given);
  const asked = [video !== undefined, Object.keys(filter).length > 0, all !== undefined].filter(Boolean).length;
  if (asked !== 1) throw new ConfigError('Say which videos: --video, or --status and --older-than-version, or --all');
  const database = connectDatabase({ url: databaseUrl, poolSize: 2, name: 'va-admin' });
  const faults: Error[] = [];
  const sender = await startSender(databaseUrl, (error) => faults.push(error));
  try {
    await refusePowerfulRole(database);
    const tenant = operatorTenant({ database, sender }, tenantId);
    const { queued, skipped } = video === undefined ? await reprocessMany(tenant, filter) : await reprocessOne(tenant, video);
    return `${String(queued)} queued, ${String(skipped)} skipped (no source, or nothing to process).`;
  } finally {
    await sender.stop();
    await database.destroy();
  }
}

function filterOf({ status, 'older-than-version': version }: Given): ReprocessFilter {
  if (status !== undefined && status !== 'ready' && status !== 'failed')
    throw new ConfigError(`--status is ready or failed, not "${status}"`);
  const olderThanVersion = version === undefined ? undefined : Number(version);
  if (olderThanVersion !== undefined && !Number.isSafeInteger(olderThanVersion))
    throw new ConfigError(`--older-than-version is a whole number, not "${String(version)}"`);
  return { ...(status !== undefined && { status }), ...(olderThanVersion !== undefined && { olderThanVersion }) };
}
