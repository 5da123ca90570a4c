import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ChainEnd } from '../domain/audit/chain.ts';
import { EXPORT_FORMAT, exportLooseEnd, exportMisfit, isFiltered, type ExportHead, type ExportLine } from '../domain/audit/export.ts';
import { ConfigError } from './platform/config.ts';
import { sha256Chain } from './services/audit-verify.ts';

interface Verdict {
  readonly lines: readonly string[];
  readonly isWhole: boolean;
}

/**
 * Works out an exported range again, line by line, without a database. The hashes at both ends are told: compared with what was kept
 * elsewhere, they say that it is this chain and not another.
 * @throws ConfigError when there is no such file, or it is none of ours.
 */
export async function verifyAuditFile(file: string): Promise<Verdict> {
  const at = { line: 0 };
  const lines = readLines(file, at);
  const head = (await lines.next()).value;
  if (head?.line !== 'head' || head.format !== EXPORT_FORMAT) throw new ConfigError(`${file} does not begin as an ${EXPORT_FORMAT}`);
  const said = (what: string): Verdict => ({ lines: [`line ${String(at.line)}: ${what}`], isWhole: false });
  let last: ChainEnd | null = null;
  let before: string | null = null;
  let entries = 0;
  for await (const line of lines) {
    if (line === null || line.line === 'head') return said('this is no line of an export');
    if (line.line === 'end') {
      const loose = exportLooseEnd(line, entries, last) ?? ((await lines.next()).done ? null : 'there is more behind the last line');
      return loose === null ? { lines: whole(head, { entries, before, last }), isWhole: true } : said(loose);
    }
    const what = exportMisfit(head, last, line, sha256Chain);
    if (what !== null) return said(`row ${String(line.sequence)} (${line.id}): ${what}`);
    [last, before, entries] = [line, before ?? line.previousHash, entries + 1];
  }
  return said('the file was cut off: its last line is missing');
}

interface Counted {
  readonly entries: number;
  readonly before: string | null;
  readonly last: ChainEnd | null;
}

function whole(head: ExportHead, { entries, before, last }: Counted): readonly string[] {
  const what = isFiltered(head) ? 'every entry follows from the hash it names' : 'chain whole';
  const counted = `${String(entries)} event${entries === 1 ? '' : 's'} of tenant ${head.tenantId}: ${what}`;
  if (last === null || before === null) return [counted];
  return [counted, `the first follows from the hash ${before}`, `row ${String(last.sequence)} has the hash ${last.chainHash}`];
}

/** Null for a line that is none of ours. */
async function* readLines(file: string, at: { line: number }): AsyncGenerator<ExportLine | null, undefined> {
  const input = createReadStream(file, 'utf8');
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      at.line += 1;
      yield parsed(text);
    }
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

const TEXTS = ['tenantId', 'id', 'occurredAt', 'action', 'resourceType', 'resourceId', 'metadata', 'chainHash', 'previousHash'];

function parsed(text: string): ExportLine | null {
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null || !('line' in value)) return null;
  const isEntry = (): boolean =>
    TEXTS.every((name) => typeof Reflect.get(value, name) === 'string') && Number.isSafeInteger(Reflect.get(value, 'sequence'));
  if (value.line === 'head' || value.line === 'end' || (value.line === 'entry' && isEntry())) return value as ExportLine;
  return null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
