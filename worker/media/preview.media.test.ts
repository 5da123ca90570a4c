import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { distance } from '../../domain/annotation/anchor.ts';
import type { FrameIndexData } from '../../domain/frames/frame-index.ts';
import { frameIndex } from '../../domain/frames/frame-index.ts';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import { describeFile, ffmpeg, makeClip, readCounters, type ClipOptions } from '../test/counter-clips.ts';
import { HASH_GRID } from './analysis-args.ts';
import { HASH_BYTES, pictureHashes } from './picture-hash.ts';
import type { Preview, ProcessedSource } from './process-source.ts';
import { processSource } from './process-source.ts';
import { inWorkspace } from './workspace.ts';

const tools = {
  ffmpegPath: process.env['FFMPEG_PATH'] ?? 'ffmpeg',
  ffprobePath: process.env['FFPROBE_PATH'] ?? 'ffprobe',
  sandbox: 'off' as const,
};
const footage = process.env['MEDIA_DIR'] ?? new URL('../../../shared/media', import.meta.url).pathname;

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'preview-'));
});
after(() => rm(directory, { recursive: true, force: true }));

/** Processes a clip and looks at both renditions while they are there. */
const compared = (source: string, look: (preview: Preview | null, analysis: ProcessedSource) => Promise<void>): Promise<void> =>
  inWorkspace(directory, async (workspace) => {
    const offered: Preview[] = [];
    const analysis = await processSource({
      ...{ source, workspace, tools, limits: DEFAULT_UPLOAD_LIMITS, signal: new AbortController().signal },
      onPreview: (preview) => Promise.resolve(void offered.push(preview)),
    });
    await look(offered[0] ?? null, analysis);
  });

const SOUND = ['-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=2'];
const WITH_SOUND = ['-map', '0:v', '-map', '1:a', '-c:a', 'aac', '-shortest'];

const made = (name: string, options: Partial<ClipOptions>): Promise<string> =>
  makeClip(join(directory, name), { rate: '30', frames: 45, ...options });

const timesOf = (data: FrameIndexData): number[] => {
  const index = frameIndex(data);
  return Array.from({ length: index.count }, (_, frame) => index.ptsOf(frame));
};

/** Hashes of a file's pictures as a player shows them. */
async function hashesOf(file: string): Promise<Buffer> {
  const grey = `${file}.grey`;
  const grid = `scale=${String(HASH_GRID.width)}:${String(HASH_GRID.height)}:flags=area,format=gray`;
  await ffmpeg('-i', file, '-map', '0:v', '-vf', grid, '-fps_mode', 'passthrough', '-f', 'rawvideo', grey);
  return pictureHashes(await readFile(grey));
}

/**
 * Bits of 64 in which hashes of one picture may differ: the preview's brightness is by its own matrix, the rendition's by that of
 * BT.709, and in flat areas a level decides which neighbour is the brighter. Of unlike pictures half the bits differ.
 */
const SAME_PICTURE = 12;

/** Same pictures, same times, one to one. */
async function assertSameFrames(preview: Preview | null, analysis: ProcessedSource): Promise<void> {
  assert.ok(preview, 'there is a preview');
  const { bitrateKbps: _, durationMs: __, ...shown } = analysis.facts;
  assert.deepEqual({ ...preview.facts }, { ...preview.facts, ...shown, width: analysis.analysis.width, height: analysis.analysis.height });
  assert.deepEqual(timesOf(preview.frameIndex), timesOf(analysis.frameIndex));
  const [ours, theirs] = [await hashesOf(preview.video), analysis.pictureHashes];
  assert.equal(ours.length, theirs.length);
  for (let frame = 0; frame * HASH_BYTES < ours.length; frame += 1) {
    const [from, to] = [frame * HASH_BYTES, (frame + 1) * HASH_BYTES];
    assert.ok(distance(ours.subarray(from, to), theirs.subarray(from, to)) <= SAME_PICTURE, `frame ${String(frame)}`);
  }
}

