import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderSwing, SAMPLE_SWINGS, swingTruth, writeContactSheet } from './index.ts';
import type { FrameRate, Rotation, SampleSwingName, SwingOptions } from './index.ts';

const USAGE = `node examples/sample-clips/cli.ts [--preset NAME] [--out DIR] [options]

  --preset NAME     ${Object.keys(SAMPLE_SWINGS).join(', ')},
                    the first letters of one (anna), or all
  --out DIR         where the files go (default .)
  --name NAME       file name without .mp4 (default: the preset's)
  --truth           also write NAME.truth.json
  --sheet FILE.png  write only the eight event frames, tiled
  --size WxH        --fps 30 | 30000/1001 | variable    --rotation 0|90|180|270
  --capture FPS     the camera's rate, for slow motion
  --hand right|left --view face-on|down-the-line        --club driver|iron
  --tempo RATIO     --backswing LENGTH  --height METRES --build FACTOR
  --lead-in SECONDS --hold SECONDS
  --counter         draw the frame counter              --markers  dots on the joints
  --silent          no sound track
`;

const FLAGS = {
  preset: { type: 'string' },
  out: { type: 'string', default: '.' },
  name: { type: 'string' },
  sheet: { type: 'string' },
  size: { type: 'string' },
  fps: { type: 'string' },
  rotation: { type: 'string' },
  capture: { type: 'string' },
  hand: { type: 'string' },
  view: { type: 'string' },
  club: { type: 'string' },
  tempo: { type: 'string' },
  backswing: { type: 'string' },
  height: { type: 'string' },
  build: { type: 'string' },
  'lead-in': { type: 'string' },
  hold: { type: 'string' },
  truth: { type: 'boolean' },
  counter: { type: 'boolean' },
  markers: { type: 'boolean' },
  silent: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
type Flags = ReturnType<typeof readFlags>;

const readFlags = (argv: string[]) => parseArgs({ args: argv, options: FLAGS, strict: true }).values;

function presetsNamed(wanted: string | undefined): SampleSwingName[] {
  const all = Object.keys(SAMPLE_SWINGS) as SampleSwingName[];
  if (wanted === 'all') return all;
  const first = all.find((name) => name.startsWith(wanted ?? ''));
  if (!first) throw new RangeError(`no preset begins with "${wanted}": ${all.join(', ')}`);
  return [first];
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new RangeError(`--${flag} is one of ${allowed.join(', ')}: ${value}`);
  return found;
}

function rateFrom(text: string): FrameRate | 'variable' {
  if (text === 'variable') return text;
  const [num, den = '1'] = text.split('/');
  return { num: Number(num), den: Number(den) };
}

function optionsFrom(flags: Flags): Partial<SwingOptions> {
  const { size, fps, rotation, hand, view, club } = flags;
  const [width, height] = (size ?? '').split('x').map(Number);
  const numbers = {
    captureRate: flags.capture,
    tempo: flags.tempo,
    backswingLength: flags.backswing,
    heightMetres: flags.height,
    build: flags.build,
    leadInSeconds: flags['lead-in'],
    holdSeconds: flags.hold,
  };
  return {
    ...(size ? { width: width ?? NaN, height: height ?? NaN } : {}),
    ...(fps ? { frameRate: rateFrom(fps) } : {}),
    ...(rotation ? { rotation: Number(oneOf('rotation', rotation, ['0', '90', '180', '270'])) as Rotation } : {}),
    ...(hand ? { handedness: oneOf('hand', hand, ['right', 'left']) } : {}),
    ...(view ? { view: oneOf('view', view, ['face-on', 'down-the-line']) } : {}),
    ...(club ? { club: oneOf('club', club, ['driver', 'iron']) } : {}),
    ...Object.fromEntries(Object.entries(numbers).flatMap(([key, text]) => (text === undefined ? [] : [[key, Number(text)]]))),
    ...(flags.counter ? { counter: true } : {}),
    ...(flags.markers ? { markers: true } : {}),
    ...(flags.silent ? { sound: false } : {}),
  };
}

/** Every promise as plain data: the pose functions are run for every frame. */
function truthDocument(options: Partial<SwingOptions>) {
  const truth = swingTruth(options);
  return { ...truth, frames: truth.pts.map((_, frame) => truth.poseAt(frame)) };
}

async function make(preset: SampleSwingName, flags: Flags): Promise<void> {
  const options: Partial<SwingOptions> = { ...SAMPLE_SWINGS[preset], ...optionsFrom(flags) };
  if (flags.sheet) {
    await writeContactSheet(options, flags.sheet);
    console.log(flags.sheet);
    return;
  }
  // First the promises: what they refuse is not worth drawing.
  const { frameCount, events } = swingTruth(options);
  await mkdir(flags.out, { recursive: true });
  const file = join(flags.out, `${flags.name ?? preset}.mp4`);
  const started = performance.now();
  await renderSwing(options, file);
  const marks = events.map(({ name, frame }) => `${name} ${frame}`).join(', ');
  console.log(`${file}: ${frameCount} frames in ${((performance.now() - started) / 1000).toFixed(1)} s; ${marks}`);
  if (!flags.truth) return;
  const truthFile = file.replace(/mp4$/, 'truth.json');
  await writeFile(truthFile, JSON.stringify(truthDocument(options)));
  console.log(truthFile);
}

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) console.log(USAGE);
  else for (const preset of presetsNamed(flags.preset)) await make(preset, flags);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof Error && typeof error.cause === 'string') console.error(error.cause);
  process.exitCode = 1;
}
