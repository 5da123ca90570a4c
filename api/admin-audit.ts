import type { Knex } from 'knex';
import { ConfigError } from './platform/config.ts';
import { findTenantIds } from './platform/lookups.ts';
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
  const all = await findTenantIds(database);
  const tenantIds = tenantId === undefined ? all : all.filter((id) => id === tenantId);
  // What is not there has no row that does not fit: a mistyped id must not look like a whole chain.
  if (tenantId !== undefined && tenantIds.length === 0) throw new ConfigError(`there is no tenant ${tenantId}`);
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

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
