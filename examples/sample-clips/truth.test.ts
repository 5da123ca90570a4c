import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SwingOptions } from './options.ts';
import { SAMPLE_SWINGS } from './options.ts';
import { EVENT_NAMES } from './swing-model.ts';
import type { FramePose, PicturePosition } from './truth.ts';
import { swingTruth } from './truth.ts';

const rates: SwingOptions['frameRate'][] = [
  { num: 24, den: 1 },
  { num: 30, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 60, den: 1 },
  { num: 240, den: 1 },
  'variable',
];
const close = (actual: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

describe('the events of a clip', () => {
  for (const frameRate of rates) {
    const label = frameRate === 'variable' ? frameRate : `${frameRate.num}/${frameRate.den}`;
    const truth = swingTruth({ frameRate });

    it(`come in order, each on its own frame, at ${label}`, () => {
      assert.deepEqual(
        truth.events.map(({ name }) => name),
        EVENT_NAMES,
      );
      for (const [i, { frame }] of truth.events.entries()) assert.ok(frame > (truth.events[i - 1]?.frame ?? -1));
      assert.ok(truth.event('finish').frame < truth.frameCount);
    });

    it(`lie on the nearest frame, and impact exactly on one, at ${label}`, () => {
      const seconds = truth.pts.map((ticks) => (ticks * 1000) / truth.timebase.den);
      for (const { frame, timeMs, frameMs } of truth.events) {
        close(frameMs, seconds[frame] ?? NaN);
        assert.ok(seconds.every((ms) => Math.abs(ms - timeMs) >= Math.abs(frameMs - timeMs) - 1e-9));
      }
      close(truth.event('impact').frameMs, truth.event('impact').timeMs);
    });
  }

  it('are 45 frames back and 15 down in the sixty-picture preset, three to one', () => {
    const { event, tempo } = swingTruth(SAMPLE_SWINGS['anna-driver-face-on']);
    assert.equal(event('top').frame - event('address').frame, 45);
    assert.equal(event('impact').frame - event('top').frame, 15);
    close(tempo.ratio, 3);
  });

  it('take eight times as long when a camera at 240 is played at 30', () => {
    const timing = { tempo: 3, downswingSeconds: 0.25 };
    const slow = swingTruth({ ...timing, captureRate: 240 });
    close(slow.event('impact').timeMs - slow.event('top').timeMs, 2000);
    assert.equal(slow.event('impact').frame - slow.event('top').frame, 60);
    assert.equal(slow.captureFps, 240);
    assert.equal(slow.playbackFps, 30);
    close(slow.tempo.ratio, 3);
  });

  it('cannot be told apart at five pictures a second, and the truth says so', () =>
    assert.throws(() => swingTruth({ frameRate: { num: 5, den: 1 } }), /too few pictures a second/));
});

describe('a pose in the picture', () => {
  for (const view of ['face-on', 'down-the-line'] as const) {
    const options = { view, width: 640, height: 360 };
    const truth = swingTruth(options);

    it(`promises the angles its joints make, seen ${view}`, () => {
      for (let frame = 0; frame < truth.frameCount; frame++) assertAngles(truth.poseAt(frame), 640, 360);
    });

    it(`is mirrored for a left-handed golfer, seen ${view}`, () => {
      const left = swingTruth({ ...options, handedness: 'left' });
      for (let frame = 0; frame < truth.frameCount; frame++) assertMirrored(truth.poseAt(frame), left.poseAt(frame));
    });

    it(`stays inside the picture, club and all, seen ${view}`, () => {
      for (let frame = 0; frame < truth.frameCount; frame++) {
        const { joints, clubHead } = truth.poseAt(frame);
        for (const { x, y } of [...Object.values(joints), clubHead]) assert.ok(x > 0 && x < 1 && y > 0 && y < 1);
      }
    });
  }

  it('leaves the ball where it lies until impact and has moved it in the next frame', () => {
    const truth = swingTruth({});
    const { frame } = truth.event('impact');
    assert.deepEqual(truth.poseAt(frame).ball, truth.poseAt(0).ball);
    assert.ok(truth.poseAt(frame + 1).ball.x > truth.poseAt(frame).ball.x + 0.1);
  });

  it('is refused for a frame the clip does not have', () => {
    const truth = swingTruth({});
    for (const frame of [-1, 0.5, truth.frameCount]) assert.throws(() => truth.poseAt(frame), RangeError);
  });
});

/** By the law of cosines, in pixels: another road than the truth takes. */
function cornerDegrees(a: PicturePosition, corner: PicturePosition, b: PicturePosition, width: number, height: number): number {
  const side = (p: PicturePosition, q: PicturePosition): number => Math.hypot((p.x - q.x) * width, (p.y - q.y) * height);
  const [u, v, opposite] = [side(a, corner), side(b, corner), side(a, b)];
  return (Math.acos(Math.max(-1, Math.min(1, (u * u + v * v - opposite * opposite) / (2 * u * v)))) * 180) / Math.PI;
}

function assertAngles({ joints: j, angles, clubHead }: FramePose, width: number, height: number): void {
  const flex = (a: PicturePosition, corner: PicturePosition, b: PicturePosition): number =>
    180 - cornerDegrees(a, corner, b, width, height);
  close(angles.leadKneeFlex, flex(j.leadHip, j.leadKnee, j.leadAnkle), 1e-4);
  close(angles.trailKneeFlex, flex(j.trailHip, j.trailKnee, j.trailAnkle), 1e-4);
  close(angles.leadElbowFlex, flex(j.leadShoulder, j.leadElbow, j.leadHand), 1e-4);
  const above = { x: j.pelvis.x, y: j.pelvis.y - 0.2 };
  close(Math.abs(angles.spineTilt), cornerDegrees(j.neck, j.pelvis, above, width, height), 1e-4);
  assert.ok(angles.spineTilt === 0 || Math.sign(angles.spineTilt) === Math.sign(j.neck.x - j.pelvis.x));
  const right = { x: j.leadHand.x + 0.2, y: j.leadHand.y };
  close(Math.abs(angles.shaft), cornerDegrees(clubHead, j.leadHand, right, width, height), 1e-4);
}

function assertMirrored(right: FramePose, left: FramePose): void {
  for (const [name, place] of Object.entries(right.joints)) {
    const other = left.joints[name as keyof typeof left.joints];
    close(other.x, 1 - place.x);
    close(other.y, place.y);
  }
  close(left.clubHead.x, 1 - right.clubHead.x);
  close(left.ball.x, 1 - right.ball.x);
  close(left.angles.spineTilt, -right.angles.spineTilt, 1e-6);
  close(left.angles.leadKneeFlex, right.angles.leadKneeFlex, 1e-6);
  assert.deepEqual(left.body, right.body);
}

describe('options', () => {
  const offences: [string, Partial<SwingOptions>][] = [
    ['an odd width', { width: 641 }],
    ['a height of nothing', { height: 0 }],
    ['a size that is no number', { width: Number.NaN }],
    ['a tempo of nought', { tempo: 0 }],
    ['a backswing of twice the length', { backswingLength: 2 }],
    ['a camera that stands still', { captureRate: 0 }],
  ];
  for (const [what, options] of offences) it(`refuse ${what}`, () => assert.throws(() => swingTruth(options), RangeError));
});
