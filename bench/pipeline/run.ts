/**
 * `npm run bench:pipeline`: what processing costs, as ratios within one run. Ours and its peers take turns (BENCH_PAIRS, 3), and the
 * medians are compared. Processor time is user and system time of the whole process tree.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { phoneClip, repeated } from './clips.ts';
import { median, timed, type Run } from './measure.ts';
import { bareEncode, encodeWithGroups, processPerOutput, seekTo, UPRIGHT, type PeerClip } from './peers.ts';
import { defaultPickUps } from './pick-up.ts';
import { startRig, type Processed, type Rig } from './rig.ts';

const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 3);
/** Clips for the times from uploaded to ready, in seconds. */
const LENGTHS = (process.env['BENCH_LENGTHS'] ?? '10,60,300').split(',').map(Number);
/** The clip the ratios are taken on, in seconds. */
const CLIP_SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60);
const KILOBITS = 8000;
const SEEKS = 12;

const say = (what: string, figure: string, limit = ''): void => console.log(`${what.padEnd(66)}${figure.padStart(9)}  ${limit}`);
const total = ({ cpu }: Processed): number => cpu.own + cpu.children;

interface Round {
  readonly ours: Processed;
  readonly bare: Run;
  /** Processor seconds of a process for every output. */
  readonly apart: number;
}

/** Processor seconds of a process for every output. */
async function cpuApart(clip: PeerClip, directory: string): Promise<number> {
  let cpu = 0;
  for (const args of processPerOutput(clip, directory)) cpu += (await timed(args)).cpu;
  return cpu;
}

/** Ours, the bare encode and a process for every output, in turns. */
async function playRounds(rig: Rig, directory: string, clip: PeerClip): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    const ours = await rig.process(clip.file);
    const bare = await timed(bareEncode(clip));
    const apart = await cpuApart(clip, directory);
    rounds.push({ ours, bare, apart });
    console.log(
      `round ${String(pair)}: ours ${total(ours).toFixed(1)} CPU-s (${ours.cpu.own.toFixed(2)} outside ffmpeg), playable after ${ours.untilPlayable.toFixed(2)} s, ` +
        `ready after ${ours.untilReady.toFixed(1)} s; bare encode ${bare.cpu.toFixed(1)} CPU-s, ${bare.wall.toFixed(1)} s; ` +
        `a process per output ${apart.toFixed(1)} CPU-s`,
    );
  }
  return rounds;
}

const medianOf = (rounds: readonly Round[], figure: (round: Round) => number): number => median(rounds.map(figure));

async function showRatios(rig: Rig, directory: string): Promise<void> {
  const { file } = await phoneClip(directory, CLIP_SECONDS, KILOBITS);
  const rounds = await playRounds(rig, directory, { file, fps: 30, pictures: 30 * CLIP_SECONDS, upright: UPRIGHT.sdr });
  const cpu = medianOf(rounds, ({ ours }) => total(ours));
  const encodeWall = medianOf(rounds, ({ bare }) => bare.wall);
  console.log(`\n${String(CLIP_SECONDS)} s of 720p30 in H.264, ${String(PAIRS)} rounds in turns, medians`);
  say(
    '1  video.process, CPU / one ffmpeg with the same encodes to null',
    (cpu / medianOf(rounds, ({ bare }) => bare.cpu)).toFixed(2),
    'at most 1.15',
  );
  say('2  video.process, CPU / a process per output, little to decode', (cpu / medianOf(rounds, ({ apart }) => apart)).toFixed(2));
  say(
    '3  uploaded → playable / the encode alone, time',
    (medianOf(rounds, ({ ours }) => ours.untilPlayable) / encodeWall).toFixed(3),
    'at most 0.10',
  );
  say(
    '4  uploaded → ready / the encode alone, time',
    (medianOf(rounds, ({ ours }) => ours.untilReady) / encodeWall).toFixed(2),
    'at most 1.20',
  );
  say('   our own code / all CPU', (medianOf(rounds, ({ ours }) => ours.cpu.own) / cpu).toFixed(3), 'at most 0.05');
  const peers = await defaultPickUps(rig.system, 2 * PAIRS);
  const pickUp = medianOf(rounds, ({ ours }) => ours.untilStarted);
  say('5  job pick-up / pg-boss as it comes', (pickUp / median(peers)).toFixed(3), `at most 0.05 (${(pickUp * 1000).toFixed(0)} ms)`);
}

