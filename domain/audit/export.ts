import { misfitOf, type ChainedRow, type ChainEnd, type ChainHash } from './chain.ts';

/** The first line of an exported range: what was asked for. */
export interface ExportHead {
  readonly line: 'head';
  /** The version of this form. Another `chainText` means another version. */
  readonly format: typeof EXPORT_FORMAT;
  readonly tenantId: string;
  readonly from: string;
  readonly to: string;
  /** Empty: the entries are one piece of the chain. */
  readonly filters: Readonly<Record<string, string>>;
}

/** One entry, as it is chained, with the hash that it follows from. */
export interface ExportEntry extends ChainedRow {
  readonly line: 'entry';
  readonly previousHash: string;
}

/** The last line: without it the file was cut off. */
export interface ExportEnd {
  readonly line: 'end';
  readonly entries: number;
  /** Of the last entry; null when there is none. */
  readonly sequence: number | null;
  readonly chainHash: string | null;
}

export type ExportLine = ExportHead | ExportEntry | ExportEnd;

export const EXPORT_FORMAT = 'audit-export-1';

export const isFiltered = ({ filters }: ExportHead): boolean => Object.keys(filters).length > 0;

/** What is wrong with an entry behind `last`, which is null for the first; null when it fits. Only a filter may leave entries out. */
export function exportMisfit(head: ExportHead, last: ChainEnd | null, entry: ExportEntry, hash: ChainHash): string | null {
  if (entry.tenantId !== head.tenantId) return 'it is of another tenant';
  if (last === null || (isFiltered(head) && entry.sequence > last.sequence + 1))
    return misfitOf({ sequence: entry.sequence - 1, chainHash: entry.previousHash }, entry, hash);
  const misfit = misfitOf(last, entry, hash);
  return misfit ?? (entry.previousHash === last.chainHash ? null : 'it names another hash than that of the entry before it');
}

/** What is wrong between the entries that are there and what the last line says; null when they agree. */
export function exportLooseEnd(end: ExportEnd, entries: number, last: ChainEnd | null): string | null {
  if (end.entries !== entries) return `the last line counts ${String(end.entries)} entries, there are ${String(entries)}`;
  return end.sequence === (last?.sequence ?? null) && end.chainHash === (last?.chainHash ?? null)
    ? null
    : 'the last line names another entry';
}
