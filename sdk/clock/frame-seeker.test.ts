import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { frameIndex, frameIndexFromPts } from '../../domain/frames/frame-index.ts';
import { frameRate } from '../../domain/frames/frame-rate.ts';
import { FrameSeeker, type SeekPort } from './frame-seeker.ts';

/** 29.97: 3003 ticks a frame. */
const index = frameIndex(
  frameIndexFromPts(
    Array.from({ length: 90 }, (_, frame) => frame * 3003),
    3003,
    frameRate(90_000),
  ),
);

/** A media element that paints only when it is told to, as a slow decoder does. */
function slowMedia({ origin = 0, duration = 90 * 0.0333667 } = {}) {
  const sought: number[] = [];
  let limits: (() => void)[] = [];
  const port: SeekPort & { currentSeconds: number; playing: boolean } = {
    currentSeconds: 0,
    durationSeconds: duration,
    playing: false,
    seekTo(seconds) {
      sought.push(seconds);
      port.currentSeconds = seconds;
    },
    after(_ms, callback) {
      limits.push(callback);
      return () => {
        limits = limits.filter((other) => other !== callback);
      };
    },
  };
  const shown: string[] = [];
  const seeker: FrameSeeker = new FrameSeeker(index, port, () =>
    shown.push(`${String(seeker.shown.frame)}${seeker.shown.verified ? '' : '?'}`),
  );
  return {
    port,
    seeker,
    sought,
    shown,
    load: () => seeker.presented(origin),
    paint: (frame: number) => seeker.presented(index.ptsOf(frame) + origin),
    /** The frame of the seek that was sent last. */
    target: () => index.frameAt((sought.at(-1) ?? Number.NaN) - origin),
    runOutOfTime: () => limits.at(-1)?.(),
  };
}

describe('seeking to a frame', () => {
  it('aims at the middle of its interval and is done when the frame is painted', async () => {
    const media = slowMedia();
    media.load();
    const done = media.seeker.seek(40);
    assert.ok(Math.abs((media.sought[0] ?? 0) - (40.5 * 1001) / 30000) < 1e-9);
    media.paint(40);
    await done;
    assert.deepEqual(media.seeker.shown, { frame: 40, verified: true });
  });

  it('counts from the first painted picture, wherever the media starts', async () => {
    const media = slowMedia({ origin: 0.08 });
    media.load();
    const done = media.seeker.seek(10);
    assert.ok(Math.abs((media.sought[0] ?? 0) - (0.08 + (10.5 * 1001) / 30000)) < 1e-9);
    media.paint(10);
    await done;
    assert.equal(media.seeker.shown.frame, 10);
  });

  it('believes a browser that tells the time it was sent to instead of the timestamp', async () => {
    const media = slowMedia();
    media.load();
    const done = media.seeker.seek(10);
    media.seeker.presented(media.port.currentSeconds);
    await done;
    assert.deepEqual(media.seeker.shown, { frame: 10, verified: true });
  });

  it('has one seek in flight, and the newest wish wins', async () => {
    const media = slowMedia();
    media.load();
    const all = [10, 20, 30, 40].map((frame) => media.seeker.seek(frame));
    assert.equal(media.sought.length, 1);
    media.paint(10);
    assert.deepEqual([media.sought.length, media.target()], [2, 40]);
    media.paint(40);
    await Promise.all(all);
    assert.deepEqual(media.shown, ['0', '10', '40']);
  });

  it('ignores a late picture of another frame', () => {
    const media = slowMedia();
    media.load();
    void media.seeker.seek(50);
    media.paint(12);
    assert.deepEqual(media.seeker.shown, { frame: 0, verified: true });
    media.paint(50);
    assert.deepEqual(media.seeker.shown, { frame: 50, verified: true });
  });

  it('tries once more, elsewhere in the interval, and then says that the frame is not proven', async () => {
    const media = slowMedia();
    media.load();
    const done = media.seeker.seek(50);
    media.runOutOfTime();
    assert.equal(media.sought.length, 2);
    assert.notEqual(media.sought[0], media.sought[1]);
    assert.equal(media.target(), 50);
    media.runOutOfTime();
    await done;
    assert.deepEqual(media.seeker.shown, { frame: 50, verified: false });
    media.paint(50);
    assert.deepEqual(media.seeker.shown, { frame: 50, verified: true });
  });

  it('returns when a stray picture replaces the frame at rest, but does not fight for ever', () => {
    const media = slowMedia();
    media.load();
    for (let times = 0; times < 10; times += 1) {
      media.paint(7);
      assert.equal(media.seeker.shown.verified, false);
      media.paint(0);
    }
    assert.equal(media.sought.length, 2);
  });

  it('is at once done where it already is', async () => {
    const media = slowMedia();
    media.load();
    await media.seeker.seek(0);
    assert.deepEqual(media.sought, []);
  });

  it('reaches the last frame also when the container ends before it does', () => {
    const media = slowMedia({ duration: index.ptsOf(89) + 0.002 });
    media.load();
    void media.seeker.seek(1000);
    const [target = 0] = media.sought;
    assert.ok(target > index.ptsOf(89) && target < media.port.durationSeconds);
  });

  it('lets everybody go who waits when it is disposed of', async () => {
    const media = slowMedia();
    media.load();
    const done = media.seeker.seek(5);
    media.seeker.dispose();
    await done;
  });
});

