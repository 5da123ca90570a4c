import type { Brush } from './brush.ts';
import { CLUB_HEAD_COLOUR } from './look.ts';
import type { SwingOptions, View } from './options.ts';
import { paint } from './rasteriser.ts';
import type { Skeleton } from './skeleton.ts';
import type { SwingModel } from './swing-model.ts';
import type { Vec3 } from './vector.ts';
import { add, along, cross, mix, scale, unit, vec } from './vector.ts';

const grip = paint([40, 42, 48]);
const steel = paint([176, 182, 190], { gloss: 0.9, melt: 1 });
const graphite = paint([44, 46, 54], { gloss: 0.9, melt: 1 });
const crown = paint([34, 36, 44], { gloss: 0.9, melt: 1 });
const accent = paint(CLUB_HEAD_COLOUR, { melt: 1 });
const white = paint([252, 252, 252], { gloss: 0.5, melt: 1 });
const wood = paint([228, 196, 140]);

/** How long the shutter stays open, in real seconds: what moves in that time leaves a streak. */
const SHUTTER_SECONDS = 1 / 300;
const STREAKS = 5;

export function drawClub(brush: Brush, pose: Skeleton, { club }: SwingOptions): void {
  const { leadHand, shaft, clubHead } = pose;
  brush.limb(along(leadHand, shaft, -0.07), 0.015, along(leadHand, shaft, 0.2), 0.011, grip);
  brush.limb(along(leadHand, shaft, 0.18), 0.0062, clubHead, 0.0045, club === 'driver' ? graphite : steel);
  const toe = toeDirection(pose);
  if (club === 'driver') {
    const face = unit(cross(toe, shaft));
    brush.ellipsoid(along(clubHead, toe, 0.016), [scale(toe, 0.062), scale(shaft, 0.04), scale(face, 0.054)], accent);
    brush.limb(along(clubHead, shaft, -0.07), 0.009, along(clubHead, shaft, -0.04), 0.011, crown);
  } else {
    brush.limb(along(clubHead, toe, -0.015), 0.016, along(clubHead, toe, 0.062), 0.026, steel);
    brush.ball(clubHead, 0.028, accent);
  }
}

/** The head lies across the shaft, towards the outside of the swing. */
function toeDirection({ shaft, spine }: Skeleton): Vec3 {
  const swingAxis = unit(cross(vec(1, 0, 0), shaft));
  const outwards = unit(cross(shaft, cross(add(spine, scale(swingAxis, 0.2)), shaft)));
  return scale(outwards, -1);
}

/** Ghosts of the club over the open shutter; nothing at rest, a fan near impact. */
export function drawStreaks(brush: Brush, model: SwingModel, seconds: number): void {
  const now = model.skeletonAt(seconds);
  const before = model.skeletonAt(seconds - SHUTTER_SECONDS);
  if (Math.hypot(now.clubHead.x - before.clubHead.x, now.clubHead.y - before.clubHead.y) < 0.02) return;
  let last = now;
  for (let i = 1; i <= STREAKS; i++) {
    const ghost = model.skeletonAt(seconds - (SHUTTER_SECONDS * i) / STREAKS);
    const faint = 0.2 * (1 - i / (STREAKS + 1));
    brush.limb(along(ghost.leadHand, ghost.shaft, 0.25), 0.005, ghost.clubHead, 0.01, steel, faint);
    brush.limb(last.clubHead, 0.026, ghost.clubHead, 0.022, accent, faint * 1.5);
    last = ghost;
  }
}

export function drawBall(brush: Brush, model: SwingModel, seconds: number, { club }: SwingOptions): void {
  const ball = model.ballAt(seconds);
  if (club === 'driver') brush.limb(vec(model.ball.x, 0, model.ball.z), 0.006, add(model.ball, vec(0, -0.021, 0)), 0.009, wood);
  if (ball.x - model.ball.x > 160) return;
  brush.ball(ball, 0.0235, white);
  if (seconds > 0) brush.limb(ball, 0.02, model.ballAt(Math.max(0, seconds - SHUTTER_SECONDS)), 0.012, white, 0.45);
}

/** Where the bag stands, in world metres: out of the club's way in either view. */
export const bagPlace = (view: View): Vec3 => (view === 'face-on' ? vec(-2.05, 0, -1.05) : vec(1.5, 0, -1.25));

/** A stand bag with a few clubs in it. */
export function drawProps(brush: Brush, { view }: SwingOptions): void {
  const at = bagPlace(view);
  const fabric = paint([54, 66, 96]);
  const trim = paint([206, 214, 222]);
  const foot = add(at, vec(0, 0.14, 0));
  const top = add(at, vec(-0.1, 0.86, -0.16));
  for (const leg of [vec(0.16, 0, -0.5), vec(-0.3, 0, -0.5)]) brush.limb(mix(foot, top, 0.9), 0.011, add(at, leg), 0.011, steel);
  for (const [i, lean] of [-0.07, -0.02, 0.03, 0.07].entries()) {
    const end = add(top, vec(lean - 0.03, 0.16 + 0.07 * (i % 3), -0.06 + 0.04 * i));
    brush.limb(top, 0.007, end, 0.006, steel);
    brush.limb(end, 0.03, add(end, vec(0.03, 0.025, 0.02)), 0.034, i % 2 === 0 ? crown : steel);
  }
  brush.limb(foot, 0.13, mix(foot, top, 0.94), 0.12, fabric);
  brush.limb(mix(foot, top, 0.93), 0.128, mix(foot, top, 0.97), 0.128, trim);
  brush.limb(along(mix(foot, top, 0.35), vec(0.06, 0, 0.12), 1), 0.07, along(mix(foot, top, 0.6), vec(0.06, 0, 0.11), 1), 0.068, trim);
}

/** A handful of balls beside the mat. */
export function drawSpareBalls(brush: Brush, { view }: SwingOptions): void {
  const base = view === 'face-on' ? vec(1.22, 0.022, 0.2) : vec(0.6, 0.022, 1.45);
  const places = [
    [0, 0, 0],
    [0.05, 0, 0.02],
    [0.02, 0, 0.055],
    [0.09, 0, 0.06],
    [0.03, 0.036, 0.025],
    [-0.06, 0, 0.05],
    [0.16, 0, -0.03],
  ] as const;
  for (const [x, y, z] of places) brush.ball(add(base, vec(x, y, z)), 0.0225, white);
}
