import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { chainText, EMPTY_CHAIN, type ChainEnd } from './chain.ts';
import { EXPORT_FORMAT, exportLooseEnd, exportMisfit, type ExportEntry, type ExportHead } from './export.ts';

const TENANT = '11111111-1111-7111-8111-111111111111';
const hash = (previousHex: string, text: string): string =>
  createHash('sha256').update(Buffer.from(previousHex, 'hex')).update(text, 'utf8').digest('hex');

const headWith = (filters: ExportHead['filters']): ExportHead => ({
  ...{ line: 'head', format: EXPORT_FORMAT, tenantId: TENANT, filters },
  ...{ from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' },
});

/** Entries 1 to 6 of a chain. */
const ENTRIES: readonly ExportEntry[] = Array.from({ length: 6 }).reduce<ExportEntry[]>((entries, _, index) => {
  const row = {
    ...{ tenantId: TENANT, sequence: index + 1, id: `row-${String(index + 1)}`, occurredAt: '2026-11-23T04:00:00.000001Z', actorId: null },
    ...{ action: 'VIDEO_UPDATED', resourceType: 'video', resourceId: 'v', subjectId: null, requestId: null, metadata: '{}' },
  };
  const previousHash = entries.at(-1)?.chainHash ?? EMPTY_CHAIN.chainHash;
  return [...entries, { line: 'entry', ...row, previousHash, chainHash: hash(previousHash, chainText(row)) }];
}, []);

/** The first entry that does not fit, and why. */
function firstMisfit(head: ExportHead, entries: readonly ExportEntry[]): readonly [string, string] | null {
  let last: ChainEnd | null = null;
  for (const entry of entries) {
    const misfit = exportMisfit(head, last, entry, hash);
    if (misfit !== null) return [entry.id, misfit];
    last = entry;
  }
  return null;
}

const changed = (id: string, change: Partial<ExportEntry>) => ENTRIES.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
const without = (...ids: readonly string[]) => ENTRIES.filter(({ id }) => !ids.includes(id));

describe('an exported range', () => {
  const [all, some] = [headWith({}), headWith({ action: 'VIDEO_UPDATED' })];

  it('fits from wherever it begins', () => {
    assert.equal(firstMisfit(all, ENTRIES), null);
    assert.equal(firstMisfit(all, ENTRIES.slice(3)), null);
    assert.equal(firstMisfit(all, []), null);
  });

  it('may leave entries out when it was filtered, and only then', () => {
    assert.equal(firstMisfit(some, without('row-2', 'row-3')), null);
    assert.deepEqual(firstMisfit(all, without('row-2', 'row-3')), ['row-4', 'rows 2 to 3 are missing before it']);
  });

  it('names the entry that was changed, filtered or not', () => {
    for (const head of [all, some]) {
      assert.equal(firstMisfit(head, changed('row-3', { metadata: '{"a": 1}' }))?.[0], 'row-3');
      assert.equal(firstMisfit(head, changed('row-3', { previousHash: 'aa'.repeat(32) }))?.[0], 'row-3');
      assert.equal(firstMisfit(head, changed('row-1', { previousHash: 'aa'.repeat(32) }))?.[0], 'row-1');
      assert.deepEqual(firstMisfit(head, changed('row-3', { tenantId: 'another' })), ['row-3', 'it is of another tenant']);
    }
    const alone = without('row-2');
    assert.equal(
      firstMisfit(
        some,
        alone.map((entry) => (entry.id === 'row-3' ? { ...entry, action: 'X' } : entry)),
      )?.[0],
      'row-3',
    );
  });

  it('names what was put in or moved', () => {
    const twin = changed('row-3', {}).flatMap((entry) => (entry.id === 'row-3' ? [entry, { ...entry, id: 'twin' }] : [entry]));
    assert.deepEqual(firstMisfit(all, twin), ['twin', 'its number is taken: one of the two was put in']);
    const [a, b, c, d, ...rest] = ENTRIES;
    const swapped = [a, c, b, d, ...rest].filter((entry) => entry !== undefined);
    assert.deepEqual(firstMisfit(all, swapped), ['row-3', 'row 2 is missing before it']);
    assert.deepEqual(firstMisfit(some, swapped), ['row-2', 'its number is taken: one of the two was put in']);
  });

  it('ends where its last line says', () => {
    const last = ENTRIES[5] ?? EMPTY_CHAIN;
    const end = { line: 'end', entries: 6, sequence: 6, chainHash: last.chainHash } as const;
    assert.equal(exportLooseEnd(end, 6, last), null);
    assert.equal(exportLooseEnd(end, 5, last), 'the last line counts 6 entries, there are 5');
    assert.equal(exportLooseEnd({ ...end, sequence: 7 }, 6, last), 'the last line names another entry');
    assert.equal(exportLooseEnd({ line: 'end', entries: 0, sequence: null, chainHash: null }, 0, null), null);
  });
});
