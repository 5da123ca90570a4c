import { readdir, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { chooseLadder, planSegments, type Keyframe, type Rung } from '../../domain/media/ladder.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { probeStreams } from './ffprobe.ts';
import { encodeArgs, remuxArgs, type EncodedRung } from './ladder-args.ts';
import type { FragmentedFile } from './ladder-boxes.ts';
import { cutTrack, fragmentsByTime, groupFragments, inspectFragments } from './ladder-cut.ts';
import { ladderPlaylists, type PictureTrack, type Track } from './ladder-playlists.ts';
import { MediaError } from './media-error.ts';
import type { MediaTools } from './tools.ts';

export interface LadderJob {
  /** A local copy of the analysis rendition. */
  readonly source: string;
  /** An empty private directory; afterwards it holds the ladder and nothing else. */
  readonly directory: string;
  readonly width: number;
  readonly height: number;
  /** The usual rate. */
  readonly framesPerSecond: number;
  readonly tools: MediaTools;
  readonly signal: AbortSignal;
}

export interface LadderFile {
  /** Also its name under a lease. */
  readonly name: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

const PROBE_TIMEOUT_MS = 60_000;
const REMUX_TIMEOUT_MS = 10 * 60_000;
const ENCODE_TIMEOUT_MS = 90 * 60_000;
const SOUND = 'sound';

/** Watching can wait; whoever waits for a video to be ready cannot. */
const NICENESS = 19;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mp4': 'video/mp4',
  '.m4s': 'video/iso.segment',
};

/**
 * Makes the HLS ladder of an analysis rendition: playlists and segments, ready to be stored under their names.
 * @throws signal.reason when aborted; MediaError otherwise.
 */
export async function makeLadder(job: LadderJob): Promise<readonly LadderFile[]> {
  const { width, height, framesPerSecond, directory } = job;
  const rungs = chooseLadder({ width, height, framesPerSecond });
  const remuxed = await remux(job, rungs);
  const { keyframes, endSeconds, frames } = timesOf(remuxed.pictures);
  const starts = planSegments(keyframes, endSeconds);
  await encode(job, rungs, remuxed.pictures.timescale, starts);

  const pictures: PictureTrack[] = [];
  for (const rung of rungs) pictures.push({ ...(await cutPictures(job, rung, starts)), width: rung.width, height: rung.height });
  proveAlignment(pictures, starts, frames);
  const begin = new Set(starts);
  const times = keyframes.filter(({ frame }) => begin.has(frame)).map(({ seconds }) => seconds);
  const sound = remuxed.sound ? await cutSound(job, remuxed.sound, times) : null;
  for (const [name, playlist] of ladderPlaylists({ pictures, sound })) await writeFile(join(directory, name), playlist);
  return filesIn(directory);
}

/** Each fragment of the remuxed pictures is a group that begins with a keyframe. */
function timesOf({ fragments, timescale }: FragmentedFile): { keyframes: Keyframe[]; endSeconds: number; frames: number } {
  let [frames, endTicks] = [0, 0];
  const keyframes = fragments.map(({ startTicks, durationTicks, samples }) => {
    const keyframe = { frame: frames, seconds: startTicks / timescale };
    frames += samples;
    endTicks = startTicks + durationTicks;
    return keyframe;
  });
  return { keyframes, endSeconds: endTicks / timescale, frames };
}

const partOf = ({ directory }: LadderJob, name: string): string => join(directory, `${name}.part`);

async function remux(job: LadderJob, rungs: readonly Rung[]): Promise<{ pictures: FragmentedFile; sound: FragmentedFile | null }> {
  const { tools, signal, source } = job;
  const probe = { ffprobePath: tools.ffprobePath, sandbox: tools.sandbox, signal, timeoutMs: PROBE_TIMEOUT_MS };
  const { audio } = await probeStreams(source, probe);
  const top = partOf(job, rungs.at(-1)?.name ?? '');
  const sound = audio.length > 0 ? partOf(job, SOUND) : null;
  await run(job, remuxArgs({ source, top, sound }), REMUX_TIMEOUT_MS);
  return { pictures: await inspectFragments(top), sound: sound === null ? null : await inspectFragments(sound) };
}

async function encode(job: LadderJob, rungs: readonly Rung[], ticksPerSecond: number, segmentStarts: readonly number[]): Promise<void> {
  const { source, framesPerSecond } = job;
  const encoded = rungs.flatMap((rung): EncodedRung[] =>
    rung.encode === null ? [] : [{ ...rung, maxBitsPerSecond: rung.encode.maxBitsPerSecond, file: partOf(job, rung.name) }],
  );
  if (encoded.length === 0) return;
  await run(job, encodeArgs({ source, ticksPerSecond, framesPerSecond, segmentStarts, rungs: encoded }), ENCODE_TIMEOUT_MS);
}

const run = ({ tools, signal, source, directory }: LadderJob, args: readonly string[], timeoutMs: number): Promise<unknown> =>
  runFfmpeg(args, {
    ...{ ffmpegPath: tools.ffmpegPath, sandbox: tools.sandbox, reads: [source], writes: directory },
    ...{ signal, timeoutMs, expectedFrames: 0, niceness: NICENESS },
  });

async function cutPictures(job: LadderJob, { name }: Rung, starts: readonly number[]): Promise<Track> {
  const file = partOf(job, name);
  const inside = await inspectFragments(file);
  const wanted = new Set(starts);
  return cutTrack(
    file,
    name,
    inside,
    groupFragments(inside.fragments, (_, frame) => wanted.has(frame)),
    job.directory,
  );
}

const cutSound = (job: LadderJob, inside: FragmentedFile, times: readonly number[]): Promise<Track> =>
  cutTrack(partOf(job, SOUND), SOUND, inside, fragmentsByTime(inside, times), job.directory);

/** A player that changes the rung in the middle must neither lose nor repeat a frame. */
function proveAlignment(pictures: readonly PictureTrack[], starts: readonly number[], frames: number): void {
  const expected = starts.map((frame, at) => (starts[at + 1] ?? frames) - frame).join();
  for (const { name, segments } of pictures)
    if (segments.map(({ samples }) => samples).join() !== expected)
      throw new MediaError('FFMPEG_FAIL', `the segments of ${name} are not those of the analysis rendition`);
}

async function filesIn(directory: string): Promise<readonly LadderFile[]> {
  const names = (await readdir(directory)).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = join(directory, name);
      const contentType = CONTENT_TYPES[extname(name)];
      if (contentType === undefined) throw new Error(`a ladder has no ${name}`);
      return { name, file, sizeBytes: (await stat(file)).size, contentType };
    }),
  );
}
