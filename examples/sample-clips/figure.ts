import type { Brush } from './brush.ts';
import type { Look } from './look.ts';
import type { SwingOptions } from './options.ts';
import type { Paint } from './rasteriser.ts';
import { paint } from './rasteriser.ts';
import type { Skeleton } from './skeleton.ts';
import type { Vec3 } from './vector.ts';
import { add, along, cross, mix, scale, smoothstep, subtract, unit, vec } from './vector.ts';

/** Parts of one garment melt together over this depth; bare parts only enough to hide the seam. */
const CLOTH_MELT_METRES = 0.04;
const SEAM_MELT_METRES = 0.01;

function wardrobe(look: Look, pixelsPerMetre: number) {
  const cloth = { melt: CLOTH_MELT_METRES * pixelsPerMetre };
  const seam = SEAM_MELT_METRES * pixelsPerMetre;
  return {
    shirt: paint(look.shirt, cloth),
    trousers: paint(look.trousers, cloth),
    belt: paint([48, 40, 38], { melt: seam }),
    cap: paint(look.cap, { melt: 1.5 }),
    skin: paint(look.skin, { melt: seam, gloss: 0.12 }),
    hair: paint(look.hair, { gloss: 0.2 }),
    shoes: paint(look.shoes),
    sole: paint([70, 74, 82]),
    glove: paint([250, 250, 250], { melt: 1.5 }),
    glasses: paint([52, 56, 66], { gloss: 0.8 }),
  };
}
type Wardrobe = ReturnType<typeof wardrobe>;

/** Returns a function that hands one pose, dressed, to the brush. */
export function figurePainter({ look, build, heightMetres }: SwingOptions, pixelsPerMetre: number): (brush: Brush, pose: Skeleton) => void {
  const clothes = wardrobe(look, pixelsPerMetre);
  const k = heightMetres / 1.78;
  return (brush, pose) => {
    drawLegs(brush, pose, clothes, k, build);
    drawTorso(brush, pose, clothes, k, build);
    drawArms(brush, pose, clothes, k, build);
    drawHead(brush, pose, clothes, k, look.longHair);
  };
}

function drawLegs(
  brush: Brush,
  { joints, leadToe, trailToe, hipLead }: Skeleton,
  { trousers, shoes, sole }: Wardrobe,
  k: number,
  build: number,
): void {
  const sides = [
    [joints.leadHip, joints.leadKnee, joints.leadAnkle, leadToe, -0.012],
    [joints.trailHip, joints.trailKnee, joints.trailAnkle, trailToe, 0.012],
  ] as const;
  for (const [hip, knee, ankle, toe, inwards] of sides) {
    const top = along(hip, hipLead, inwards * k);
    brush.limb(top, 0.092 * k * build, knee, 0.062 * k * build, trousers);
    brush.limb(knee, 0.062 * k * build, add(ankle, vec(0, 0.02 * k, 0)), 0.05 * k * build, trousers);
    const heel = add(ankle, scale(subtract(ankle, toe), 0.22));
    const low = (at: Vec3, drop: number): Vec3 => add(at, vec(0, -drop * k, 0));
    brush.limb(low(heel, 0.035), 0.042 * k, low(toe, -0.012), 0.036 * k, shoes);
    brush.limb(low(heel, 0.06), 0.024 * k, low(toe, 0.012), 0.022 * k, sole);
    brush.limb(low(ankle, 0.012), 0.044 * k, mix(ankle, toe, 0.5), 0.038 * k, shoes);
  }
}

/** Breadth and thickness of the trunk, from the hips (0) to the base of the neck (1). */
const TRUNK = [
  [-0.06, 0.158, 0.112],
  [0.1, 0.158, 0.113],
  [0.34, 0.136, 0.1],
  [0.62, 0.158, 0.112],
  [0.82, 0.172, 0.112],
  [0.94, 0.16, 0.096],
  [1.03, 0.1, 0.07],
] as const satisfies readonly (readonly [number, number, number])[];

function trunkAt(share: number): { half: number; thick: number } {
  const above = TRUNK.find(([at]) => at >= share) ?? TRUNK[6];
  const below = TRUNK.findLast(([at]) => at < share) ?? TRUNK[0];
  const u = smoothstep(below[0], Math.max(above[0], below[0] + 1e-6), share);
  return { half: below[1] + (above[1] - below[1]) * u, thick: below[2] + (above[2] - below[2]) * u };
}

const SLICES = 40;
const BELT_SHARE = 0.12;

