import { linkStateAt } from '../../domain/access/link-state.ts';
import type { AccessLinkModel } from '../platform/models/access-link.ts';
import type { TenantScope } from '../platform/tenant.ts';
import type { LinkEntry } from './contracts.ts';
import { peopleById } from './parties.ts';

/** Links with those who made them, as they stand now. */
export async function linkEntries(scope: TenantScope, links: readonly AccessLinkModel[]): Promise<readonly LinkEntry[]> {
  const personOf = await peopleById(
    scope,
    links.map(({ createdById }) => createdById),
  );
  const now = new Date();
  return links.map((link) => ({ link, createdBy: personOf(link.createdById), state: linkStateAt(link, now) }));
}

export async function linkEntry(scope: TenantScope, link: AccessLinkModel): Promise<LinkEntry> {
  const [entry] = await linkEntries(scope, [link]);
  if (!entry) throw new Error('a link was not found again');
  return entry;
}
