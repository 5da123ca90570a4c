import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { degreesFromVertical, innerAngle } from './angle.ts';
import { containFit, toClient, toFraction, withinPicture } from './fit.ts';
import { direction, distance } from './point.ts';

const WIDE = { width: 1600, height: 900 };
const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const point = fc.record({ x: fraction, y: fraction });
const size = fc.record({ width: fc.integer({ min: 16, max: 8000 }), height: fc.integer({ min: 16, max: 8000 }) });

const near = (actual: number | null, expected: number, tolerance = 1e-9): void => {
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${String(actual)} is not ${String(expected)}`);
};

describe('distance', () => {
  it('counts a width in the proportions of the picture', () => {
    near(distance({ x: 0, y: 0.5 }, { x: 1, y: 0.5 }, WIDE), 16 / 9);
    near(distance({ x: 0.5, y: 0 }, { x: 0.5, y: 1 }, WIDE), 1);
  });

  it('is Pythagoras in pixels: 300 across and 400 down are 500', () => {
    near(distance({ x: 0, y: 0 }, { x: 300 / 1600, y: 400 / 900 }, WIDE), 500 / 900);
  });

  it('gives a vector without length a direction to draw with', () => {
    assert.deepEqual(direction({ x: 0, y: 0 }), { x: 1, y: 0 });
  });
});

describe('inner angle', () => {
  it('is measured as seen: a diagonal in fractions is not 45 degrees in a wide picture', () => {
    const square = { width: 100, height: 100 };
    const arms = [
      { x: 0.5, y: 0.5 },
      { x: 1, y: 0.5 },
      { x: 1, y: 0 },
    ] as const;
    near(innerAngle(...arms, square), 45);
    near(innerAngle(...arms, WIDE), (Math.atan2(450, 800) * 180) / Math.PI);
  });

  it('is 180 on a straight line and 0 on itself', () => {
    near(innerAngle({ x: 0.5, y: 0.5 }, { x: 0.2, y: 0.5 }, { x: 0.9, y: 0.5 }, WIDE), 180);
    near(innerAngle({ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.1 }, { x: 0.5, y: 0.3 }, WIDE), 0);
  });

  it('keeps precision where an arc cosine would not: a thousandth of a degree', () => {
    const small = Math.tan((0.001 * Math.PI) / 180);
    near(innerAngle({ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: small }, { width: 1, height: 1 }), 0.001, 1e-12);
  });

  it('does not exist while an arm has no length', () => {
    assert.equal(innerAngle({ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }, { x: 0.1, y: 0.5 }, WIDE), null);
  });

  it('does not care about the order of the arms and stays within 0..180', () => {
    fc.assert(
      fc.property(point, point, point, size, (vertex, from, to, picture) => {
        const angle = innerAngle(vertex, from, to, picture);
        assert.equal(angle, innerAngle(vertex, to, from, picture));
        assert.ok(angle === null || (angle >= 0 && angle <= 180));
      }),
    );
  });
});

describe('lean of a line', () => {
  it('is 0 upright, 90 level, and the same from either end', () => {
    near(degreesFromVertical({ x: 0.3, y: 0.1 }, { x: 0.3, y: 0.9 }, WIDE), 0);
    near(degreesFromVertical({ x: 0.3, y: 0.5 }, { x: 0.9, y: 0.5 }, WIDE), 90);
    const from = { x: 0, y: 0 };
    const to = { x: 300 / 1600, y: 300 / 900 };
    near(degreesFromVertical(from, to, WIDE), 45);
    near(degreesFromVertical(to, from, WIDE), 45);
  });

  it('does not exist for a point', () => {
    assert.equal(degreesFromVertical({ x: 0.3, y: 0.5 }, { x: 0.3, y: 0.5 }, WIDE), null);
  });
});

describe('fit', () => {
  it('puts bars at the sides of a portrait picture in a wide box', () => {
    assert.deepEqual(containFit({ width: 900, height: 1600 }, { left: 10, top: 20, width: 1600, height: 800 }), {
      left: 10 + (1600 - 450) / 2,
      top: 20,
      width: 450,
      height: 800,
    });
  });

  it('puts bars above and below a wide picture in a tall box', () => {
    assert.deepEqual(containFit(WIDE, { left: 0, top: 0, width: 320, height: 640 }), { left: 0, top: 230, width: 320, height: 180 });
  });

  it('fills the box in one direction and never leaves it', () => {
    fc.assert(
      fc.property(size, size, (picture, box) => {
        const fit = containFit(picture, { left: 0, top: 0, ...box });
        assert.ok(fit.left >= -1e-9 && fit.top >= -1e-9 && fit.width <= box.width + 1e-9 && fit.height <= box.height + 1e-9);
        assert.ok(Math.abs(fit.width - box.width) < 1e-9 || Math.abs(fit.height - box.height) < 1e-9);
      }),
    );
  });

  it('finds the fraction under a pointer and the way back', () => {
    const box = { left: 100, top: 50, width: 640, height: 360 };
    assert.deepEqual(toFraction(260, 140, box), { x: 0.25, y: 0.25 });
    assert.deepEqual(toClient({ x: 0.25, y: 0.25 }, box), { clientX: 260, clientY: 140 });
    fc.assert(
      fc.property(point, (fractionOfPicture) => {
        const { clientX, clientY } = toClient(fractionOfPicture, box);
        const back = toFraction(clientX, clientY, box);
        assert.ok(Math.abs(back.x - fractionOfPicture.x) < 1e-12 && Math.abs(back.y - fractionOfPicture.y) < 1e-12);
      }),
    );
  });

  it('brings a point outside back to the edge', () => {
    assert.deepEqual(withinPicture({ x: -0.2, y: 1.7 }), { x: 0, y: 1 });
  });
});
