import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Video } from '../../client/client.ts';
import { clock, rateOf } from './library-card.ts';
import { merged, withNews } from './library-feed.ts';

/** A video made in this minute of an hour: a later one is newer. */
const video = (id: string, minute: number, change: Partial<Video> = {}): Video =>
  ({ id, createdAt: `2026-06-01T10:${String(minute).padStart(2, '0')}:00Z`, status: 'ready', ...change }) as Video;

const ids = (videos: readonly Video[]): string => videos.map(({ id }) => id).join('');

describe('a library looked at again', () => {
  const [a, b, c, d] = [video('a', 40), video('b', 30), video('c', 20), video('d', 10)];

  it('keeps what lies below the newest page and drops what the page no longer names', () => {
    assert.equal(ids(merged([a, b, c, d], [video('n', 50), a, c], false)), 'nacd');
  });

  it('is the newest page alone when that is everything', () => {
    assert.equal(ids(merged([a, b, c, d], [a, d], true)), 'ad');
    assert.equal(ids(merged([a, b], [], true)), '');
  });

  it('takes changed videos in their places and new ones on top, never an older one from below', () => {
    const changed = withNews([b, c], [a, { ...c, status: 'failed' }, d]);
    assert.equal(ids(changed), 'abc');
    assert.equal(changed[2]?.status, 'failed');
  });
});

describe('a card', () => {
  it('writes a length in minutes and seconds, and never as nothing', () => {
    assert.deepEqual([200, 4000, 59_400, 59_600, 300_000].map(clock), ['0:01', '0:04', '0:59', '1:00', '5:00']);
  });

  it('calls a rate what the camera filmed at, in whole numbers', () => {
    assert.equal(rateOf(video('a', 1, { captureFps: 239.76, fps: { num: 30, den: 1 } })), 240);
    assert.equal(rateOf(video('a', 1, { captureFps: null, fps: { num: 60_000, den: 1001 } })), 60);
    assert.equal(rateOf(video('a', 1, { captureFps: null, fps: null })), null);
  });
});
