import type { SwingOptions } from './options.ts';
import type { Vec3 } from './vector.ts';
import { vec } from './vector.ts';

/** A point of the picture in pixels; `z` grows towards the camera and is in pixels too, for hiding surfaces. */
export interface PicturePoint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Pixels per metre at that depth. */
  readonly scale: number;
}

/**
 * A phone on a tripod at chest height. It looks level and the picture is shifted instead of tilted, so uprights stay
 * upright. View axes: x right, y up, z towards the camera, origin on the ground between the feet.
 */
export interface Camera {
  readonly width: number;
  readonly height: number;
  readonly centreX: number;
  readonly horizonY: number;
  /** Pixels; a thing of one metre one metre away is this large. */
  readonly focal: number;
  readonly standHeight: number;
  readonly distance: number;
  /** -1 when the golfer is the mirror image of a right-handed one. */
  readonly mirror: 1 | -1;
  /** World to view: a left-handed golfer is the mirror image, on an unmirrored range. */
  readonly toView: (world: Vec3) => Vec3;
  readonly project: (view: Vec3) => PicturePoint;
}

/**
 * The stretch of the scene that must be in the picture, in metres at the golfer's depth. Seen down the line the club
 * swings towards the camera, where it looks larger: it needs more room above.
 */
const FRAMING = {
  'face-on': { left: -1.58, right: 1.58, top: 2.42 },
  'down-the-line': { left: -0.82, right: 1.16, top: 2.66 },
} as const;
const STAND_HEIGHT = 1.15;
const DISTANCE = 4.4;
const GROUND_MARGIN = 0.42;

export function cameraFor({ width, height, view, handedness }: SwingOptions): Camera {
  const frame = FRAMING[view];
  const scaleAtGolfer = Math.min(height / (frame.top + GROUND_MARGIN), width / (frame.right - frame.left));
  const spare = height - scaleAtGolfer * (frame.top + GROUND_MARGIN);
  const groundY = height - scaleAtGolfer * GROUND_MARGIN - spare * 0.42;
  const mirror = handedness === 'left' ? -1 : 1;
  // Whole numbers are pixel centres, so the middle of the picture lies between two pixels.
  const centreX = (width - 1) / 2 - (mirror * scaleAtGolfer * (frame.left + frame.right)) / 2;
  const focal = scaleAtGolfer * DISTANCE;
  const horizonY = groundY - STAND_HEIGHT * scaleAtGolfer;
  return {
    width,
    height,
    centreX,
    horizonY,
    focal,
    standHeight: STAND_HEIGHT,
    distance: DISTANCE,
    mirror,
    toView: ({ x, y, z }) => (view === 'face-on' ? vec(mirror * x, y, z) : vec(mirror * z, y, -x)),
    project({ x, y, z }) {
      const scale = focal / Math.max(0.3, DISTANCE - z);
      return { x: centreX + x * scale, y: horizonY + (STAND_HEIGHT - y) * scale, z: z * scaleAtGolfer, scale };
    },
  };
}
