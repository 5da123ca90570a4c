import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { frameIndex } from '../../domain/frames/frame-index.ts';
import type { ProcessingErrorCode } from '../../domain/video/limits.ts';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import type { Timing } from '../media/frame-index.ts';
import { MediaError } from '../media/media-error.ts';
import type { ProcessedSource } from '../media/process-source.ts';
import { processSource } from '../media/process-source.ts';
import { inWorkspace } from '../media/workspace.ts';
import { mediaTools as tools } from './media-tools.ts';

/** What `facts.json` says about a file: `accept` and `refuse` must come true, `any` and `audio` must end cleanly. */
interface CorpusEntry {
  readonly expect: 'accept' | 'refuse' | 'any' | 'audio';
  readonly why: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly sar: string;
  readonly rotation: number | null;
  readonly timing: string;
  readonly framesDecoded: number | null;
  readonly note: string;
}

const mediaDir = resolve(process.env['MEDIA_DIR'] ?? join(import.meta.dirname, '../../../shared/media'));
const factsFile = join(mediaDir, 'facts.json');

/** Words of the corpus → codes a person may get for them. A film cut off before its index is damaged rather than no film. */
const CODES_FOR: Readonly<Record<string, readonly ProcessingErrorCode[]>> = {
  NOT_A_VIDEO: ['NOT_A_VIDEO', 'PROBE_INVALID'],
  UNREADABLE: ['PROBE_INVALID'],
  UNDECODABLE: ['PROBE_INVALID'],
  NO_VIDEO: ['NO_VIDEO'],
  CODEC_UNSUPPORTED: ['CODEC_UNSUPPORTED'],
  DURATION_EXCEEDED: ['DURATION_EXCEEDED'],
  TOO_LARGE: ['TOO_LARGE'],
  TOO_SMALL: ['TOO_SMALL'],
};

/** The corpus judges timing by all packets of a file; here the pictures that are shown differ from them. */
const SHOWN_TIMING: Readonly<Record<string, Timing>> = {
  'codec/vp9-10bit.webm': 'constant', // its odd packets are reference pictures that nobody sees
  'phone/iphone-hlg-hevc10-rot90-editlist.mov': 'constant', // its long gaps lie in the trimmed part, but for one
  'nasty/corrupted-50of50hdr.mp4': 'variable', // one picture of 50 does not decode: a double gap
  'nasty/invalid-nalu.mp4': 'variable', // the same, one of 30
};

const timingOf = (file: string, { timing }: CorpusEntry): Timing | null =>
  SHOWN_TIMING[file] ?? (timing === 'cfr' ? 'constant' : timing === 'VFR' ? 'variable' : null);

const LONGEST_SIDE = 640;

const processed = (file: string): Promise<ProcessedSource> =>
  inWorkspace(join(tmpdir(), `media-corpus-${String(process.pid)}`), async (workspace) => {
    const limits = { ...DEFAULT_UPLOAD_LIMITS, longestSide: LONGEST_SIDE, timeoutMs: 120_000 };
    const result = await processSource({ source: join(mediaDir, file), workspace, limits, tools, signal: AbortSignal.timeout(150_000) });
    assert.equal((await stat(result.analysis.file)).size, result.analysis.sizeBytes);
    assert.ok((await stat(result.poster.file)).size > 0, 'there is a poster');
    assert.deepEqual((await readdir(workspace)).sort(), ['analysis.mp4', 'pictures.gray', 'poster.jpg']);
    return result;
  });

/** The shown size by arithmetic: square the pixels by growing, turn, shrink to the longest side, make even. */
function uprightSize({ width, height, sar, rotation }: CorpusEntry): { width: number; height: number } {
  assert.ok(width !== null && height !== null);
  const [num = 1, den = 1] = sar.includes(':') ? sar.split(':').map(Number) : [];
  const square = num >= den ? [(width * num) / den, height] : [width, (height * den) / num];
  const [w = 0, h = 0] = Math.abs(rotation ?? 0) === 90 ? square.reverse() : square;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(w, h));
  const [evenWidth = 0, evenHeight = 0] = [w, h].map((side) => Math.floor(Math.round(side * scale) / 2) * 2);
  return { width: evenWidth, height: evenHeight };
}

async function accepts(file: string, entry: CorpusEntry): Promise<void> {
  const { facts, frameIndex: data, analysis, pictureHashes } = await processed(file);
  assert.equal(facts.frameCount, entry.framesDecoded);
  assert.equal(frameIndex(data).count, entry.framesDecoded);
  assert.equal(pictureHashes.length, facts.frameCount * 8);
  assert.equal(data.startTicks, 0);
  assert.deepEqual({ width: analysis.width, height: analysis.height }, uprightSize(entry));
  assert.equal(facts.rotation, (360 - (entry.rotation ?? 0)) % 360);
  const timing = timingOf(file, entry);
  if (timing) assert.equal(facts.timing, timing);
}

async function refuses(file: string, { why }: CorpusEntry): Promise<void> {
  const codes = CODES_FOR[why ?? ''] ?? assert.fail(`the test does not know the word ${String(why)}`);
  await assert.rejects(processed(file), (error) => {
    assert.ok(error instanceof MediaError, String(error));
    assert.ok(codes.includes(error.code), `${error.message}, expected one of ${codes.join(', ')}`);
    assert.ok(error.isRefusal);
    return true;
  });
}

async function refusesAsPicture(file: string): Promise<void> {
  await assert.rejects(processed(file), (error) => error instanceof MediaError && error.isRefusal);
}

/** Either is fine; what is not fine is a crash, a hang or a fault that we would retry. */
async function endsCleanly(file: string): Promise<void> {
  await processed(file).catch((error: unknown) => {
    assert.ok(error instanceof MediaError, String(error));
    assert.ok(error.isRefusal, error.message);
  });
}

const checks = { accept: accepts, refuse: refuses, any: endsCleanly, audio: refusesAsPicture };

if (existsSync(factsFile)) {
  const corpus = JSON.parse(await readFile(factsFile, 'utf8')) as Record<string, CorpusEntry>;
  describe('every file of the media corpus ends as it should', { concurrency: 2 }, () => {
    for (const [file, entry] of Object.entries(corpus))
      it(`${entry.expect}: ${file} (${entry.note})`, () => checks[entry.expect](file, entry));
  });
} else {
  console.log(`The media corpus is not there (${factsFile}): its tests do not run. Set MEDIA_DIR to run them.`);
}
