import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameIndex, FrameIndexData } from '../../domain/frames/frame-index.ts';
import { frameIndex } from '../../domain/frames/frame-index.ts';
import type { FrameRate } from '../../domain/frames/frame-rate.ts';
import type { UploadLimits } from '../../domain/video/limits.ts';
import type { AnalysisPlan } from './analysis-args.ts';
import { analysisArgs } from './analysis-args.ts';
import { chooseStreams } from './choose-streams.ts';
import { readEditLists } from './edit-lists.ts';
import type { FfmpegResult } from './ffmpeg.ts';
import { runFfmpeg } from './ffmpeg.ts';
import type { ProbeRun } from './ffprobe.ts';
import { probeFirstPictures, probePackets, probeStreams } from './ffprobe.ts';
import type { FrameFacts, Timing } from './frame-index.ts';
import { indexFrames } from './frame-index.ts';
import { MediaError } from './media-error.ts';
import { HASH_BYTES, pictureHashes } from './picture-hash.ts';
import { planPicture } from './picture-plan.ts';
import { isPlayableAsItIs } from './preview-args.ts';
import { makePreview } from './preview.ts';
import { lookInto } from './random-access.ts';
import { IGNORE_EDITS } from './safety-args.ts';
import { readHead, sniff } from './sniff.ts';
import type { AudioTrack, Packet, VideoTrack } from './source-facts.ts';
import { planStoryboard, storyboardVtt } from './storyboard.ts';
import { planTiming, ticksPerSecond } from './timing-plan.ts';
import type { MediaTools } from './tools.ts';
import type { Refusal } from './validate.ts';
import { checkDecoded, checkEdits, checkSize, checkTiming, checkTracks } from './validate.ts';
import { readWaveform } from './waveform.ts';

export interface SourceLimits extends UploadLimits {
  /** Longest side of the analysis rendition in pixels; 1920 when not given. A smaller source keeps its size. */
  readonly longestSide?: number;
  /** Time for the encode; 30 minutes when not given. */
  readonly timeoutMs?: number;
  /** Processor time for the encode; twice the time when not given. */
  readonly cpuSeconds?: number;
}

export interface SourceJob {
  /** A local file with a name of ours. */
  readonly source: string;
  /** A private directory for the results; see `inWorkspace`. */
  readonly workspace: string;
  readonly limits: SourceLimits;
  readonly tools: MediaTools;
  /** Ends every process of ours; the call then rejects with `signal.reason`. */
  readonly signal: AbortSignal;
  /** Told before the encode begins, when the source can be watched as it is until then. The encode waits for it. */
  readonly onPreview?: (preview: Preview) => Promise<void>;
  /** 0 … 1, never falling. */
  readonly onProgress?: (share: number) => void;
}

export interface ProcessedSource {
  readonly analysis: { readonly file: string; readonly width: number; readonly height: number; readonly sizeBytes: number };
  readonly poster: { readonly file: string };
  /** Small pictures in one image, and the WebVTT file that says when each is shown. */
  readonly storyboard: { readonly image: string; readonly track: string };
  /** JSON; null when there is nothing to hear. */
  readonly waveform: { readonly file: string } | null;
  readonly frameIndex: FrameIndexData;
  /** Eight bytes a frame, in frame order. */
  readonly pictureHashes: Buffer;
  readonly facts: ProcessedFacts;
}

/** The source itself, bare of everything but picture and sound. Its frames are those the analysis rendition will have. */
export interface Preview {
  readonly video: string;
  readonly poster: string;
  readonly frameIndex: FrameIndexData;
  readonly facts: ProcessedFacts & { readonly width: number; readonly height: number };
}

export interface ProcessedFacts {
  readonly fps: FrameRate;
  /** What the camera filmed at; the playback rate when neither the file nor its times say. */
  readonly captureFps: number;
  /** The turn the source asked for, in degrees clockwise; already applied. */
  readonly rotation: number;
  /** Of the source, all tracks. */
  readonly bitrateKbps: number;
  readonly durationMs: number;
  readonly frameCount: number;
  readonly timing: Timing;
}

const PROBE_TIMEOUT_MS = 60_000;
const ENCODE_TIMEOUT_MS = 30 * 60_000;
const LONGEST_SIDE = 1920;

