import type { Drive } from './drive.ts';
import type { SwingOptions } from './options.ts';
import type { Vec3 } from './vector.ts';
import { add, along, bendJoint, cross, dot, mix, radians, scale, subtract, unit, vec } from './vector.ts';

/** Lengths in metres. */
export interface BodySize {
  /** Height relative to 1.78 m. */
  readonly k: number;
  readonly build: number;
  readonly torso: number;
  readonly shoulderHalf: number;
  readonly hipHalf: number;
  readonly upperArm: number;
  readonly forearm: number;
  readonly thigh: number;
  readonly shank: number;
  readonly stanceHalf: number;
  /** From the lead hand to the middle of the club head. */
  readonly clubLength: number;
  /** Height of the middle of the head when the club rests on the ground. */
  readonly headRest: number;
  /** From the middle of the head to the middle of the ball at contact. */
  readonly ballGap: number;
  readonly ballHeight: number;
}

export const JOINT_NAMES = [
  'head',
  'neck',
  'leadShoulder',
  'trailShoulder',
  'leadElbow',
  'trailElbow',
  'leadHand',
  'trailHand',
  'pelvis',
  'leadHip',
  'trailHip',
  'leadKnee',
  'trailKnee',
  'leadAnkle',
  'trailAnkle',
] as const;
export type JointName = (typeof JOINT_NAMES)[number];

/** The golfer at one instant: joints and the few directions the drawing needs. Always right-handed. */
export interface Skeleton {
  readonly joints: Readonly<Record<JointName, Vec3>>;
  readonly leadHand: Vec3;
  readonly leadToe: Vec3;
  readonly trailToe: Vec3;
  readonly shaft: Vec3;
  readonly clubHead: Vec3;
  /** Unit directions: up the spine, towards the lead side, out of the chest. */
  readonly spine: Vec3;
  readonly chestLead: Vec3;
  readonly hipLead: Vec3;
  readonly gaze: Vec3;
  readonly headUp: Vec3;
}

export function sizeBody({ heightMetres, build, club }: SwingOptions): BodySize {
  const k = heightMetres / 1.78;
  const driver = club === 'driver';
  return {
    k,
    build,
    torso: 0.5 * k,
    shoulderHalf: 0.185 * k,
    hipHalf: 0.095 * k,
    upperArm: 0.3 * k,
    forearm: 0.29 * k,
    thigh: 0.435 * k,
    shank: 0.425 * k,
    stanceHalf: (driver ? 0.27 : 0.21) * k,
    clubLength: driver ? 1.04 : 0.86,
    headRest: driver ? 0.04 : 0.03,
    ballGap: driver ? 0.055 : 0.042,
    ballHeight: driver ? 0.045 : 0.0214,
  };
}

/** Puts the body together for one set of drive values; `shift` moves everything except the feet. */
export function assemble(body: BodySize, drive: Drive, shift: Vec3 = vec(0, 0, 0)): Skeleton {
  const { k } = body;
  const spine = spineDirection(drive);
  const chestLead = leadDirection(spine, drive.shoulderTurn);
  const hipLead = leadDirection(unit(mix(vec(0, 1, 0), spine, 0.45)), drive.hipTurn);
  const pelvis = add(vec(drive.pelvisX * k, drive.pelvisY * k, drive.pelvisZ * k), shift);
  const neck = along(pelvis, spine, body.torso);
  const leadShoulder = along(neck, chestLead, body.shoulderHalf);
  const trailShoulder = along(neck, chestLead, -body.shoulderHalf);
  const shaft = swingDirection(drive.shaftPlane, drive.shaftSwing);
  const hub = mix(leadShoulder, neck, drive.centring);
  const leadHand = along(hub, swingDirection(drive.armPlane, drive.armSwing), drive.reach * (body.upperArm + body.forearm));
  const trailHand = along(leadHand, shaft, 0.085 * k);
  const arms = bendArms(body, { spine, chestLead, leadShoulder, trailShoulder, leadHand, trailHand });
  const legs = bendLegs(body, drive, pelvis, hipLead);
  const { gaze, headUp } = headDirections(drive, spine);
  const head = along(along(neck, unit(mix(spine, headUp, 0.35)), 0.215 * k), gaze, 0.035 * k);
  const { leadToe, trailToe, ...legJoints } = legs;
  return {
    joints: { head, neck, leadShoulder, trailShoulder, leadHand, trailHand, pelvis, ...arms, ...legJoints },
    leadHand,
    leadToe,
    trailToe,
    shaft,
    spine,
    chestLead,
    hipLead,
    gaze,
    headUp,
    clubHead: along(leadHand, shaft, body.clubLength),
  };
}

