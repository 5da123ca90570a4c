import { EMPTY_CHAIN, type ChainedRow, type ChainEnd } from '../../domain/audit/chain.ts';
import { EXPORT_FORMAT, isFiltered, type ExportEntry, type ExportHead, type ExportLine } from '../../domain/audit/export.ts';
import { DomainError } from '../../domain/errors.ts';
import { CHAINED_COLUMNS } from '../platform/audit-chain.ts';
import { AuditEventModel } from '../platform/models/audit-event.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { instant, matchingEvents, mustMayReadAudit, narrowingOf, ownSubject } from './audit-query.ts';
import type { AuditExportQuery, AuditLog, TextStream } from './contracts.ts';
import { mustStandStill } from './credential-life.ts';

const PAGE = 500;
const MOST_DAYS = 366;
const DAY_MS = 86_400_000;

/** The first and the last number of a range. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Decides, enters the export in the log, and only then begins. Each page is read in a transaction of its own, when the one before it has
 * been taken: nothing is held while the reader is slow, and nothing is read on when the reader has gone.
 */
export const exportAudit: AuditLog['export'] = async (tenant, query): Promise<TextStream> => {
  mustBeShort(query);
  const head = headOf(tenant.id, query);
  const range = await tenant.within(async (scope) => {
    mustMayReadAudit(scope, query);
    await scope.audit('AUDIT_EXPORTED', {
      ...{ resourceType: 'tenant', resourceId: scope.tenantId, subjectId: await ownSubject(scope, query) },
      metadata: { from: head.from, to: head.to, filters: Object.keys(head.filters).join(' ') },
    });
    return rangeOf(scope, query);
  });
  return {
    contentType: 'application/x-ndjson',
    fileName: `audit-${head.from.slice(0, 10)}-${head.to.slice(0, 10)}.ndjson`,
    pages: () => pagesOf(tenant, query, { head, range }),
  };
};

/** @throws DomainError `request.invalid` */
function mustBeShort({ from, to }: AuditExportQuery): void {
  const days = (instant(to, 'to').getTime() - instant(from, 'from').getTime()) / DAY_MS;
  if (days > 0 && days <= MOST_DAYS) return;
  throw new DomainError('request.invalid', { field: 'to', detail: `"to" is later than "from", by ${String(MOST_DAYS)} days at most.` });
}

const headOf = (tenantId: string, query: AuditExportQuery): ExportHead => ({
  ...{ line: 'head', format: EXPORT_FORMAT, tenantId },
  ...{ from: instant(query.from, 'from').toISOString(), to: instant(query.to, 'to').toISOString() },
  filters: narrowingOf(query),
});

/** What is there now. Numbers are given in the order of commits: nothing can come in between later. */
async function rangeOf(scope: TenantScope, { from, to }: AuditExportQuery): Promise<Range | null> {
  const [found] = await matchingEvents(scope, { from, to }).min('sequence as first').max('sequence as last').castTo<Partial<Range>[]>();
  const { first, last } = found ?? {};
  return typeof first === 'number' && typeof last === 'number' ? { first, last } : null;
}

async function* pagesOf(
  tenant: Tenant,
  query: AuditExportQuery,
  { head, range }: { readonly head: ExportHead; readonly range: Range | null },
): AsyncGenerator<string> {
  yield textOf([head]);
  let last: ChainEnd | null = null;
  let entries = 0;
  for (let after = (range?.first ?? 0) - 1; range !== null && after < range.last;) {
    const part = { first: after + 1, last: range.last };
    const before: ChainEnd | null = last;
    const found: readonly ExportEntry[] = await tenant.within((scope) => page(scope, tenant, { query, head, part, before }));
    if (found.length > 0) yield textOf(found);
    entries += found.length;
    last = found.at(-1) ?? last;
    after = found.length < PAGE ? range.last : (last?.sequence ?? range.last);
  }
  yield textOf([{ line: 'end', entries, sequence: last?.sequence ?? null, chainHash: last?.chainHash ?? null }]);
}

const textOf = (lines: readonly ExportLine[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

interface Part {
  readonly query: AuditExportQuery;
  readonly head: ExportHead;
  readonly part: Range;
  /** The last entry of the page before. */
  readonly before: ChainEnd | null;
}

async function page(scope: TenantScope, { credential }: Tenant, { query, head, part, before }: Part): Promise<readonly ExportEntry[]> {
  await mustStandStill(scope, credential);
  // Without a filter the range is one piece of the chain, whatever the clocks said in between.
  const events = isFiltered(head) ? matchingEvents(scope, query) : AuditEventModel.within(scope);
  const rows = await events
    .whereBetween('sequence', [part.first, part.last])
    .orderBy('sequence')
    .limit(PAGE)
    .select(scope.trx.raw(CHAINED_COLUMNS))
    .castTo<ChainedRow[]>();
  const hashes = await hashesBefore(scope, rows, before);
  return rows.map((row) => ({ line: 'entry', ...row, previousHash: hashes.get(row.sequence - 1) ?? '' }));
}

/** By number: of every row that one of these follows from. */
async function hashesBefore(
  scope: TenantScope,
  rows: readonly ChainedRow[],
  before: ChainEnd | null,
): Promise<ReadonlyMap<number, string>> {
  const known = new Map([EMPTY_CHAIN, ...(before ? [before] : []), ...rows].map(({ sequence, chainHash }) => [sequence, chainHash]));
  const unknown = rows.map(({ sequence }) => sequence - 1).filter((sequence) => !known.has(sequence));
  if (unknown.length === 0) return known;
  const found = await AuditEventModel.within(scope).whereIn('sequence', unknown).select('sequence', 'chainHash');
  for (const { sequence, chainHash } of found) known.set(sequence, chainHash.toString('hex'));
  return known;
}