/** A stack of overlapping flat ellipsoids, twisting from the hips' direction to the shoulders'. */
function drawTorso(
  brush: Brush,
  { joints, chestLead, hipLead, spine }: Skeleton,
  { shirt, trousers, belt }: Wardrobe,
  k: number,
  build: number,
): void {
  for (let i = 0; i <= SLICES; i++) {
    const share = -0.06 + (1.09 * i) / SLICES;
    const { half, thick } = trunkAt(share);
    const lead = unit(mix(hipLead, chestLead, smoothstep(0.05, 0.85, share)));
    const front = unit(cross(lead, spine));
    const arch = 0.016 * Math.sin(Math.max(0, share) * Math.PI);
    const centre = along(mix(joints.pelvis, joints.neck, share), front, -arch * k);
    const aboveBelt = (share - BELT_SHARE) * 0.5;
    const cloth = Math.abs(aboveBelt) < 0.012 ? belt : aboveBelt < 0 ? trousers : shirt;
    // Slices near the belt and the collar are flat, so that they do not spill over them.
    const tall = Math.min(0.1, 0.012 + Math.abs(aboveBelt), 0.05 + Math.max(0, 1.03 - share) * 0.3);
    const grow = cloth === belt ? 1.05 : 1;
    brush.ellipsoid(
      centre,
      [scale(lead, half * k * build * grow), scale(unit(cross(front, lead)), tall * k), scale(front, thick * k * build * grow)],
      cloth,
    );
  }
}

function drawArms(
  brush: Brush,
  { joints, shaft, chestLead, spine }: Skeleton,
  { shirt, skin, glove }: Wardrobe,
  k: number,
  build: number,
): void {
  const arms = [
    [joints.leadShoulder, joints.leadElbow, joints.leadHand, glove, -1],
    [joints.trailShoulder, joints.trailElbow, joints.trailHand, skin, 1],
  ] as const;
  for (const [shoulder, elbow, hand, palm, inwards] of arms) {
    const root = along(along(shoulder, chestLead, inwards * 0.03 * k), spine, -0.03 * k);
    const hem = mix(root, elbow, 0.66);
    brush.limb(along(joints.neck, spine, 0.022 * k), 0.05 * k, along(root, spine, 0.006 * k), 0.06 * k * build, shirt);
    brush.limb(root, 0.064 * k * build, hem, 0.055 * k * build, shirt);
    brush.limb(hem, 0.047 * k * build, elbow, 0.041 * k * build, skin);
    const wrist = mix(elbow, hand, 0.86);
    brush.limb(elbow, 0.042 * k * build, wrist, 0.028 * k, skin);
    brush.limb(mix(elbow, hand, 0.84), 0.032 * k, along(hand, shaft, -0.012 * k), 0.037 * k, palm);
    brush.limb(along(hand, shaft, -0.02 * k), 0.039 * k, along(hand, shaft, 0.035 * k), 0.036 * k, palm);
  }
}

function drawHead(brush: Brush, { joints, gaze, headUp, spine }: Skeleton, clothes: Wardrobe, k: number, longHair: boolean): void {
  const { head, neck } = joints;
  const side = unit(cross(headUp, gaze));
  brush.limb(along(neck, spine, -0.03 * k), 0.055 * k, along(head, headUp, -0.05 * k), 0.05 * k, clothes.skin);
  brush.limb(along(neck, spine, 0.0), 0.062 * k, along(neck, spine, 0.045 * k), 0.057 * k, clothes.shirt);
  const skull = [scale(side, 0.082 * k), scale(headUp, 0.118 * k), scale(gaze, 0.102 * k)] as const;
  brush.ellipsoid(head, skull, (across, up, forward) => facePaint(clothes, across, up, forward));
  const crown = along(along(head, headUp, 0.032 * k), gaze, -0.004 * k);
  brush.ellipsoid(crown, [scale(side, 0.09 * k), scale(headUp, 0.094 * k), scale(gaze, 0.108 * k)], (_across, up, forward) =>
    up > 0.02 - 0.1 * forward ? clothes.cap : null,
  );
  const brim = along(along(head, headUp, 0.052 * k), gaze, 0.112 * k);
  const tilt = unit(add(gaze, scale(headUp, -0.12)));
  brush.ellipsoid(brim, [scale(side, 0.074 * k), scale(unit(cross(tilt, side)), 0.011 * k), scale(tilt, 0.068 * k)], clothes.cap);
  if (longHair) drawPonytail(brush, head, headUp, gaze, clothes.hair, k);
}

/** Hair at the back and sides, sunglasses in front; the rest is skin. */
function facePaint({ skin, hair, glasses }: Wardrobe, across: number, up: number, forward: number): Paint {
  if (forward > 0.35 && up > 0.02 && up < 0.27 && Math.abs(across) > 0.06) return glasses;
  if (forward < 0.02 + 0.25 * up && up > -0.3 + 0.45 * forward) return hair;
  return skin;
}

/** Hangs from the back of the cap, straight down whatever the head does. */
function drawPonytail(brush: Brush, head: Vec3, headUp: Vec3, gaze: Vec3, hair: Paint, k: number): void {
  const knot = along(along(head, gaze, -0.115 * k), headUp, 0.0);
  const middle = along(add(knot, vec(0, -0.1 * k, 0)), gaze, -0.03 * k);
  const tip = add(middle, vec(0, -0.13 * k, 0));
  brush.limb(knot, 0.03 * k, middle, 0.036 * k, hair);
  brush.limb(middle, 0.036 * k, tip, 0.012 * k, hair);
}
