import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { chainText, EMPTY_CHAIN, looseEndOf, misfitOf, type ChainedRow, type ChainEnd } from './chain.ts';

const hash = (previousHex: string, text: string): string =>
  createHash('sha256').update(Buffer.from(previousHex, 'hex')).update(text, 'utf8').digest('hex');

const row = (sequence: number, change: Partial<ChainedRow> = {}): Omit<ChainedRow, 'chainHash'> => ({
  tenantId: '11111111-1111-7111-8111-111111111111',
  sequence,
  id: `22222222-2222-7222-8222-${String(sequence).padStart(12, '0')}`,
  occurredAt: '2026-11-23T04:00:00.000001Z',
  actorId: null,
  action: 'VIDEO_UPDATED',
  resourceType: 'video',
  resourceId: 'v',
  subjectId: null,
  requestId: 'r',
  metadata: '{"name": "Zoë"}',
  ...change,
});

function chained(count: number): ChainedRow[] {
  const rows: ChainedRow[] = [];
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const plain = row(sequence);
    rows.push({ ...plain, chainHash: hash(rows.at(-1)?.chainHash ?? EMPTY_CHAIN.chainHash, chainText(plain)) });
  }
  return rows;
}

/** The number of the first row that does not fit, and why. */
function firstMisfit(rows: readonly ChainedRow[]): readonly [number, string] | null {
  let end: ChainEnd = EMPTY_CHAIN;
  for (const next of rows) {
    const misfit = misfitOf(end, next, hash);
    if (misfit !== null) return [next.sequence, misfit];
    end = next;
  }
  return null;
}

describe('the text of an audit row', () => {
  it('has every value behind its length in bytes and a dash for none', () => {
    assert.equal(
      chainText(row(7)),
      '7:audit-1,36:11111111-1111-7111-8111-111111111111,1:7,36:22222222-2222-7222-8222-000000000007,' +
        '27:2026-11-23T04:00:00.000001Z,-,13:VIDEO_UPDATED,5:video,1:v,-,1:r,16:{"name": "Zoë"},',
    );
  });

  it('counts bytes of UTF-8', () => {
    for (const requestId of ['', 'a\u007f', '\u0080ß', '\u07ff\u0800', '\uffff', '🏌️‍♀️'])
      assert.ok(chainText(row(1, { requestId })).includes(`,${String(Buffer.byteLength(requestId))}:${requestId},`), requestId);
  });

  it('differs where a value moves from one field to the next, and where none becomes a dash', () => {
    assert.notEqual(chainText(row(1, { resourceType: 'ab', resourceId: 'c' })), chainText(row(1, { resourceType: 'a', resourceId: 'bc' })));
    assert.notEqual(chainText(row(1, { requestId: null })), chainText(row(1, { requestId: '-' })));
  });
});

describe('a chain', () => {
  it('fits as it was written', () => assert.equal(firstMisfit(chained(5)), null));

  it('names the row that was changed, whatever was changed', () => {
    const changes: Partial<ChainedRow>[] = [
      { occurredAt: '2026-11-23T04:00:00.000002Z' },
      { actorId: '33333333-3333-7333-8333-333333333333' },
      { action: 'VIDEO_DELETED' },
      { resourceType: 'person' },
      { resourceId: 'w' },
      { subjectId: '33333333-3333-7333-8333-333333333333' },
      { requestId: null },
      { metadata: '{}' },
      { id: '33333333-3333-7333-8333-333333333333' },
      { tenantId: '33333333-3333-7333-8333-333333333333' },
      { chainHash: 'ff'.repeat(32) },
    ];
    for (const change of changes) {
      const rows = chained(5).map((next) => (next.sequence === 3 ? { ...next, ...change } : next));
      assert.equal(firstMisfit(rows)?.[0], 3, JSON.stringify(change));
    }
  });

  it('names the row behind one whose hash was made to fit', () => {
    const rows = chained(5).map((next) => {
      if (next.sequence !== 3) return next;
      const forged = { ...next, action: 'VIDEO_DELETED' };
      return { ...forged, chainHash: hash(chained(2).at(-1)?.chainHash ?? '', chainText(forged)) };
    });
    assert.equal(firstMisfit(rows)?.[0], 4);
  });

  it('names the row behind what was removed, and the one that was put in', () => {
    const rows = chained(5);
    assert.deepEqual(firstMisfit(rows.filter(({ sequence }) => sequence !== 3)), [4, 'row 3 is missing before it']);
    assert.deepEqual(firstMisfit(rows.filter(({ sequence }) => sequence > 2)), [3, 'rows 1 to 2 are missing before it']);
    assert.deepEqual(firstMisfit(rows.flatMap((next) => (next.sequence === 3 ? [next, { ...next, id: 'x' }] : [next]))), [
      3,
      'its number is taken: one of the two was put in',
    ]);
  });

  it('ends where the database says', () => {
    const end = { sequence: 5, chainHash: 'aa'.repeat(32) };
    assert.equal(looseEndOf(end, end), null);
    assert.equal(looseEndOf({ ...end, sequence: 3 }, end), 'rows 4 to 5 are missing at the end');
    assert.equal(looseEndOf({ ...end, sequence: 6 }, end), 'the chain ends at 5: this row was put in');
    assert.equal(looseEndOf(end, { ...end, chainHash: 'bb'.repeat(32) }), 'the chain ends with another hash');
  });
});