describe('a source that browsers play is shown at once, frame by frame as the analysis rendition will be', { concurrency: 2 }, () => {
  const clips: readonly [name: string, options: Partial<ClipOptions>][] = [
    ['at 29.97 with reordered pictures and sound', { rate: '30000/1001', output: ['-bf', '3', ...WITH_SOUND], secondInput: SOUND }],
    ['at 240', { rate: '240', frames: 240 }],
    ['of a rate that varies', { rate: '60', filter: "select='not(eq(mod(n,5),2))'" }],
    ['with one key picture', { output: ['-g', '9999', '-bf', '2', '-preset', 'fast'] }],
    ['in full range', { output: ['-vf', 'scale=out_range=full', '-pix_fmt', 'yuvj420p', '-color_range', 'pc'] }],
  ];
  for (const [name, options] of clips)
    it(name, async () => {
      await compared(await made(`${name.replaceAll(/[ .]/g, '-')}.mp4`, options), async (preview, analysis) => {
        await assertSameFrames(preview, analysis);
        if (!preview || options.filter !== undefined) return;
        const { width, height, frameCount } = preview.facts;
        assert.deepEqual(
          await readCounters(preview.video, width, height),
          Array.from({ length: frameCount }, (_, n) => n),
        );
      });
    });

  it('turned by its matrix, with the size it is shown in', async () => {
    const lying = await made('lying.mp4', { filter: 'transpose=cclock' });
    const turned = join(directory, 'turned.mp4');
    await ffmpeg('-i', lying, '-c', 'copy', '-metadata:s:v', 'rotate=270', turned);
    await compared(turned, async (preview, analysis) => {
      await assertSameFrames(preview, analysis);
      assert.deepEqual([preview?.facts.width, preview?.facts.height, preview?.facts.rotation], [320, 180, 90]);
    });
  });

  it('that starts late, from its first picture', async () => {
    const late = join(directory, 'late.mp4');
    await ffmpeg('-i', await made('early.mp4', {}), '-c', 'copy', '-output_ts_offset', '1.5', late);
    await compared(late, async (preview, analysis) => {
      await assertSameFrames(preview, analysis);
      assert.equal(preview?.frameIndex.startTicks, 0);
    });
  });

  it('with an upright poster', async () => {
    await compared(await made('poster.mp4', {}), async (preview) => {
      assert.ok(preview);
      assert.match(await describeFile(preview.poster), /width=320\nheight=180/);
    });
  });

  it('without place, name, device or chapter', async () => {
    const tags = ['-metadata', 'location=+59.9139+010.7522/', '-metadata', 'title=Ola Nordmann', '-metadata:s:v', 'handler_name=Ola'];
    await compared(await made('gps.mov', { output: ['-movflags', 'use_metadata_tags', ...tags] }), async (preview) => {
      assert.ok(preview);
      for (const file of [preview.video, preview.poster])
        assert.doesNotMatch((await readFile(file)).toString('latin1'), /59\.91|Nordmann|Ola/);
    });
  });
});

describe('real clips of phones and cameras', { concurrency: 2 }, () => {
  for (const name of [
    'phone/iphone6-h264-rot90-gps.mov',
    'sport/geese-720p-phone.mp4',
    'sport/drone-60fps.mp4',
    'generated/fc-vfr-60tick.mp4',
  ]) {
    const source = join(footage, name);
    if (existsSync(source)) it(name, () => compared(source, assertSameFrames));
  }
});

describe('a source waits for its analysis rendition', { concurrency: 2 }, () => {
  const clips: readonly [why: string, file: string, options: Partial<ClipOptions>][] = [
    ['in a container browsers do not know', 'a.mkv', {}],
    ['in another codec', 'b.mp4', { output: ['-c:v', 'mpeg4'] }],
    ['with more colour than browsers decode', 'c.mp4', { output: ['-pix_fmt', 'yuv444p'] }],
    ['with sound that is not AAC', 'd.mp4', { secondInput: SOUND, output: ['-map', '0:v', '-map', '1:a', '-c:a', 'mp3', '-shortest'] }],
    ['with pixels that are not square', 'e.mp4', { filter: 'setsar=4/3' }],
    ['with open groups', 'f.mp4', { frames: 60, output: ['-preset', 'fast', '-bf', '4', '-g', '15', '-x264-params', 'open-gop=1'] }],
    ['interlaced', 'g.mp4', { filter: 'setfield=tff', output: ['-flags', '+ildct+ilme', '-top', '1'] }],
  ];
  for (const [why, file, options] of clips)
    it(why, async () => {
      await compared(await made(file, options), (preview) => Promise.resolve(assert.equal(preview, null)));
    });

  it('trimmed by an edit list', async () => {
    const whole = await made('whole.mp4', { output: ['-g', '30'] });
    const trimmed = join(directory, 'trimmed.mp4');
    await ffmpeg('-ss', '0.4', '-i', whole, '-c', 'copy', trimmed);
    await compared(trimmed, (preview) => Promise.resolve(assert.equal(preview, null)));
  });

  it('whose sound began long before the picture', async () => {
    const early = await made('silent.mp4', {});
    const late = join(directory, 'late-picture.mp4');
    await ffmpeg(...SOUND, '-itsoffset', '0.5', '-i', early, '-map', '1:v', '-map', '0:a', '-c:v', 'copy', '-c:a', 'aac', late);
    await compared(late, (preview) => Promise.resolve(assert.equal(preview, null)));
  });
});
