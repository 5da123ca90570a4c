import { spawn } from 'node:child_process';
import { MediaError } from './media-error.ts';
import { firstPictureArgs, packetArgs, streamArgs } from './probe-args.ts';
import type { FirstPictures, Packet, SourceFacts } from './source-facts.ts';
import { parseFirstPictures, parsePackets, parseStreams } from './source-facts.ts';
import type { RunOptions } from './supervise.ts';
import { dieWithUs, supervise, Tail, toolEnvironment } from './supervise.ts';

export interface ProbeRun extends RunOptions {
  readonly ffprobePath: string;
}

const MEBIBYTE = 1024 * 1024;

/** @throws MediaError PROBE_INVALID, CODEC_UNSUPPORTED or TOO_LARGE when ffprobe refuses the file. */
export const probeStreams = async (source: string, run: ProbeRun): Promise<SourceFacts> =>
  parseStreams(await probe(streamArgs(source), MEBIBYTE, run));

/** Every packet of every picture track, in file order. */
export const probePackets = async (source: string, run: ProbeRun): Promise<Packet[]> =>
  parsePackets(await probe(packetArgs(source), 64 * MEBIBYTE, run));

/** Decodes the first pictures of a track. */
export const probeFirstPictures = async (source: string, videoIndex: number, run: ProbeRun): Promise<FirstPictures> =>
  parseFirstPictures(await probe(firstPictureArgs(source, videoIndex), MEBIBYTE, run));

async function probe(args: readonly string[], maxBytes: number, run: ProbeRun): Promise<string> {
  run.signal.throwIfAborted();
  // stderr stays apart: mixed into stdout it would be parsed as facts
  const [program = run.ffprobePath, ...rest] = [...dieWithUs(), run.ffprobePath, ...args];
  const child = spawn(program, rest, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: toolEnvironment() });
  const complaints = new Tail();
  const chunks: Buffer[] = [];
  const tooMuch = new AbortController();
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else tooMuch.abort(new MediaError('PROBE_INVALID', `ffprobe printed more than ${String(maxBytes)} bytes`));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.add(text));

  const { code } = await supervise(child, { ...run, signal: AbortSignal.any([run.signal, tooMuch.signal]) });
  if (code !== 0 || endsTooSoon(complaints.text)) throw refusal(complaints.text);
  return Buffer.concat(chunks).toString('utf8');
}

/** The index promises pictures beyond the end of the file: a copy that was cut off. What is left would play, and end without a word. */
const endsTooSoon = (complaints: string): boolean => complaints.includes('partial file');

/** ffprobe says why only in words; these phrases come from the limits we set. */
function refusal(complaints: string): MediaError {
  const cause = new Error(complaints);
  if (complaints.includes('exceeds specified max pixel count'))
    return new MediaError('TOO_LARGE', 'the picture has too many pixels', { cause });
  if (complaints.includes('not on whitelist'))
    return new MediaError('CODEC_UNSUPPORTED', 'a track is in a codec we do not decode', { cause });
  const what = endsTooSoon(complaints) ? 'the file ends before its index does' : 'ffprobe cannot read the file';
  return new MediaError('PROBE_INVALID', what, { cause });
}
