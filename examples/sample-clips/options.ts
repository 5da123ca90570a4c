import type { Look } from './look.ts';
import { looks } from './look.ts';

/** Frame rates are fractions: 30000/1001 is the rate, 29.97 a rounding of it. */
export interface FrameRate {
  readonly num: number;
  readonly den: number;
}

export type View = 'face-on' | 'down-the-line';
export type Rotation = 0 | 90 | 180 | 270;

export interface SwingOptions {
  /** The displayed picture, in pixels, both even. With a rotation of 90 or 270 the stored picture is turned. */
  readonly width: number;
  readonly height: number;
  /** `variable`: a phone's uneven timestamps, about 27 pictures a second. */
  readonly frameRate: FrameRate | 'variable';
  /** Degrees clockwise a player must turn the stored picture. */
  readonly rotation: Rotation;
  /** Pictures per real second, when the camera ran faster than the file plays. */
  readonly captureRate: number | undefined;
  readonly handedness: 'right' | 'left';
  readonly view: View;
  readonly club: 'driver' | 'iron';
  /** Backswing time divided by downswing time. */
  readonly tempo: number;
  readonly downswingSeconds: number;
  readonly followThroughSeconds: number;
  /** At least this long at rest before the backswing, and after the finish. */
  readonly leadInSeconds: number;
  readonly holdSeconds: number;
  /** 1 is a full swing; 0.8 stops the club well short of parallel. */
  readonly backswingLength: number;
  readonly heightMetres: number;
  /** 1 is average; 0.9 slim, 1.1 sturdy. */
  readonly build: number;
  readonly look: Look;
  /** Draw the machine-readable frame number along the top edge. */
  readonly counter: boolean;
  /** Draw a bright dot on every joint, over everything else. */
  readonly markers: boolean;
  readonly sound: boolean;
}

export const DEFAULT_OPTIONS: SwingOptions = {
  width: 1280,
  height: 720,
  frameRate: { num: 30, den: 1 },
  rotation: 0,
  captureRate: undefined,
  handedness: 'right',
  view: 'face-on',
  club: 'driver',
  tempo: 3,
  downswingSeconds: 8 / 30,
  followThroughSeconds: 0.8,
  leadInSeconds: 0.7,
  holdSeconds: 0.7,
  backswingLength: 1,
  heightMetres: 1.78,
  build: 1,
  look: looks.jonas,
  counter: false,
  markers: false,
  sound: true,
};

/** Ready-made swings, each three to four seconds of real time. */
export const SAMPLE_SWINGS = {
  'anna-driver-face-on': {
    frameRate: { num: 60, den: 1 },
    downswingSeconds: 15 / 60,
    heightMetres: 1.7,
    build: 0.92,
    look: looks.anna,
  },
  'jonas-iron-down-the-line': {
    width: 720,
    height: 1280,
    rotation: 90,
    handedness: 'left',
    view: 'down-the-line',
    club: 'iron',
    heightMetres: 1.84,
    backswingLength: 0.94,
    look: looks.jonas,
  },
  'mari-driver-down-the-line': {
    frameRate: { num: 30000, den: 1001 },
    view: 'down-the-line',
    tempo: 27 / 8,
    downswingSeconds: (8 * 1001) / 30000,
    heightMetres: 1.66,
    build: 0.95,
    look: looks.mari,
  },
  'anna-iron-slow-motion': {
    width: 960,
    height: 540,
    captureRate: 240,
    club: 'iron',
    tempo: 3,
    downswingSeconds: 60 / 240,
    followThroughSeconds: 0.5,
    leadInSeconds: 0.1,
    holdSeconds: 0.05,
    backswingLength: 0.9,
    heightMetres: 1.7,
    build: 0.92,
    look: looks.anna,
  },
} as const satisfies Record<string, Partial<SwingOptions>>;

export type SampleSwingName = keyof typeof SAMPLE_SWINGS;

const LIMITS = {
  tempo: [1, 6],
  downswingSeconds: [0.15, 2],
  followThroughSeconds: [0.3, 5],
  leadInSeconds: [0, 30],
  holdSeconds: [0, 30],
  backswingLength: [0.6, 1.1],
  heightMetres: [1.2, 2.1],
  build: [0.8, 1.25],
} as const satisfies Partial<Record<keyof SwingOptions, readonly [number, number]>>;

export function completeOptions(wanted: Partial<SwingOptions>): SwingOptions {
  const options = { ...DEFAULT_OPTIONS, ...wanted };
  for (const side of [options.width, options.height])
    if (!Number.isInteger(side) || side % 2 !== 0 || side < 64 || side > 4096)
      throw new RangeError(`width and height must be even, 64 to 4096: ${side}`);
  for (const [name, [low, high]] of Object.entries(LIMITS) as [keyof typeof LIMITS, readonly [number, number]][])
    if (!(options[name] >= low && options[name] <= high))
      throw new RangeError(`${name} must lie between ${low} and ${high}: ${options[name]}`);
  return options;
}
