/** One row of the audit log as it is chained. */
export interface ChainedRow {
  readonly tenantId: string;
  /** From 1, without a gap, in the order in which the tenant's transactions committed. */
  readonly sequence: number;
  readonly id: string;
  /** ISO 8601 in UTC with six digits of a second. */
  readonly occurredAt: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly subjectId: string | null;
  readonly requestId: string | null;
  /** JSON as the database prints it. */
  readonly metadata: string;
  /** SHA-256 in hexadecimal over the hash before it and the row. */
  readonly chainHash: string;
}

/** Where a chain stands: how many rows it has and the last one's hash. */
export interface ChainEnd {
  readonly sequence: number;
  readonly chainHash: string;
}

export const EMPTY_CHAIN: ChainEnd = { sequence: 0, chainHash: '00'.repeat(32) };

/** In UTF-8. A database holds no half of a surrogate pair. */
function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Every value stands behind its length in bytes, so that no two different rows read the same. */
const field = (value: string | null): string => (value === null ? '-,' : `${String(byteLength(value))}:${value},`);

/** The text that is hashed for a row, behind the 32 bytes of the hash before it. The first field is the version of this form. */
export const chainText = (row: Omit<ChainedRow, 'chainHash'>): string =>
  [
    ...['audit-1', row.tenantId, String(row.sequence), row.id, row.occurredAt, row.actorId, row.action],
    ...[row.resourceType, row.resourceId, row.subjectId, row.requestId, row.metadata],
  ]
    .map(field)
    .join('');

/** @returns the SHA-256 in hexadecimal of the previous hash's 32 bytes followed by the text in UTF-8 */
export type ChainHash = (previousHex: string, text: string) => string;

/** What is wrong with the row as the next one after `end`; null when it fits. */
export function misfitOf(end: ChainEnd, row: ChainedRow, hash: ChainHash): string | null {
  const wanted = end.sequence + 1;
  if (row.sequence > wanted) return `${rowsMissing(wanted, row.sequence - 1)} before it`;
  if (row.sequence < wanted) return 'its number is taken: one of the two was put in';
  if (row.chainHash !== hash(end.chainHash, chainText(row))) return 'its hash does not follow from the row before it and what it says';
  return null;
}

/** What is wrong between the last row that is there and where the database says the chain ends; null when they agree. */
export function looseEndOf(last: ChainEnd, told: ChainEnd): string | null {
  if (last.sequence < told.sequence) return `${rowsMissing(last.sequence + 1, told.sequence)} at the end`;
  if (last.sequence > told.sequence) return `the chain ends at ${String(told.sequence)}: this row was put in`;
  return last.chainHash === told.chainHash ? null : 'the chain ends with another hash';
}

const rowsMissing = (from: number, to: number): string =>
  from === to ? `row ${String(from)} is missing` : `rows ${String(from)} to ${String(to)} are missing`;
