import { readFile } from 'node:fs/promises';
import { ConfigError } from './platform/config.ts';
import { connectDatabase, refusePowerfulRole } from './platform/database.ts';
import { killPoints } from './platform/kill-points.ts';
import { findTenantIds } from './platform/lookups.ts';
import { ErasureModel } from './platform/models/erasure.ts';
import { startSender } from './platform/queue.ts';
import type { Tenant } from './platform/tenant.ts';
import { operatorTenant } from './services/administration.ts';
import { isLogLine, logLineOf, replay } from './services/erasure-log.ts';
import { erasures } from './services/erasures.ts';
import { requestTakeout } from './services/takeouts.ts';

/** As the operator, with a queue to send jobs to. */
async function withTenants<T>(databaseUrl: string, work: (tenantOf: (tenantId: string) => Tenant) => Promise<T>): Promise<T> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 2, name: 'va-admin' });
  const faults: Error[] = [];
  const sender = await startSender(databaseUrl, (error) => faults.push(error));
  try {
    await refusePowerfulRole(database);
    return await work((tenantId) => operatorTenant({ database, sender }, tenantId));
  } finally {
    await sender.stop();
    await database.destroy();
  }
}

const service = erasures(killPoints(undefined));

export const erasePerson = (databaseUrl: string, tenantId: string, externalId: string): Promise<string> =>
  withTenants(databaseUrl, async (tenantOf) => inWords(await service.request(tenantOf(tenantId), externalId)));

export const takeOutPerson = (databaseUrl: string, tenantId: string, externalId: string): Promise<string> =>
  withTenants(databaseUrl, async (tenantOf) => {
    const { id, state, expiresAt } = await requestTakeout(tenantOf(tenantId), externalId);
    return `take-out ${id}: ${state}, until ${expiresAt.toISOString()}. Fetch it with a secret key: GET /api/v1/takeouts/${id}/archive`;
  });

export const showErasure = (databaseUrl: string, tenantId: string, erasureId: string): Promise<string> =>
  withTenants(databaseUrl, async (tenantOf) => inWords(await service.get(tenantOf(tenantId), erasureId)));

function inWords({ id, state, requestedAt, counts, removed, leftOver, receipt, receiptSha256 }: ErasureModel): string {
  const list = (name: string, numbers: Readonly<Record<string, number>>): string =>
    [name, ...Object.entries(numbers).map(([kind, count]) => `  ${kind.padEnd(44)} ${String(count)}`)].join('\n');
  return [
    `erasure ${id}: ${state}, asked for ${requestedAt.toISOString()}`,
    list('found', counts),
    list('removed', removed),
    ...(Object.keys(leftOver).length > 0 ? [list('left over', leftOver)] : []),
    ...(receipt === null ? [] : [`receipt ${receiptSha256 ?? ''}`, receipt]),
  ].join('\n');
}

/**
 * Every erasure there is, one JSON object a line: ids and times. Kept where no backup of the database is, it says what has to be
 * erased again in one that is restored.
 */
export async function tellErasureLog(workerUrl: string): Promise<string> {
  const database = connectDatabase({ url: workerUrl, poolSize: 2, name: 'va-admin' });
  try {
    await refusePowerfulRole(database);
    const lines: string[] = [];
    for (const tenantId of await findTenantIds(database)) {
      const rows = await operatorTenant({ database, sender: null }, tenantId).within((scope) =>
        ErasureModel.within(scope).orderBy('requestedAt').execute(),
      );
      lines.push(...rows.map((row) => JSON.stringify(logLineOf(row))));
    }
    return lines.join('\n');
  } finally {
    await database.destroy();
  }
}

/** Takes every erasure of the log up again. @throws ConfigError naming the line that is none. */
export async function replayErasureLog(databaseUrl: string, file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  const logged = lines.map((line, at) => {
    const value: unknown = JSON.parse(line);
    if (!isLogLine(value)) throw new ConfigError(`line ${String(at + 1)} of ${file} is no line of an erasure log`);
    return value;
  });
  const outcomes = await withTenants(databaseUrl, async (tenantOf) => {
    const all: Awaited<ReturnType<typeof replay>>[] = [];
    for (const line of logged) all.push(await replay(tenantOf(line.tenantId), line));
    return all;
  });
  const anew = outcomes.filter((outcome) => outcome === 'anew').length;
  return `${String(outcomes.length)} erasures taken up: ${String(anew)} that this database did not know, ${String(outcomes.length - anew)} once more.`;
}
