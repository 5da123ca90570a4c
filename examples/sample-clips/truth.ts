import type { Camera } from './camera.ts';
import { cameraFor } from './camera.ts';
import type { SwingOptions } from './options.ts';
import { completeOptions } from './options.ts';
import type { JointName, Skeleton } from './skeleton.ts';
import type { Drive } from './drive.ts';
import type { EventName, SwingModel } from './swing-model.ts';
import { EVENT_NAMES, swingModel } from './swing-model.ts';
import type { Timing } from './timing.ts';
import { firstFrameFrom, nearestFrame, ptsOf, secondsOf, slowFactorOf, timingOf } from './timing.ts';
import type { Vec3 } from './vector.ts';
import { angleAt, degrees } from './vector.ts';

/** A place in the displayed picture, 0 to 1 from its top left corner. Outside that range it is out of the picture. */
export interface PicturePosition {
  readonly x: number;
  readonly y: number;
}

export interface SwingEvent {
  readonly name: EventName;
  /** The frame nearest the event. */
  readonly frame: number;
  /** When that frame is shown, and when the event happens: milliseconds of the clip. */
  readonly frameMs: number;
  readonly timeMs: number;
}

/**
 * What an angle tool laid on the displayed picture would read, in degrees. Directions count from 0 = right,
 * anticlockwise to 90 = up; flexes are 0 for a straight limb; tilts are from the vertical, positive to the right.
 */
export interface PictureAngles {
  readonly spineTilt: number;
  readonly leadArm: number;
  readonly shaft: number;
  readonly leadKneeFlex: number;
  readonly trailKneeFlex: number;
  readonly leadElbowFlex: number;
  readonly trailElbowFlex: number;
}

/** The body itself, whatever the camera sees: degrees, right-handed. */
export type BodyAngles = Pick<Drive, 'armSwing' | 'shaftSwing' | 'shoulderTurn' | 'hipTurn' | 'spineForwardBend' | 'spineSideBend'> & {
  readonly leadKneeFlex: number;
  readonly trailKneeFlex: number;
};

export interface FramePose {
  readonly frame: number;
  readonly ptsTicks: number;
  readonly timeMs: number;
  readonly joints: Readonly<Record<JointName, PicturePosition>>;
  readonly clubHead: PicturePosition;
  readonly ball: PicturePosition;
  readonly angles: PictureAngles;
  readonly body: BodyAngles;
  /** Metres, right-handed: x to the target, y up, z away from the chest at address. */
  readonly world: Readonly<Record<JointName | 'clubHead' | 'ball', Vec3>>;
}

export interface SwingTruth {
  readonly options: SwingOptions;
  readonly frameCount: number;
  readonly timebase: { readonly num: 1; readonly den: number };
  /** When each frame is shown, in ticks of the timebase. */
  readonly pts: readonly number[];
  /** Pictures a second: as played, and as the camera took them. */
  readonly playbackFps: number;
  readonly captureFps: number;
  readonly events: readonly SwingEvent[];
  readonly tempo: { readonly backswingMs: number; readonly downswingMs: number; readonly ratio: number };
  readonly event: (name: EventName) => SwingEvent;
  readonly poseAt: (frame: number) => FramePose;
}

/** Timing and truth of one swing, shared by the answers and the drawing. */
export interface SwingPlan {
  readonly options: SwingOptions;
  readonly timing: Timing;
  readonly model: SwingModel;
  readonly frameCount: number;
  readonly impactFrame: number;
  /** Clip seconds per real second. */
  readonly slowFactor: number;
  /** Real seconds relative to impact. */
  readonly swingSecondsAt: (frame: number) => number;
  /** Clip seconds of an instant given in real seconds relative to impact. */
  readonly clipSecondsOf: (swingSeconds: number) => number;
}

/** Impact is put exactly on a frame: the first one that leaves the promised rest before the backswing. */
export function planSwing(wanted: Partial<SwingOptions> = {}): SwingPlan {
  const options = completeOptions(wanted);
  const timing = timingOf(options.frameRate);
  const model = swingModel(options);
  const slowFactor = slowFactorOf(options, timing);
  const before = (options.leadInSeconds - model.eventAt('address')) * slowFactor;
  const impactFrame = firstFrameFrom(timing, before);
  const impactSeconds = secondsOf(timing, impactFrame);
  const after = (model.eventAt('finish') + options.holdSeconds) * slowFactor;
  return {
    options,
    timing,
    model,
    slowFactor,
    impactFrame,
    frameCount: firstFrameFrom(timing, impactSeconds + after) + 1,
    swingSecondsAt: (frame) => (frame === impactFrame ? 0 : (secondsOf(timing, frame) - impactSeconds) / slowFactor),
    clipSecondsOf: (swingSeconds) => impactSeconds + swingSeconds * slowFactor,
  };
}

