import type { Knex } from 'knex';
import { countAnomalies } from './platform/foreign-ids.ts';
import { ConfigError } from './platform/config.ts';
import { findTenantIds } from './platform/lookups.ts';
import { operatorTenant } from './services/administration.ts';
import { verifyAuditChain, type ChainFault } from './services/audit-verify.ts';

const lineOf = ({ tenantId, sequence, id, what }: ChainFault): string =>
  `tenant ${tenantId}: ${id === null ? 'the chain has no row' : `row ${String(sequence)} (${id})`}: ${what}`;

/**
 * Works out the audit chain of one tenant, or of every one, again. The last hash of a single tenant is told, to be kept elsewhere:
 * who can write the whole database can write a whole chain, but not one that ends like that.
 * @throws ConfigError when there is no such tenant.
 */
export async function verifyAudit(
  database: Knex,
  tenantId: string | undefined,
): Promise<{ readonly lines: readonly string[]; readonly isWhole: boolean }> {
  const tenantIds = await chosenTenants(database, tenantId);
  const faults: string[] = [];
  const ends: string[] = [];
  let events = 0;
  for (const id of tenantIds) {
    const { end, fault } = await verifyAuditChain(database, id);
    if (fault) faults.push(lineOf(fault));
    else ends.push(`row ${String(end.sequence)} has the hash ${end.chainHash}`);
    events += end.sequence;
  }
  if (faults.length > 0) return { lines: faults, isWhole: false };
  const whole = `${counted(events, 'event')} of ${counted(tenantIds.length, 'tenant')}: chain whole`;
  return { lines: tenantId === undefined ? [whole] : [whole, ...ends], isWhole: true };
}

/** How often each tenant's credentials and jobs named what is another's. @throws ConfigError when there is no such tenant. */
export async function tellAnomalies(database: Knex, tenantId: string | undefined): Promise<string> {
  const lines: string[] = [];
  for (const id of await chosenTenants(database, tenantId))
    for (const { action, count, latestAt } of await operatorTenant({ database, sender: null }, id).within(countAnomalies))
      lines.push(`tenant ${id}: ${String(count)} ${action}, the latest at ${latestAt.toISOString()}`);
  return lines.length === 0 ? 'no anomalies' : lines.join('\n');
}

/** What is not there has no row that does not fit: a mistyped id must not look like a tenant in order. */
async function chosenTenants(database: Knex, tenantId: string | undefined): Promise<readonly string[]> {
  const all = await findTenantIds(database);
  if (tenantId !== undefined && !all.includes(tenantId)) throw new ConfigError(`there is no tenant ${tenantId}`);
  return tenantId === undefined ? all : [tenantId];
}

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
