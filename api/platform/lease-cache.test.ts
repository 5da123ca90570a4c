import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cacheLeases } from './lease-cache.ts';
import type { LeasedFile } from './lookups.ts';

const alive: LeasedFile = {
  tenantId: 'a',
  videoId: 'v',
  leaseRow: 'l',
  leftMs: 300_000,
  file: { key: 'k', sizeBytes: 1, contentType: 'video/mp4' },
};

function rig(answer: () => LeasedFile | undefined | Promise<LeasedFile | undefined> = () => alive, maxEntries = 10) {
  const state = { now: 0, isHearing: true, asked: 0 };
  const ask = async (): Promise<LeasedFile | undefined> => {
    state.asked += 1;
    return answer();
  };
  return { state, cache: cacheLeases(ask, { isCurrent: () => state.isHearing, now: () => state.now, maxEntries }) };
}

describe('the memory of living leases', () => {
  it('asks once for many requests, and again after two seconds', async () => {
    const { cache, state } = rig();
    for (const now of [0, 1, 1999]) {
      state.now = now;
      assert.equal(await cache.find('lease', 'f.mp4'), alive);
    }
    assert.equal(state.asked, 1);
    state.now = 2000;
    await cache.find('lease', 'f.mp4');
    assert.equal(state.asked, 2);
  });

  it('does not outlive the lease', async () => {
    const { cache, state } = rig(() => ({ ...alive, leftMs: 500 }));
    await cache.find('lease', 'f.mp4');
    state.now = 500;
    await cache.find('lease', 'f.mp4');
    assert.equal(state.asked, 2);
  });

  it('keeps neither death nor absence', async () => {
    for (const answer of [undefined, { ...alive, leftMs: null }, { ...alive, file: null }]) {
      const { cache, state } = rig(() => answer);
      await cache.find('lease', 'f.mp4');
      await cache.find('lease', 'f.mp4');
      assert.equal(state.asked, 2);
    }
  });

  it('forgets a tenant at a word, and no other', async () => {
    let tenantId = 'a';
    const { cache, state } = rig(() => ({ ...alive, tenantId }));
    await cache.find('one', 'f.mp4');
    tenantId = 'b';
    await cache.find('two', 'f.mp4');
    cache.forget('a');
    await cache.find('two', 'f.mp4');
    assert.equal(state.asked, 2);
    await cache.find('one', 'f.mp4');
    assert.equal(state.asked, 3);
  });

  it('does not keep the answer to a question from before a change', async () => {
    const { promise, resolve } = Promise.withResolvers<LeasedFile>();
    const { cache, state } = rig(() => promise);
    const asking = cache.find('lease', 'f.mp4');
    cache.forget('a');
    resolve(alive);
    await asking;
    await cache.find('lease', 'f.mp4');
    assert.equal(state.asked, 2);
  });

  it('believes nothing while nobody would tell it', async () => {
    const { cache, state } = rig();
    await cache.find('lease', 'f.mp4');
    state.isHearing = false;
    await cache.find('lease', 'f.mp4');
    await cache.find('lease', 'f.mp4');
    state.isHearing = true;
    await cache.find('lease', 'f.mp4');
    assert.equal(state.asked, 4);
  });

  it('holds so many and no more: the oldest goes', async () => {
    const { cache, state } = rig(() => alive, 2);
    for (const lease of ['one', 'two', 'three']) await cache.find(lease, 'f.mp4');
    await cache.find('three', 'f.mp4');
    assert.equal(state.asked, 3);
    await cache.find('one', 'f.mp4');
    assert.equal(state.asked, 4);
  });
});