/** Everything the formulas promise about a clip. Pure: draws nothing, writes nothing. */
export function swingTruth(wanted: Partial<SwingOptions> = {}): SwingTruth {
  const plan = planSwing(wanted);
  const { options, timing, model } = plan;
  const camera = cameraFor(options);
  const events = eventsOf(plan);
  const fps = timing.meanRate.num / timing.meanRate.den;
  const [backswingMs, downswingMs] = [(model.eventAt('top') - model.eventAt('address')) * 1000, -model.eventAt('top') * 1000];
  return {
    options,
    events,
    frameCount: plan.frameCount,
    timebase: { num: 1, den: timing.timescale },
    pts: Array.from({ length: plan.frameCount }, (_, frame) => ptsOf(timing, frame)),
    playbackFps: fps,
    captureFps: options.captureRate ?? fps,
    tempo: { backswingMs, downswingMs, ratio: backswingMs / downswingMs },
    event: (name) => eventNamed(events, name),
    poseAt: (frame) => poseOf(plan, camera, frame),
  };
}

function eventsOf({ timing, model, clipSecondsOf }: SwingPlan): SwingEvent[] {
  const events = EVENT_NAMES.map((name) => {
    const seconds = clipSecondsOf(model.eventAt(name));
    const frame = nearestFrame(timing, seconds);
    return { name, frame, frameMs: secondsOf(timing, frame) * 1000, timeMs: seconds * 1000 };
  });
  for (const [i, { name, frame }] of events.entries()) {
    const before = events[i - 1];
    if (before && frame <= before.frame)
      throw new RangeError(`too few pictures a second to tell ${before.name} from ${name}: both are frame ${frame}`);
  }
  return events;
}

function eventNamed(events: readonly SwingEvent[], name: EventName): SwingEvent {
  const event = events.find((one) => one.name === name);
  if (!event) throw new RangeError(`no such event: ${name}`);
  return event;
}

function poseOf({ options, timing, model, frameCount, swingSecondsAt }: SwingPlan, camera: Camera, frame: number): FramePose {
  if (!Number.isInteger(frame) || frame < 0 || frame >= frameCount) throw new RangeError(`frame must be 0 to ${frameCount - 1}: ${frame}`);
  const seconds = swingSecondsAt(frame);
  const skeleton = model.skeletonAt(seconds);
  const ball = model.ballAt(seconds);
  const place = (world: Vec3): PicturePosition => {
    const { x, y } = camera.project(camera.toView(world));
    return { x: (x + 0.5) / options.width, y: (y + 0.5) / options.height };
  };
  const places = Object.entries(skeleton.joints).map(([name, at]) => [name, place(at)]);
  const joints = Object.fromEntries(places) as Record<JointName, PicturePosition>;
  const clubHead = place(skeleton.clubHead);
  return {
    frame,
    joints,
    clubHead,
    ptsTicks: ptsOf(timing, frame),
    timeMs: secondsOf(timing, frame) * 1000,
    ball: place(ball),
    angles: pictureAngles(joints, clubHead, options.width / options.height),
    body: bodyAngles(model.driveAt(seconds), skeleton),
    world: { ...skeleton.joints, clubHead: skeleton.clubHead, ball },
  };
}

function pictureAngles(j: Readonly<Record<JointName, PicturePosition>>, clubHead: PicturePosition, aspect: number): PictureAngles {
  const direction = (from: PicturePosition, to: PicturePosition): number => degrees(Math.atan2(from.y - to.y, (to.x - from.x) * aspect));
  const flex = (a: PicturePosition, corner: PicturePosition, b: PicturePosition): number => {
    const turn = Math.abs(direction(corner, a) - direction(corner, b));
    return 180 - Math.min(turn, 360 - turn);
  };
  return {
    spineTilt: 90 - direction(j.pelvis, j.neck),
    leadArm: direction(j.leadShoulder, j.leadHand),
    shaft: direction(j.leadHand, clubHead),
    leadKneeFlex: flex(j.leadHip, j.leadKnee, j.leadAnkle),
    trailKneeFlex: flex(j.trailHip, j.trailKnee, j.trailAnkle),
    leadElbowFlex: flex(j.leadShoulder, j.leadElbow, j.leadHand),
    trailElbowFlex: flex(j.trailShoulder, j.trailElbow, j.trailHand),
  };
}

function bodyAngles(drive: Drive, { joints: j }: Skeleton): BodyAngles {
  const { armSwing, shaftSwing, shoulderTurn, hipTurn, spineForwardBend, spineSideBend } = drive;
  return {
    armSwing,
    shaftSwing,
    shoulderTurn,
    hipTurn,
    spineForwardBend,
    spineSideBend,
    leadKneeFlex: 180 - angleAt(j.leadKnee, j.leadHip, j.leadAnkle),
    trailKneeFlex: 180 - angleAt(j.trailKnee, j.trailHip, j.trailAnkle),
  };
}