describe('stepping', () => {
  it('counts from the frame asked for, so that fast presses are not lost', async () => {
    const media = slowMedia();
    media.load();
    const presses = Array.from({ length: 12 }, () => media.seeker.step(1));
    media.paint(1);
    media.paint(12);
    await Promise.all(presses);
    assert.equal(media.seeker.shown.frame, 12);
  });

  it('stops at both ends', async () => {
    const media = slowMedia();
    media.load();
    await media.seeker.step(-5);
    assert.equal(media.seeker.requested, 0);
    void media.seeker.step(10_000);
    assert.equal(media.seeker.requested, 89);
  });

  it('ends on the sum of all steps, however painting and pressing interleave', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: -15, max: 15 }), fc.constant('paint' as const)), { maxLength: 80 }), (script) => {
        const media = slowMedia();
        media.load();
        let expected = 0;
        for (const entry of script) {
          if (entry === 'paint') {
            if (media.sought.length > 0) media.paint(media.target());
          } else {
            void media.seeker.step(entry);
            expected = Math.min(89, Math.max(0, expected + entry));
          }
        }
        media.paint(media.sought.length > 0 ? media.target() : 0);
        media.paint(media.sought.length > 0 ? media.target() : 0);
        assert.deepEqual(media.seeker.shown, { frame: expected, verified: true });
      }),
    ));
});

describe('playing', () => {
  it('takes every painted picture for what it is', () => {
    const media = slowMedia();
    media.load();
    media.port.playing = true;
    for (const frame of [1, 2, 4, 5]) media.paint(frame);
    assert.deepEqual(media.shown, ['0', '1', '2', '4', '5']);
    assert.equal(media.seeker.requested, 5);
  });

  it('proves the frame again after a pause', async () => {
    const media = slowMedia();
    media.load();
    media.port.playing = true;
    media.paint(31);
    media.port.playing = false;
    const settled = media.seeker.settle();
    assert.equal(media.seeker.shown.verified, false);
    assert.equal(media.target(), 31);
    media.paint(32);
    media.paint(31);
    await settled;
    assert.deepEqual(media.seeker.shown, { frame: 31, verified: true });
  });

  it('accepts that a seek is answered by one of the next frames', async () => {
    const media = slowMedia();
    media.load();
    media.port.playing = true;
    media.paint(60);
    const done = media.seeker.seek(20);
    media.paint(61);
    assert.equal(media.seeker.shown.frame, 60);
    media.paint(22);
    await done;
    assert.equal(media.seeker.shown.frame, 22);
  });
});
