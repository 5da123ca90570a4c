import { spawn } from 'node:child_process';
import { MediaError } from './media-error.ts';
import type { PreviewProbe } from './preview-args.ts';
import { parsePreview, previewProbeArgs } from './preview-args.ts';
import { firstPictureArgs, packetArgs, streamArgs } from './probe-args.ts';
import type { FirstPictures, Packet, SourceFacts } from './source-facts.ts';
import { parseFirstPictures, parsePackets, parseStreams } from './source-facts.ts';
import type { Exit, RunOptions } from './supervise.ts';
import type { Sandbox } from './sandbox.ts';
import { confine, isCellFault } from './sandbox.ts';
import { cpuLimit, ranOutOfCpu, supervise, Tail, toolEnvironment, wasKilled } from './supervise.ts';

export interface ProbeRun extends RunOptions {
  readonly ffprobePath: string;
  readonly sandbox: Sandbox;
  /** How the source is to be read. */
  readonly inputOptions?: readonly string[];
}

const MEBIBYTE = 1024 * 1024;

/**
 * Processor time to read what a file says about itself: a camera's takes a fiftieth of it. A description that takes longer is
 * built to.
 */
const DESCRIPTION_CPU_SECONDS = 3;

/** @throws MediaError PROBE_INVALID, CODEC_UNSUPPORTED or TOO_LARGE when ffprobe refuses the file. */
export async function probeStreams(source: string, run: ProbeRun): Promise<SourceFacts> {
  try {
    const said = await ask(source, streamArgs(source), MEBIBYTE, { ...run, cpuSeconds: DESCRIPTION_CPU_SECONDS });
    const facts = parseStreams(said.answer);
    // some decoders refuse the size and let the track pass without one
    if (hasTooManyPixels(said.complaints) && facts.video.some(({ width, isCoverArt }) => width === 0 && !isCoverArt))
      throw new MediaError('TOO_LARGE', TOO_MANY_PIXELS, { cause: new Error(said.complaints) });
    return facts;
  } catch (error) {
    if (!(error instanceof CpuTimeUp)) throw error;
    throw new MediaError('PROBE_INVALID', 'the description of the tracks takes too long to read', { cause: error });
  }
}

/** A hundred thousand packets and more: half as many again as a video may have. An edit list can make millions of a few kilobytes. */
const PACKET_BYTES = 4 * MEBIBYTE;

/**
 * Every packet of every picture track, in file order.
 * @throws MediaError TOO_MANY_FRAMES as soon as there are more than any video may have.
 */
export async function probePackets(source: string, run: ProbeRun): Promise<Packet[]> {
  try {
    return parsePackets(await probe(source, packetArgs(source), PACKET_BYTES, run));
  } catch (error) {
    if (!(error instanceof TooMuchSaid)) throw error;
    throw new MediaError('TOO_MANY_FRAMES', 'the list of packets has no end', { cause: error });
  }
}

/** A copy of ours, as a browser will find it. */
export const probePreview = async (file: string, run: ProbeRun): Promise<PreviewProbe> =>
  parsePreview(await probe(file, previewProbeArgs(file), 64 * MEBIBYTE, run));

/** Decodes the first pictures of a track. */
export const probeFirstPictures = async (source: string, videoIndex: number, run: ProbeRun): Promise<FirstPictures> =>
  parseFirstPictures(await probe(source, firstPictureArgs(source, videoIndex), MEBIBYTE, run));

class TooMuchSaid extends MediaError {}

/** The limit on processor time ended ffprobe. */
class CpuTimeUp extends MediaError {
  constructor(cause: Error) {
    super('TIMEOUT', 'ffprobe used up its processor time', { cause });
  }
}

const probe = async (source: string, args: readonly string[], maxBytes: number, run: ProbeRun): Promise<string> =>
  (await ask(source, args, maxBytes, run)).answer;

interface Said {
  readonly answer: string;
  readonly complaints: string;
}

async function ask(source: string, args: readonly string[], maxBytes: number, run: ProbeRun): Promise<Said> {
  run.signal.throwIfAborted();
  // stderr stays apart: mixed into stdout it would be parsed as facts
  const cell = { reads: [source], writes: null, addressBytes: 2 * 1024 * MEBIBYTE, cpuSeconds: cpuLimit(run), fileBytes: 0 };
  const [program = '', ...rest] = confine(run.sandbox, [run.ffprobePath, ...(run.inputOptions ?? []), ...args], cell);
  const child = spawn(program, rest, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: toolEnvironment() });
  const complaints = new Tail();
  const chunks: Buffer[] = [];
  const tooMuch = new AbortController();
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else tooMuch.abort(new TooMuchSaid('PROBE_INVALID', `ffprobe printed more than ${String(maxBytes)} bytes`));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.add(text));

  const exit = await supervise(child, { ...run, signal: AbortSignal.any([run.signal, tooMuch.signal]) });
  if (exit.code !== 0 || endsTooSoon(complaints.text)) throw faultOfOurs(exit, complaints.text) ?? refusal(complaints.text);
  return { answer: Buffer.concat(chunks).toString('utf8'), complaints: complaints.text };
}

/** The index promises pictures beyond the end of the file: a copy that was cut off. What is left would play, and end without a word. */
const endsTooSoon = (complaints: string): boolean => complaints.includes('partial file');

/** What is no fault of the file's, or not for sure: another attempt may end otherwise. */
function faultOfOurs(exit: Exit, complaints: string): MediaError | null {
  const cause = new Error(complaints);
  if (ranOutOfCpu(exit)) return new CpuTimeUp(cause);
  if (isCellFault(complaints)) return new MediaError('INTERNAL', 'the sandbox could not be put up', { cause });
  return wasKilled(exit) ? new MediaError('INTERNAL', 'ffprobe was killed', { cause }) : null;
}

const TOO_MANY_PIXELS = 'the picture has too many pixels';

/** By our limit, or by ffmpeg's own, beyond which no arithmetic of its holds. */
const hasTooManyPixels = (complaints: string): boolean =>
  complaints.includes('exceeds specified max pixel count') || /Picture size \d{4,}x\d{4,} is invalid/.test(complaints);

/** ffprobe says why only in words; these phrases come from the limits we set. */
function refusal(complaints: string): MediaError {
  const cause = new Error(complaints);
  if (hasTooManyPixels(complaints)) return new MediaError('TOO_LARGE', TOO_MANY_PIXELS, { cause });
  if (/Codec \(\S+\) not on whitelist/.test(complaints))
    return new MediaError('CODEC_UNSUPPORTED', 'a track is in a codec we do not decode', { cause });
  const what = endsTooSoon(complaints) ? 'the file ends before its index does' : 'ffprobe cannot read the file';
  return new MediaError('PROBE_INVALID', what, { cause });
}