/** The track names the image by this, beside itself. */
const STORYBOARD_IMAGE = 'storyboard.jpg';

/**
 * Makes the analysis rendition, the poster, the storyboard, the waveform, the frame index and the picture hashes of one source.
 * @throws signal.reason when aborted; MediaError otherwise: `isRefusal` tells whether the file itself is the reason.
 */
export async function processSource(job: SourceJob): Promise<ProcessedSource> {
  const inspected = await inspect(job);
  if (job.onPreview) await offerPreview(job, inspected, job.onPreview);
  const { decodedFrames } = await encode(job, inspected);
  const { plan, track } = inspected;
  const decoded = decodedFrames.get(track.index) ?? 0;
  refuseWith(checkDecoded(decoded, plan.timing));

  const hashes = pictureHashes(await readFile(plan.outputs.pictures));
  const frames = await readRendition(job, inspected);
  const index = frameIndex(frames.frameIndex);
  proveEachOnce(decoded, hashes.length / HASH_BYTES, index.count);

  const { size: sizeBytes } = await stat(plan.outputs.analysis);
  return {
    analysis: { file: plan.outputs.analysis, width: plan.picture.width, height: plan.picture.height, sizeBytes },
    poster: { file: plan.outputs.poster },
    storyboard: await writeStoryboard(job, plan, index),
    waveform: await writeWaveform(job, plan),
    frameIndex: frames.frameIndex,
    pictureHashes: hashes,
    facts: factsOf(inspected, frames, index),
  };
}

async function offerPreview(job: SourceJob, inspected: Inspected, tell: (preview: Preview) => Promise<void>): Promise<void> {
  const { plan, container, track, audio, packets } = inspected;
  // a browser goes by the edits
  if (plan.inputOptions?.length || !isPlayableAsItIs({ container, track, audio, plan, packets })) return;
  const outputs = { video: join(job.workspace, 'preview.mp4'), poster: join(job.workspace, 'preview.jpg') };
  const sourceTimes = packets.filter(({ stream }) => stream === track.index).flatMap(({ pts }) => pts ?? []);
  const made = await makePreview({ ...job, plan, track, sourceTimes, outputs, probe: probeRun(job) });
  if (made === null) return;
  const { width, height } = plan.picture;
  const facts = { width, height, ...factsOf(inspected, made, frameIndex(made.frameIndex)) };
  await tell({ ...outputs, frameIndex: made.frameIndex, facts });
}

const factsOf = (
  { track, sizeBytes, taggedCaptureFps }: Inspected,
  { fps, captureFps, timing }: FrameFacts,
  index: FrameIndex,
): ProcessedFacts => ({
  fps,
  captureFps: taggedCaptureFps ?? captureFps,
  rotation: track.rotation,
  bitrateKbps: Math.round((sizeBytes * 8) / 1000 / index.durationSeconds),
  durationMs: Math.round(index.durationSeconds * 1000),
  frameCount: index.count,
  timing,
});

interface Inspected {
  readonly plan: AnalysisPlan;
  readonly track: VideoTrack;
  readonly sizeBytes: number;
  readonly taggedCaptureFps: number | null;
  readonly container: string;
  readonly audio: AudioTrack | null;
  readonly packets: readonly Packet[];
}

