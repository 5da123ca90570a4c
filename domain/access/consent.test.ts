import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { purposesInForce, type ConsentRecord } from './consent.ts';

const noon = new Date('2026-06-01T12:00:00Z');
const before = new Date('2026-06-01T11:59:59Z');
const after = new Date('2026-06-01T12:00:01Z');
const record = (more: Partial<ConsentRecord>): ConsentRecord => ({
  purpose: 'coach_review',
  grantedAt: before,
  expiresAt: null,
  withdrawnAt: null,
  ...more,
});

describe('consent', () => {
  const cases: [string, Partial<ConsentRecord>, boolean][] = [
    ['counts once it is granted', {}, true],
    ['counts from the very instant of granting', { grantedAt: noon }, true],
    ['does not count before it is granted', { grantedAt: after }, false],
    ['ends at the instant of withdrawal', { withdrawnAt: noon }, false],
    ['counts until a withdrawal that lies ahead', { withdrawnAt: after }, true],
    ['ends at the instant of expiry', { expiresAt: noon }, false],
    ['counts until it expires', { expiresAt: after }, true],
  ];
  for (const [name, more, counts] of cases) it(name, () => assert.equal(purposesInForce([record(more)], noon).has('coach_review'), counts));

  it('stands for its own purpose only', () => assert.deepEqual([...purposesInForce([record({ purpose: 'export' })], noon)], ['export']));

  it('may be given again after a withdrawal', () => {
    assert.ok(purposesInForce([record({ withdrawnAt: before }), record({})], noon).has('coach_review'));
  });
});
