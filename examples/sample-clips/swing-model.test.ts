import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SwingOptions } from './options.ts';
import { completeOptions, SAMPLE_SWINGS } from './options.ts';
import { swingModel } from './swing-model.ts';
import { degrees, distance, subtract, unit } from './vector.ts';

/** Metres: a hundredth of a millimetre. */
const EXACT = 1e-5;
const close = (actual: number, expected: number, tolerance: number, what: string): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);

const swings = Object.entries(SAMPLE_SWINGS).map(([name, options]) => ({ name, options: completeOptions(options) }));

for (const { name, options } of swings)
  describe(`the swing of ${name}`, () => {
    const model = swingModel(options);
    const at = (event: Parameters<typeof model.eventAt>[0]) => model.skeletonAt(model.eventAt(event));

    it('holds the shaft level at toe-up, pointing away from the target', () => {
      const { clubHead, leadHand } = at('toe-up');
      close(clubHead.y, leadHand.y, EXACT, 'height');
      assert.ok(clubHead.x < leadHand.x - 0.8);
    });

    for (const event of ['mid-backswing', 'mid-downswing'] as const)
      it(`holds the lead arm level at ${event}`, () => {
        const { leadShoulder, leadHand } = at(event).joints;
        close(leadHand.y, leadShoulder.y, EXACT, 'height');
        assert.ok(leadHand.x < leadShoulder.x - 0.4);
      });

    it('holds the shaft level at mid-follow-through, pointing at the target', () => {
      const { clubHead, leadHand } = at('mid-follow-through');
      close(clubHead.y, leadHand.y, EXACT, 'height');
      assert.ok(clubHead.x > leadHand.x + 0.8);
    });

    it('turns the club no further than at the top', () => {
      const top = model.eventAt('top');
      for (const offset of [-0.1, -0.02, 0.02, 0.1]) assert.ok(model.driveAt(top + offset).shaftSwing < model.driveAt(top).shaftSwing);
    });

    it('meets the ball at impact where the head stood at address', () => {
      assert.ok(distance(at('address').clubHead, at('impact').clubHead) < EXACT);
      assert.ok(distance(at('impact').clubHead, model.ball) < 0.07);
    });

    it('leaves the ball at rest until impact, and sends it off at the speed of such a club', () => {
      assert.equal(distance(model.ballAt(-1), model.ballAt(0)), 0);
      const metresPerSecond = distance(model.ballAt(0.001), model.ball) / 0.001;
      close(metresPerSecond, options.club === 'driver' ? 62 : 48, 0.5, 'launch speed');
    });

    it('moves the club head fastest within 30 ms of impact', () => {
      const speed = (seconds: number): number =>
        distance(model.skeletonAt(seconds + 0.001).clubHead, model.skeletonAt(seconds - 0.001).clubHead) / 0.002;
      const instants = Array.from({ length: 400 }, (_, i) => -options.downswingSeconds + i / 500);
      const fastest = instants.reduce((best, seconds) => (speed(seconds) > speed(best) ? seconds : best));
      close(fastest, 0, 0.03, 'fastest instant');
      assert.ok(speed(fastest) > 25 && speed(fastest) < 70, `${speed(fastest)} m/s`);
    });

    it('keeps the bones as long as they are, to the stretch of a sleeve', () => assertBones(options));
    it('never jumps: no joint moves more than 4 cm in 1/500 s', () => assertSmooth(options));
  });

function assertBones(options: SwingOptions): void {
  const model = swingModel(options);
  const k = options.heightMetres / 1.78;
  for (let seconds = model.eventAt('address'); seconds < model.eventAt('finish'); seconds += 0.01) {
    const { joints: j } = model.skeletonAt(seconds);
    close(distance(j.leadShoulder, j.trailShoulder), 0.37 * k, EXACT, 'shoulders');
    close(distance(j.pelvis, j.neck), 0.5 * k, EXACT, 'trunk');
    for (const [a, b, metres] of [
      [j.leadHip, j.leadKnee, 0.435],
      [j.leadKnee, j.leadAnkle, 0.425],
      [j.trailHip, j.trailKnee, 0.435],
      [j.leadShoulder, j.leadElbow, 0.3],
      [j.leadElbow, j.leadHand, 0.29],
      [j.trailShoulder, j.trailElbow, 0.3],
    ] as const)
      close(distance(a, b) / (metres * k), 1, 0.08, `bone at ${seconds.toFixed(2)} s`);
  }
}

function assertSmooth(options: SwingOptions): void {
  const model = swingModel(options);
  let before = model.skeletonAt(model.eventAt('address') - 1).joints;
  for (let seconds = model.eventAt('address') - 1; seconds < 1; seconds += 0.002) {
    const { joints } = model.skeletonAt(seconds);
    for (const [name, place] of Object.entries(joints))
      assert.ok(distance(place, before[name as keyof typeof before]) < 0.04, `${name} at ${seconds.toFixed(3)} s`);
    before = joints;
  }
}

describe('the formulas of a swing', () => {
  const model = swingModel(completeOptions({}));

  it('are what the joints show: spine, lead arm and shaft', () => {
    for (let seconds = model.eventAt('address'); seconds <= 0; seconds += 0.02) {
      const drive = model.driveAt(seconds);
      const { joints, clubHead } = model.skeletonAt(seconds);
      const spine = unit(subtract(joints.neck, joints.pelvis));
      close(degrees(Math.atan2(spine.z, spine.y)), drive.spineForwardBend, 1e-6, 'forward bend');
      close(degrees(Math.asin(-spine.x)), drive.spineSideBend, 1e-6, 'side bend');
      const arm = unit(subtract(joints.leadHand, joints.leadShoulder));
      close(-arm.x, Math.sin((drive.armSwing * Math.PI) / 180), 1e-9, 'arm swing');
      const shaft = unit(subtract(clubHead, joints.leadHand));
      close(-shaft.x, Math.sin((drive.shaftSwing * Math.PI) / 180), 1e-9, 'shaft swing');
    }
  });

  it('take the backswing as long as the tempo says', () => {
    for (const tempo of [2, 3, 3.6]) {
      const { eventAt } = swingModel(completeOptions({ tempo, downswingSeconds: 0.25 }));
      close(eventAt('top') - eventAt('address'), tempo * 0.25, 1e-12, 'backswing');
      close(eventAt('impact') - eventAt('top'), 0.25, 1e-12, 'downswing');
    }
  });

  it('turn a backswing of length 0.8 back to four fifths of the way past level', () => {
    const short = swingModel(completeOptions({ backswingLength: 0.8 }));
    close(short.driveAt(short.eventAt('top')).shaftSwing - 90, (256 - 90) * 0.8, 1e-9, 'shaft at the top');
  });
});