/** Looks before it decodes: each question is cheaper than the next. */
async function inspect(job: SourceJob): Promise<Inspected> {
  const { source, limits } = job;
  const { size: sizeBytes } = await stat(source);
  refuseWith(checkSize(sizeBytes, limits));
  const sniffed = sniff(await readHead(source));
  if ('rejected' in sniffed) throw new MediaError(sniffed.rejected, `the first bytes look like ${sniffed.looksLike}`);

  const inputOptions = sniffed.container === 'isobmff' ? await optionsByEdits(source, limits) : [];
  const run = { ...probeRun(job), inputOptions };
  const facts = await probeStreams(source, run);
  const packets = facts.video.length > 0 ? await probePackets(source, run) : [];
  const chosen = chooseStreams(facts, packets);
  refuseWith(checkTracks(facts, chosen));
  const track = chosen.video;
  if (!track) throw new MediaError('NO_VIDEO', 'no picture track was chosen');
  const timing = planTiming(track, packets, facts.container);
  refuseWith(checkTiming(timing, track.timeBase, limits));

  const first = await probeFirstPictures(source, track.index, run);
  if (first.decoded === 0) throw new MediaError('PROBE_INVALID', 'not one of the first pictures can be decoded');
  const picture = planPicture(track, first.interlaced * 2 > first.decoded, limits.longestSide ?? LONGEST_SIDE);
  const plan: AnalysisPlan = {
    source,
    inputOptions,
    video: { index: track.index, timeBase: track.timeBase },
    audio: chosen.audio,
    startTicks: timing.lead ? Math.round(timing.lead.startTicks) : (first.startTicks ?? 0),
    timing,
    picture,
    storyboard: planStoryboard(timing.pictures, picture),
    ticksPerSecond: ticksPerSecond(track.timeBase),
    maxOutputBytes: outputCap(sizeBytes),
    outputs: outputsIn(job.workspace),
  };
  return { plan, track, sizeBytes, taggedCaptureFps: facts.taggedCaptureFps, container: facts.container, audio: chosen.audio, packets };
}

/** ffmpeg knows no edit that changes the speed: it would show what comes after it twice. A slow motion is played as it was filmed. */
async function optionsByEdits(source: string, limits: UploadLimits): Promise<readonly string[]> {
  const lists = await lookInto(source, readEditLists);
  refuseWith(checkEdits(lists, limits));
  return lists.some(({ isPaced }) => isPaced) ? IGNORE_EDITS : [];
}

const outputsIn = (workspace: string): AnalysisPlan['outputs'] => ({
  analysis: join(workspace, 'analysis.mp4'),
  poster: join(workspace, 'poster.jpg'),
  storyboard: join(workspace, STORYBOARD_IMAGE),
  pictures: join(workspace, 'pictures.gray'),
  samples: join(workspace, 'sound.s16'),
});

async function writeStoryboard(job: SourceJob, plan: AnalysisPlan, index: FrameIndex): Promise<ProcessedSource['storyboard']> {
  const track = join(job.workspace, 'storyboard.vtt');
  await writeFile(track, storyboardVtt(plan.storyboard, index, STORYBOARD_IMAGE));
  return { image: plan.outputs.storyboard, track };
}

async function writeWaveform(job: SourceJob, plan: AnalysisPlan): Promise<ProcessedSource['waveform']> {
  const waveform = plan.audio && (await readWaveform(plan.outputs.samples));
  if (!waveform) return null;
  const file = join(job.workspace, 'waveform.json');
  await writeFile(file, JSON.stringify(waveform));
  return { file };
}

/** A codec twice as good as ours, and room for small sources: what grows beyond is an attack on the disk. */
const outputCap = (sourceBytes: number): number => 4 * sourceBytes + 256 * 1024 * 1024;

const probeRun = ({ tools, signal }: SourceJob): ProbeRun => ({ ...tools, signal, timeoutMs: PROBE_TIMEOUT_MS });

const encode = (job: SourceJob, { plan }: Inspected): Promise<FfmpegResult> =>
  runFfmpeg(analysisArgs(plan), {
    ...job.tools,
    reads: [job.source],
    writes: job.workspace,
    cpuSeconds: job.limits.cpuSeconds,
    signal: job.signal,
    timeoutMs: job.limits.timeoutMs ?? ENCODE_TIMEOUT_MS,
    expectedFrames: plan.timing.pictures,
    onProgress: job.onProgress,
  });

async function readRendition(job: SourceJob, { plan, track }: Inspected): Promise<FrameFacts> {
  const packets = await probePackets(plan.outputs.analysis, probeRun(job));
  return indexFrames(packets, { num: plan.ticksPerSecond, den: 1 }, { track, timing: plan.timing, startTicks: plan.startTicks });
}

/** The promise everything else stands on: frame n of the rendition is picture n of the source. */
function proveEachOnce(decoded: number, hashed: number, stored: number): void {
  if (decoded !== hashed || decoded !== stored)
    throw new MediaError('FFMPEG_FAIL', `${String(decoded)} pictures were decoded, ${String(hashed)} seen and ${String(stored)} stored`);
}

function refuseWith(refusal: Refusal | null): void {
  if (refusal) throw new MediaError(refusal.code, refusal.detail);
}
