import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linkStateAt, type LinkTimes } from './link-state.ts';

const [before, now, later] = [1, 2, 3].map((day) => new Date(Date.UTC(2026, 0, day))) as [Date, Date, Date];
const link = (more: Partial<LinkTimes> = {}): LinkTimes => ({
  ...{ expiresAt: later, revokedAt: null, suspendedAt: null, maxUses: null, useCount: 9 },
  ...more,
});

describe('the state of a link', () => {
  it('is open until its time, or its uses, are over', () => {
    assert.equal(linkStateAt(link(), now), 'open');
    assert.equal(linkStateAt(link({ maxUses: 10 }), now), 'open');
    assert.equal(linkStateAt(link({ maxUses: 9 }), now), 'used_up');
    assert.equal(linkStateAt(link({ expiresAt: now }), now), 'expired');
  });

  it('tells what somebody did before what time did', () => {
    const over = { expiresAt: before, maxUses: 9 };
    assert.equal(linkStateAt(link(over), now), 'expired');
    assert.equal(linkStateAt(link({ ...over, suspendedAt: before }), now), 'suspended');
    assert.equal(linkStateAt(link({ ...over, suspendedAt: before, revokedAt: before }), now), 'revoked');
  });
});
