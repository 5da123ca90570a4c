import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endOf, isInForce } from './consent.ts';

const noon = new Date('2026-06-01T12:00:00Z');
const before = new Date('2026-06-01T11:59:59Z');
const after = new Date('2026-06-01T12:00:01Z');
type Record = Parameters<typeof isInForce>[0];
const record = (more: Partial<Record>): Record => ({ grantedAt: before, expiresAt: null, withdrawnAt: null, ...more });

describe('consent', () => {
  const cases: [string, Partial<Record>, boolean][] = [
    ['counts once it is granted', {}, true],
    ['counts from the very instant of granting', { grantedAt: noon }, true],
    ['does not count before it is granted', { grantedAt: after }, false],
    ['ends with a withdrawal', { withdrawnAt: before }, false],
    ['ends at the instant of withdrawal', { withdrawnAt: noon }, false],
    ['ends with a withdrawal by a clock that runs ahead', { withdrawnAt: after }, false],
    ['ends at the instant of expiry', { expiresAt: noon }, false],
    ['counts until it expires', { expiresAt: after }, true],
  ];
  for (const [name, more, counts] of cases) it(name, () => assert.equal(isInForce(record(more), noon), counts));
});

describe('the end of a consent', () => {
  const cases: [string, Date | null, Date | null, Date | null][] = [
    ['is open for somebody of age who names none', null, null, null],
    ['is what was asked for', noon, null, noon],
    ['is the coming of age of a minor', null, noon, noon],
    ['is what was asked for, when that is earlier', before, noon, before],
    ['is not later than the coming of age', after, noon, noon],
  ];
  for (const [name, asked, comesOfAgeAt, end] of cases) it(name, () => assert.deepEqual(endOf(asked, comesOfAgeAt), end));
});
