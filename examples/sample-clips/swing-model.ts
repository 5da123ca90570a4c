import type { Channel } from './channels.ts';
import { channel } from './channels.ts';
import type { Drive } from './drive.ts';
import type { SwingOptions } from './options.ts';
import type { Skeleton } from './skeleton.ts';
import { assemble, sizeBody } from './skeleton.ts';
import type { Vec3 } from './vector.ts';
import { along, degrees, radians, scale, subtract, vec } from './vector.ts';

export const EVENT_NAMES = [
  'address',
  'toe-up',
  'mid-backswing',
  'top',
  'mid-downswing',
  'impact',
  'mid-follow-through',
  'finish',
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** When an event happens: a fraction of the backswing (0–1), downswing (1–2) or follow-through (2–3). */
const EVENT_PHASE: Readonly<Record<EventName, number>> = {
  address: 0,
  'toe-up': 0.42,
  'mid-backswing': 0.64,
  top: 1,
  'mid-downswing': 1.56,
  impact: 2,
  'mid-follow-through': 2.1,
  finish: 3,
};

type PhaseKnots = Readonly<Record<keyof Drive, readonly (readonly [phase: number, value: number])[]>>;

/**
 * The swing, as knots of [phase, value]. The four phases at which an arm or shaft is level (toe-up, mid-backswing,
 * mid-downswing, mid-follow-through) carry a knot of exactly ±90, so those events are exact by construction.
 */
function swingKnots({ backswingLength, club }: SwingOptions, addressPlane: number): PhaseKnots {
  const toTop = (full: number): number => 90 + (full - 90) * backswingLength;
  const bend = club === 'driver' ? 31 : 36;
  const [addressArm, addressShaft] = club === 'driver' ? [11, -4] : [15, 3];
  const [impactArm, impactShaft, slide] = club === 'driver' ? [0, 3, 0.13] : [4, 8, 0.11];
  const side = club === 'driver' ? 9 : 7;
  const { 'toe-up': toeUp, 'mid-backswing': midBack, 'mid-downswing': midDown, 'mid-follow-through': midThrough } = EVENT_PHASE;
  // A table: one line per drive value, one pair per knot.
  // prettier-ignore
  return {
    armSwing: [[0, addressArm], [toeUp, 52], [midBack, 90], [1, toTop(142)], [midDown, 90], [1.84, 42], [2, impactArm], [midThrough, -42], [2.32, -112], [2.62, -150], [3, -156]],
    shaftSwing: [[0, addressShaft], [toeUp, 90], [midBack, 166], [1, toTop(256)], [midDown, 176], [1.83, 90], [2, impactShaft], [midThrough, -90], [2.26, -178], [2.6, -268], [3, -292]],
    armPlane: [[0, 80], [1, 60], [midDown, 64], [2, 74], [2.3, 66], [3, 62]],
    shaftPlane: [[0, addressPlane], [midBack, addressPlane + 6], [1, 58], [midDown, 47], [2, addressPlane + 1], [2.26, 60], [2.65, 104], [3, 142]],
    reach: [[0, 0.92], [toeUp, 0.94], [1, 0.97], [2, 0.945], [midThrough, 0.9], [2.35, 0.78], [2.65, 0.6], [3, 0.55]],
    centring: [[0, 0], [2, 0], [midThrough, 0.6], [2.4, 1], [3, 1]],
    shoulderTurn: [[0, -2], [toeUp, 38], [midBack, 66], [1, toTop(94)], [midDown, 42], [2, -30], [midThrough, -56], [2.4, -92], [3, -112]],
    hipTurn: [[0, 0], [toeUp, 12], [midBack, 27], [0.93, 44], [midDown, -2], [2, -38], [midThrough, -48], [2.4, -78], [3, -94]],
    spineForwardBend: [[0, bend], [1, bend - 3], [2, bend - 2], [midThrough, bend - 5], [2.5, 12], [3, 3]],
    spineSideBend: [[0, side], [1, -2], [midDown, 8], [2, side + 12], [2.25, side + 14], [3, 7]],
    pelvisX: [[0, 0.03], [midBack, 0.005], [0.93, 0], [midDown, 0.055], [2, slide], [2.4, 0.16], [3, 0.18]],
    pelvisY: [[0, 0.895], [1, 0.895], [midDown, 0.872], [2, 0.9], [2.3, 0.918], [3, 0.925]],
    pelvisZ: [[0, -0.14], [1, -0.13], [2, -0.12], [2.5, -0.06], [3, -0.03]],
    headTurn: [[-1, 0], [-0.8, -48], [-0.6, -48], [-0.3, 0], [0, 0], [1, 20], [2, 8], [midThrough, 2], [2.45, -78], [3, -98]],
    headPitch: [[-1, 30], [-0.8, 8], [-0.6, 8], [-0.3, 30], [0, 30], [1, 26], [2, 32], [midThrough, 30], [2.45, 4], [3, -6]],
    trailHeelLift: [[0, 0], [1.8, 0], [2, 7], [2.3, 42], [2.7, 74], [3, 78]],
  };
}

export interface SwingModel {
  readonly ball: Vec3;
  /** Real seconds relative to impact. */
  readonly eventAt: (name: EventName) => number;
  readonly driveAt: (seconds: number) => Drive;
  readonly skeletonAt: (seconds: number) => Skeleton;
  readonly ballAt: (seconds: number) => Vec3;
}

/** Builds the golfer's swing around time 0 = impact. */
export function swingModel(options: SwingOptions): SwingModel {
  const body = sizeBody(options);
  const secondsAt = (phase: number): number => phaseSeconds(options, phase);
  const plane = addressShaftPlane(options);
  const channels = toChannels(swingKnots(options, plane), secondsAt);
  const driveAt = (seconds: number): Drive => read(channels, seconds);
  const contact = assemble(body, driveAt(secondsAt(0))).clubHead;
  // The formulas bring the head close to the ball; this shift of the whole pelvis makes it meet it exactly.
  const miss = subtract(contact, assemble(body, driveAt(0)).clubHead);
  const meeting = channel([
    [secondsAt(1.3), 0],
    [0, 1],
    [secondsAt(2.3), 0],
  ]);
  const ball = vec(contact.x + body.ballGap, body.ballHeight, contact.z);
  return {
    ball,
    driveAt,
    eventAt: (name) => secondsAt(EVENT_PHASE[name]),
    skeletonAt: (seconds) => assemble(body, driveAt(seconds), scale(miss, meeting(seconds))),
    ballAt: (seconds) => (seconds <= 0 ? ball : along(ball, flight(options, seconds), 1)),
  };
}

function phaseSeconds({ tempo, downswingSeconds, followThroughSeconds }: SwingOptions, phase: number): number {
  if (phase <= 1) return -downswingSeconds - (1 - phase) * downswingSeconds * tempo;
  if (phase <= 2) return (phase - 2) * downswingSeconds;
  return (phase - 2) * followThroughSeconds;
}

/** The lie at which a club of this length, held by these hands, just rests on the ground. */
function addressShaftPlane(options: SwingOptions): number {
  const body = sizeBody(options);
  const still = (phase: number): number => phaseSeconds(options, phase);
  const address = read(toChannels(swingKnots(options, 50), still), still(0));
  const hands = assemble(body, address).leadHand;
  const drop = (hands.y - body.headRest) / (body.clubLength * Math.cos(radians(address.shaftSwing)));
  return degrees(Math.asin(Math.min(0.99, drop)));
}

/** Metres from the tee after a time in the air: launch speed bled off by drag, gravity eased by backspin. */
function flight({ club }: SwingOptions, seconds: number): Vec3 {
  const [speed, launch] = club === 'driver' ? [62, radians(12)] : [48, radians(19)];
  const travelled = (speed / 0.35) * (1 - Math.exp(-0.35 * seconds));
  return vec(travelled * Math.cos(launch), travelled * Math.sin(launch) - 0.5 * 5 * seconds * seconds, 0);
}

type Channels = Readonly<Record<keyof Drive, Channel>>;

function toChannels(knots: PhaseKnots, secondsAt: (phase: number) => number): Channels {
  const timed = (name: keyof Drive): Channel => channel(knots[name].map(([phase, value]) => [secondsAt(phase), value]));
  return Object.fromEntries((Object.keys(knots) as (keyof Drive)[]).map((name) => [name, timed(name)])) as Record<keyof Drive, Channel>;
}

function read(channels: Channels, seconds: number): Drive {
  const entries = (Object.keys(channels) as (keyof Drive)[]).map((name) => [name, channels[name](seconds)]);
  return Object.fromEntries(entries) as Record<keyof Drive, number>;
}
