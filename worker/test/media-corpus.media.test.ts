import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { frameIndex } from '../../domain/frames/frame-index.ts';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import { MediaError } from '../media/media-error.ts';
import type { ProcessedSource } from '../media/process-source.ts';
import { processSource } from '../media/process-source.ts';
import { inWorkspace } from '../media/workspace.ts';
import { codesFor, countersOf, isDurationOf, isRateOf, timingOf, uprightSize, type CorpusEntry } from './corpus-facts.ts';
import { mediaTools as tools } from './media-tools.ts';
import { describeRendition, haveCounter, inShort, PLAIN, readPictures } from './rendition.ts';

const mediaDir = resolve(process.env['MEDIA_DIR'] ?? join(import.meta.dirname, '../../../shared/media'));
const factsFile = join(mediaDir, 'facts.json');
const root = join(tmpdir(), `media-corpus-${String(process.pid)}`);

/** Small, because a hundred files are encoded; sizes are proportional. */
const LONGEST_SIDE = 320;

/** One line of the table: what came, and what the facts say. */
type Row = string[];
const HEADINGS: Row = ['file', 'ended', 'size', 'turn', 'fps (file says)', 'frames in = out', 'seconds (file says)', 'picture', 'counter'];

function processed<T>(file: string, look: (result: ProcessedSource) => Promise<T>): Promise<T> {
  return inWorkspace(root, async (workspace) => {
    const limits = { ...DEFAULT_UPLOAD_LIMITS, longestSide: LONGEST_SIDE, timeoutMs: 120_000 };
    const result = await processSource({ source: join(mediaDir, file), workspace, limits, tools, signal: AbortSignal.timeout(150_000) });
    assert.equal((await stat(result.analysis.file)).size, result.analysis.sizeBytes);
    assert.ok((await stat(result.poster.file)).size > 0, 'there is a poster');
    return look(result);
  });
}

const accepts = (file: string, entry: CorpusEntry): Promise<Row> =>
  processed(file, async ({ facts, frameIndex: data, analysis, pictureHashes }) => {
    const seen = await readPictures(join(mediaDir, file));
    const made = await readPictures(analysis.file);
    const index = frameIndex(data);
    for (const count of [seen.length, made.length, facts.frameCount, index.count, pictureHashes.length / 8])
      assert.equal(count, entry.framesDecoded, 'every picture that decodes is there once');
    const counters = haveCounter(seen) ? countersOf(file, seen) : null;
    if (counters) assert.deepEqual([made, seen], [counters, counters]);
    assert.equal(data.startTicks, 0);

    assert.deepEqual({ width: analysis.width, height: analysis.height }, uprightSize(entry, LONGEST_SIDE));
    assert.equal(facts.rotation, (360 - (entry.rotation ?? 0)) % 360);
    assert.equal(await describeRendition(analysis.file), PLAIN);
    const timing = timingOf(file, entry);
    if (timing) assert.equal(facts.timing, timing);
    const { num, den } = facts.fps;
    assert.ok(isRateOf(file, entry, facts.fps, facts.timing), `${String(num)}/${String(den)} is no rate of this file`);
    const seconds = index.durationSeconds;
    assert.ok(isDurationOf(file, entry, seconds, facts.fps), `${String(seconds)} s is not how long this file lasts`);
    return [
      ...['ready', `${String(entry.width)}×${String(entry.height)} → ${String(analysis.width)}×${String(analysis.height)}`],
      ...[`${String(facts.rotation)}°`, `${(num / den).toFixed(3)} ${facts.timing} (${spoken(entry.avgFrameRate)})`],
      ...[`${String(seen.length)} = ${String(made.length)}`, `${seconds.toFixed(3)} (${String(entry.durationSeconds)})`],
      ...[`${entry.video} → SDR BT.709`, counters ? inShort(made) : '–'],
    ];
  });

const spoken = (rate: readonly [number, number] | null): string => (rate ? (rate[0] / rate[1]).toFixed(3) : 'nothing');

/** How the file was turned away. */
async function refusal(file: string): Promise<MediaError> {
  try {
    await processed(file, () => Promise.resolve());
  } catch (error) {
    assert.ok(error instanceof MediaError && error.isRefusal, String(error));
    return error;
  }
  return assert.fail('it was taken');
}

async function refuses(file: string, entry: CorpusEntry): Promise<Row> {
  const { code } = await refusal(file);
  assert.ok(codesFor(entry).includes(code), `${code}, expected one of ${codesFor(entry).join(', ')}`);
  return [`${code} (${String(entry.why)})`];
}

const refusesAsPicture = async (file: string): Promise<Row> => [`${(await refusal(file)).code} (sound)`];

/** Either is fine; what is not fine is a crash, a hang or a fault that we would retry. */
const endsCleanly = (file: string): Promise<Row> =>
  processed(file, ({ facts }) => Promise.resolve(['ready (either)', '', '', '', String(facts.frameCount)])).catch((error: unknown) => {
    assert.ok(error instanceof MediaError && error.isRefusal, String(error));
    return [`${error.code} (either)`];
  });

const checks = { accept: accepts, refuse: refuses, any: endsCleanly, audio: refusesAsPicture };

function printTable(rows: readonly Row[]): void {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

if (existsSync(factsFile)) {
  const corpus = JSON.parse(await readFile(factsFile, 'utf8')) as Record<string, CorpusEntry>;
  const files = Object.entries(corpus);
  const rows = new Map<string, Row>();
  describe('every file of the media corpus ends as it should', { concurrency: 2 }, () => {
    for (const [file, entry] of files)
      it(`${entry.expect}: ${file} (${entry.note})`, async () => {
        rows.set(file, [file, ...(await checks[entry.expect](file, entry))]);
      });
    after(async () => {
      assert.deepEqual(await readdir(root), [], 'no workspace is left behind');
      await rm(root, { recursive: true });
      printTable([HEADINGS, ...files.map(([file]) => rows.get(file) ?? [file, 'NOT AS EXPECTED'])]);
      console.log(`${String(files.length)} files: ${String(rows.size)} as expected, ${String(files.length - rows.size)} not`);
    });
  });
} else {
  console.log(`The media corpus is not there (${factsFile}): its tests do not run. Set MEDIA_DIR to run them.`);
}