function spineDirection({ spineForwardBend, spineSideBend }: Drive): Vec3 {
  const [bend, side] = [radians(spineForwardBend), radians(spineSideBend)];
  return vec(-Math.sin(side), Math.cos(side) * Math.cos(bend), Math.cos(side) * Math.sin(bend));
}

/** Towards the lead side, square to `up`, turned about it: positive turns away from the target. */
function leadDirection(up: Vec3, turnDegrees: number): Vec3 {
  const across = unit(subtract(vec(1, 0, 0), scale(up, up.x)));
  const forward = cross(across, up);
  const turn = radians(turnDegrees);
  return add(scale(across, Math.cos(turn)), scale(forward, Math.sin(turn)));
}

/** A direction in a plane tilted `plane` degrees from level: 0 runs down it to the ball, 90 is level, away from the target. */
export function swingDirection(planeDegrees: number, swingDegrees: number): Vec3 {
  const [plane, swing] = [radians(planeDegrees), radians(swingDegrees)];
  return vec(-Math.sin(swing), -Math.cos(swing) * Math.sin(plane), Math.cos(swing) * Math.cos(plane));
}

interface ArmParts {
  readonly spine: Vec3;
  readonly chestLead: Vec3;
  readonly leadShoulder: Vec3;
  readonly trailShoulder: Vec3;
  readonly leadHand: Vec3;
  readonly trailHand: Vec3;
}

/** Elbows point down and outwards, away from the chest they belong to. */
function bendArms(body: BodySize, { spine, chestLead, leadShoulder, trailShoulder, leadHand, trailHand }: ArmParts) {
  const down = scale(spine, -1);
  const leadPole = add(scale(down, 0.8), scale(chestLead, 0.6));
  const trailPole = add(scale(down, 0.9), scale(chestLead, -0.45));
  return {
    leadElbow: bendJoint(leadShoulder, leadHand, body.upperArm, body.forearm, leadPole),
    trailElbow: bendJoint(trailShoulder, trailHand, body.upperArm, body.forearm, trailPole),
  };
}

function bendLegs(body: BodySize, drive: Drive, pelvis: Vec3, hipLead: Vec3) {
  const { k, stanceHalf } = body;
  const leadHip = along(pelvis, hipLead, body.hipHalf);
  const trailHip = along(pelvis, hipLead, -body.hipHalf);
  const leadAnkle = vec(stanceHalf, 0.085 * k, -0.02 * k);
  const leadToe = vec(stanceHalf + 0.05 * k, 0.03 * k, 0.17 * k);
  const trailToe = vec(-stanceHalf - 0.02 * k, 0.03 * k, 0.17 * k);
  const trailAnkle = liftHeel(trailToe, vec(0.02 * k, 0.055 * k, -0.19 * k), drive.trailHeelLift);
  const turn = radians(drive.hipTurn);
  const leadPole = vec(0.12 - 0.35 * Math.sin(turn), 0, 1);
  const trailPole = vec(-0.12 - 0.8 * Math.sin(turn), 0, 0.25 + 0.75 * Math.cos(turn));
  return {
    leadHip,
    trailHip,
    leadAnkle,
    trailAnkle,
    leadToe,
    trailToe,
    leadKnee: bendJoint(leadHip, leadAnkle, body.thigh, body.shank, leadPole),
    trailKnee: bendJoint(trailHip, trailAnkle, body.thigh, body.shank, trailPole),
  };
}

/** Rolls the foot up on to its toes and lets it swivel towards the target as it rises. */
function liftHeel(toe: Vec3, heelOffset: Vec3, liftDegrees: number): Vec3 {
  const lift = radians(liftDegrees);
  const y = heelOffset.y * Math.cos(lift) - heelOffset.z * Math.sin(lift);
  const back = heelOffset.z * Math.cos(lift) + heelOffset.y * Math.sin(lift) * 0.4;
  const swivel = lift * 0.55;
  return add(toe, vec(heelOffset.x + back * Math.sin(swivel), y, back * Math.cos(swivel)));
}

function headDirections({ headTurn, headPitch }: Drive, spine: Vec3): { gaze: Vec3; headUp: Vec3 } {
  const [turn, pitch] = [radians(headTurn), radians(headPitch)];
  const gaze = vec(-Math.sin(turn) * Math.cos(pitch), -Math.sin(pitch), Math.cos(turn) * Math.cos(pitch));
  const headUp = unit(subtract(spine, scale(gaze, dot(spine, gaze))));
  return { gaze, headUp };
}