/** Row 2 where decoding once is worth something: what phones write by themselves. */
const PHONES = [
  {
    name: 'phone/iphone-hlg-hevc10-rot90-editlist.mov',
    times: 4,
    fps: 30,
    pictures: 308,
    upright: UPRIGHT.hlg,
    what: '1080p30 in HEVC, HLG',
  },
  { name: 'phone/android-portrait-4k60.mp4', times: 30, fps: 60, pictures: 540, upright: UPRIGHT.large, what: '2160p60 in H.264' },
] as const;

async function showDecodingOnce(rig: Rig, directory: string): Promise<void> {
  for (const { name, times, what, ...clip } of PHONES) {
    const file = await repeated(directory, name, times);
    if (file === null) {
      console.log(`not run: ${what}, for want of ${name}`);
      continue;
    }
    console.log(`\n${String(clip.pictures)} pictures of ${what}`);
    const ratios: number[] = [];
    for (let pair = 1; pair <= PAIRS; pair += 1) {
      const [ours, apart] = [total(await rig.process(file)), await cpuApart({ file, ...clip }, directory)];
      console.log(`round ${String(pair)}: ours ${ours.toFixed(1)} CPU-s, a process per output ${apart.toFixed(1)} CPU-s`);
      ratios.push(ours / apart);
    }
    say('2  video.process, CPU / a process per output', median(ratios).toFixed(2), 'at most 0.55');
  }
}

/** Row 6: the same pictures, with a key picture every half second and every four seconds. */
async function showSeeks(directory: string): Promise<void> {
  const { file, seconds } = await phoneClip(directory, 20, KILOBITS);
  const [short, long] = [path.join(directory, 'short.mp4'), path.join(directory, 'long.mp4')];
  await timed(encodeWithGroups(file, 15, short));
  await timed(encodeWithGroups(file, 120, long));
  const times = Array.from({ length: SEEKS }, (_, n) => ((n * 0.618_034) % 1) * (seconds - 0.1));
  const costs = { short: 0, long: 0 };
  for (const time of times)
    for (const [name, target] of [
      ['short', short],
      ['long', long],
    ] as const) {
      // what it costs to start a process, open the file and show its first picture is no part of the seek
      const [seek, start] = [await timed(seekTo(target, time)), await timed(seekTo(target, 0))];
      costs[name] += seek.cpu - start.cpu;
    }
  const bytes = statSync(short).size / statSync(long).size;
  say('6  random seek, decode CPU / groups of 4 s', (costs.short / costs.long).toFixed(2), 'at most 0.35');
  say('   at so many times the bytes', bytes.toFixed(2), 'at most 1.45');
}

async function showLengths(rig: Rig, directory: string): Promise<void> {
  console.log('\nfrom uploaded, in lengths of the clip         poster and preview     ready');
  for (const seconds of LENGTHS) {
    const { file } = await phoneClip(directory, seconds, KILOBITS);
    const { untilPlayable, untilReady } = await rig.process(file);
    console.log(
      `  ${String(seconds).padStart(3)} s${' '.repeat(38)}${(untilPlayable / seconds).toFixed(3).padStart(10)} ${(untilReady / seconds).toFixed(3).padStart(17)}`,
    );
  }
}

/** A file of 500 MB: what our own process holds and burns while it passes through. */
async function showLargeFile(directory: string): Promise<void> {
  const { file } = await phoneClip(directory, 60, 66_000);
  const rig = await startRig();
  try {
    const run = await rig.process(file);
    console.log(`\n${(statSync(file).size / 1e6).toFixed(0)} MB, one file through a fresh worker`);
    say('   our own memory at its peak, MB', run.peakMegabytes.toFixed(0), 'at most 200');
    say('   our own code / all CPU', (run.cpu.own / total(run)).toFixed(3), 'at most 0.05');
  } finally {
    await rig.stop();
  }
}

const directory = mkdtempSync(path.join(tmpdir(), 'va-bench-'));
try {
  const rig = await startRig();
  try {
    await showRatios(rig, directory);
    await showDecodingOnce(rig, directory);
    await showSeeks(directory);
    await showLengths(rig, directory);
  } finally {
    await rig.stop();
  }
  await showLargeFile(directory);
} finally {
  rmSync(directory, { recursive: true });
}
