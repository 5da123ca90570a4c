import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { frameIndex } from '../../domain/frames/frame-index.ts';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import { CLIP, describeFile, ffmpeg, loudestMoment, makeClip, readCounters } from '../test/counter-clips.ts';
import { MediaError } from './media-error.ts';
import type { ProcessedSource, SourceJob } from './process-source.ts';
import { mediaTools as tools } from '../test/media-tools.ts';
import { processSource } from './process-source.ts';
import { inWorkspace } from './workspace.ts';

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'process-source-'));
});
after(() => rm(directory, { recursive: true, force: true }));

const file = (name: string): string => join(directory, name);

/** Processes a file and looks at the results while they are there. */
const processed = <T>(source: string, look: (result: ProcessedSource) => Promise<T>, job: Partial<SourceJob> = {}): Promise<T> =>
  inWorkspace(directory, async (workspace) =>
    look(await processSource({ source, workspace, limits: DEFAULT_UPLOAD_LIMITS, tools, signal: new AbortController().signal, ...job })),
  );

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const countersOf = ({ analysis }: ProcessedSource): Promise<(number | null)[]> =>
  readCounters(analysis.file, analysis.width, analysis.height);

const refused = (source: string, code: string): Promise<void> =>
  assert.rejects(
    processed(source, () => Promise.resolve()),
    (error) => error instanceof MediaError && error.isRefusal && error.code === code,
  );

describe('every picture of the source is in the rendition once, in order and at its time', { concurrency: 2 }, () => {
  const rates: readonly [rate: string, num: number, den: number][] = [
    ['24000/1001', 24_000, 1001],
    ['25', 25, 1],
    ['30000/1001', 30_000, 1001],
    ['60000/1001', 60_000, 1001],
    ['120', 120, 1],
    ['240', 240, 1],
  ];
  for (const [rate, num, den] of rates)
    it(`at ${rate} pictures a second`, async () => {
      const frames = Math.round((1.5 * num) / den);
      const source = await makeClip(file(`rate-${String(num)}.mp4`), { rate, frames, output: ['-bf', '2'] });
      await processed(source, async (result) => {
        assert.deepEqual(await countersOf(result), upTo(frames));
        assert.deepEqual(result.facts.fps, { num, den });
        assert.equal(result.facts.timing, 'constant');
        assert.equal(result.facts.captureFps, num / den);
        const index = frameIndex(result.frameIndex);
        const tick = result.frameIndex.timebase.den / result.frameIndex.timebase.num;
        for (const n of upTo(frames)) assert.ok(Math.abs(index.ptsOf(n) - (n * den) / num) <= tick, `frame ${String(n)}`);
        assert.ok(index.isConstant);
        assert.equal(result.facts.durationMs, Math.round((frames * den * 1000) / num));
      });
    });

  it('at a rate that varies: each number is the sixtieth of a second it was filmed in', async () => {
    const kept = upTo(120).filter((n) => n % 7 !== 3 && n % 5 !== 1 && !(n > 40 && n < 70));
    const filter = `select='${kept.map((n) => `eq(n,${String(n)})`).join('+')}'`;
    const source = await makeClip(file('vfr.mp4'), { rate: '60', frames: 120, filter });
    await processed(source, async (result) => {
      assert.deepEqual(await countersOf(result), kept);
      assert.equal(result.facts.timing, 'variable');
      const index = frameIndex(result.frameIndex);
      kept.forEach((number, n) => assert.ok(Math.abs(index.ptsOf(n) - number / 60) < 1e-4, `frame ${String(n)}`));
    });
  });

  for (const [name, output] of [
    ['a Matroska file that counts in milliseconds', ['-f', 'matroska']],
    ['a transport stream that starts late', ['-f', 'mpegts', '-muxdelay', '3']],
    ['an AVI file without presentation times', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-f', 'avi']],
    ['a fragmented MP4', ['-movflags', 'frag_keyframe+empty_moov', '-g', '10', '-f', 'mp4']],
    ['an open group with reordered pictures', ['-preset', 'fast', '-bf', '4', '-x264-params', 'open-gop=1:b-pyramid=normal', '-f', 'mp4']],
  ] as const)
    it(`from ${name}`, async () => {
      const source = await makeClip(file(`container-${name.replaceAll(' ', '-')}`), { rate: '30', frames: 45, output });
      await processed(source, async (result) => {
        assert.deepEqual(await countersOf(result), upTo(45));
        assert.equal(result.frameIndex.startTicks, 0);
        assert.equal(result.facts.timing, 'constant');
        assert.deepEqual(result.facts.fps, { num: 30, den: 1 });
      });
    });

  it('when pictures share a time: they are moved apart and the timing is called repaired', async () => {
    const singles = await makeClip(file('singles.mkv'), { rate: '30', frames: 30, output: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'] });
    const source = file('pairs.mkv');
    // 0 and 1 get one time, 2 and 3 the next, in milliseconds
    await ffmpeg('-i', singles, '-c', 'copy', '-bsf:v', "setts=ts='floor(N/2)*2*1000/30'", source);
    await processed(source, async (result) => {
      assert.deepEqual(await countersOf(result), upTo(30));
      assert.equal(result.facts.timing, 'repaired');
    });
  });

  it('when two recordings are glued together and time starts over', async () => {
    const one = await makeClip(file('one.ts'), { rate: '30', frames: 30 });
    await writeFile(file('glued.ts'), Buffer.concat([await readFile(one), await readFile(one)]));
    await processed(file('glued.ts'), async (result) => {
      assert.deepEqual(await countersOf(result), [...upTo(30), ...upTo(30)]);
      assert.equal(result.facts.timing, 'repaired');
      assert.equal(result.facts.durationMs, 2000);
    });
  });
});

describe('the picture is shown as it was meant', { concurrency: 2 }, () => {
  it('is upright, with no rotation left to apply', async () => {
    // lying on its left side, marked to be turned 90° clockwise (ffmpeg's tag counts the other way)
    const lying = await makeClip(file('lying.mp4'), { rate: '30', frames: 6, filter: 'transpose=cclock' });
    await ffmpeg('-i', lying, '-c', 'copy', '-metadata:s:v', 'rotate=270', file('turned.mp4'));
    await processed(file('turned.mp4'), async (result) => {
      assert.deepEqual([result.analysis.width, result.analysis.height], [CLIP.width, CLIP.height]);
      assert.equal(result.facts.rotation, 90);
      assert.deepEqual(await countersOf(result), upTo(6));
      assert.doesNotMatch(await describeFile(result.analysis.file), /rotat|displaymatrix/i);
    });
  });

  it('has square pixels and even sides, and never grows beyond what was filmed', async () => {
    const anamorphic = await makeClip(file('sar.mp4'), { rate: '30', frames: 3, filter: 'setsar=4/3' });
    // 320 × 4/3 = 426.67
    await processed(anamorphic, ({ analysis }) => Promise.resolve(assert.deepEqual([analysis.width, analysis.height], [426, 180])));
    const odd = await makeClip(file('odd.mp4'), { rate: '30', frames: 3, filter: 'scale=241:161', output: ['-pix_fmt', 'yuv444p'] });
    await processed(odd, ({ analysis }) => Promise.resolve(assert.deepEqual([analysis.width, analysis.height], [240, 160])));
  });

  it('shrinks to the longest side allowed', async () => {
    const source = await makeClip(file('wide.mp4'), { rate: '30', frames: 3 });
    const limits = { ...DEFAULT_UPLOAD_LIMITS, longestSide: 160 };
    await processed(source, ({ analysis }) => Promise.resolve(assert.deepEqual([analysis.width, analysis.height], [160, 90])), { limits });
  });

  it('is tagged as limited BT.709 whatever the source was', async () => {
    const output = ['-vf', 'scale=out_range=full', '-color_range', 'pc', '-colorspace', 'smpte170m'];
    const source = await makeClip(file('full-range.mp4'), { rate: '30', frames: 3, output });
    await processed(source, async ({ analysis }) => {
      const facts = await describeFile(analysis.file);
      for (const tag of ['color_range=tv', 'color_space=bt709', 'color_transfer=bt709', 'color_primaries=bt709'])
        assert.ok(facts.includes(tag), tag);
    });
  });
});

describe('what travels with the picture', { concurrency: 2 }, () => {
  const click = ['-f', 'lavfi', '-i', "aevalsrc='if(between(t,1,1.01),0.9*sin(2000*t),0)':s=48000:d=3"];

  it('takes no place, name, device or chapter along', async () => {
    const metadata = {
      location: '+59.9139+010.7522/',
      title: 'Ola Nordmann',
      'com.apple.quicktime.location.ISO6709': '+59.91+010.75/',
      make: 'Apple',
    };
    const tags = Object.entries(metadata).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
    const output = ['-movflags', 'use_metadata_tags', ...tags, '-metadata:s:v', 'handler_name=Ola'];
    const source = await makeClip(file('gps.mov'), { rate: '30', frames: 6, output });
    assert.match(await describeFile(source), /59\.91/);
    await processed(source, async ({ analysis, poster }) => {
      assert.doesNotMatch(await describeFile(analysis.file), /59\.9|Ola|Apple|CHAPTER/);
      for (const result of [analysis.file, poster.file])
        assert.doesNotMatch((await readFile(result)).toString('latin1'), /59\.91|Nordmann/);
    });
  });

  it('keeps what the phone says about its camera rate', async () => {
    const output = ['-movflags', 'use_metadata_tags', '-metadata', 'com.android.capture.fps=240.000000'];
    const source = await makeClip(file('slow.mp4'), { rate: '30', frames: 6, output });
    await processed(source, ({ facts }) => Promise.resolve(assert.deepEqual([facts.fps, facts.captureFps], [{ num: 30, den: 1 }, 240])));
  });

  it('stays silent when there is no sound', async () => {
    const source = await makeClip(file('silent.mp4'), { rate: '30', frames: 6 });
    await processed(source, async ({ analysis }) => assert.doesNotMatch(await describeFile(analysis.file), /codec_type=audio/));
  });

  it('keeps the sound beside its picture, cut to the length of the pictures', async () => {
    const output = ['-map', '0:v', '-map', '1:a', '-c:a', 'aac'];
    const source = await makeClip(file('click.mp4'), { rate: '30', frames: 60, secondInput: click, output });
    await processed(source, async ({ analysis, facts }) => {
      assert.ok(Math.abs((await loudestMoment(analysis.file)) - 1.005) < 0.01, 'the click is at one second');
      assert.equal(facts.durationMs, 2000);
      assert.ok(Number(/\[FORMAT\][^]*duration=([\d.]+)/.exec(await describeFile(analysis.file))?.[1]) < 2.03);
    });
  });

  it('survives sound that does not decode', async () => {
    const output = ['-map', '0:v', '-map', '1:a', '-c:a', 'aac', '-bsf:a', 'noise=amount=2'];
    const source = await makeClip(file('broken-sound.mp4'), { rate: '30', frames: 30, secondInput: click, output });
    await processed(source, async (result) => assert.deepEqual(await countersOf(result), upTo(30)));
  });

  it('starts with the first picture when the sound came first, and both stay together', async () => {
    const early = await makeClip(file('early.mp4'), { rate: '30', frames: 60 });
    const output = ['-map', '1:v', '-map', '0:a', '-c:v', 'copy', '-c:a', 'aac', file('late-video.mp4')];
    await ffmpeg(...click, '-itsoffset', '0.5', '-i', early, ...output);
    await processed(file('late-video.mp4'), async (result) => {
      assert.deepEqual(await countersOf(result), upTo(60));
      assert.equal(result.frameIndex.startTicks, 0);
      // heard one second into the recording, which is half a second after the first picture
      assert.ok(Math.abs((await loudestMoment(result.analysis.file)) - 0.505) < 0.01);
    });
  });
});

describe('what a timeline shows', { concurrency: 2 }, () => {
  /** 0 … 255 of a file's picture at a point. */
  const greyOf = async (path: string): Promise<{ width: number; at: (x: number, y: number) => number }> => {
    const width = Number(/width=(\d+)/.exec(await describeFile(path))?.[1]);
    const raw = `${path}.gray`;
    await ffmpeg('-i', path, '-f', 'rawvideo', '-pix_fmt', 'gray', raw);
    const bytes = await readFile(raw);
    return { width, at: (x, y) => bytes[y * width + x] ?? 0 };
  };

  it('has a tile for every second picture of 200, each from the picture its time says', async () => {
    // the whole picture brightens from black to white, one step a picture
    const filter = "geq=lum='N'";
    const source = await makeClip(file('brightens.mp4'), { rate: '25', frames: 200, filter });
    await processed(source, async ({ storyboard }) => {
      const cues = [...(await readFile(storyboard.track, 'utf8')).matchAll(/(\S+) --> .*\nstoryboard\.jpg#xywh=(\d+),(\d+),160,90\n/g)];
      assert.equal(cues.length, 100);
      const { width, at } = await greyOf(storyboard.image);
      assert.equal(width, 1600);
      cues.forEach(([, start, x, y], n) => {
        assert.equal(start, `00:00:0${(n * 0.08).toFixed(3)}`);
        // neighbouring tiles are two steps apart; JPEG and the two conversions of range may cost four
        assert.ok(Math.abs(at(Number(x) + 80, Number(y) + 45) - 2 * n) <= 4, `tile ${String(n)}`);
      });
    });
  });

  it('has the peaks of the sound where they are heard', async () => {
    const beep = ['-f', 'lavfi', '-i', "aevalsrc='if(between(t,1,1.01),0.5*sin(2000*t),0)':s=48000:d=2"];
    const output = ['-map', '0:v', '-map', '1:a', '-c:a', 'pcm_s16le', '-f', 'matroska'];
    const source = await makeClip(file('beep.mkv'), { rate: '30', frames: 60, secondInput: beep, output });
    await processed(source, async ({ waveform }) => {
      assert.ok(waveform);
      const { version, pointsPerSecond, peaks } = JSON.parse(await readFile(waveform.file, 'utf8')) as Record<string, unknown>;
      assert.ok(Array.isArray(peaks));
      assert.deepEqual([version, pointsPerSecond, peaks.length], [1, 50, 100]);
      assert.deepEqual(
        peaks.map((peak, n) => (Number(peak) > 0.4 ? n : -1)).filter((n) => n >= 0),
        [50],
      );
      assert.ok(Math.abs(Number(peaks[50]) - 0.5) < 0.02);
    });
  });

  it('has no waveform where nothing is heard', async () => {
    const nothing = ['-f', 'lavfi', '-i', 'anullsrc=d=1'];
    const output = ['-map', '0:v', '-map', '1:a', '-c:a', 'aac'];
    const source = await makeClip(file('mute.mp4'), { rate: '30', frames: 30, secondInput: nothing, output });
    await processed(source, ({ waveform }) => Promise.resolve(assert.equal(waveform, null)));
    await processed(await makeClip(file('no-track.mp4'), { rate: '30', frames: 6 }), ({ waveform }) =>
      Promise.resolve(assert.equal(waveform, null)),
    );
  });
});

describe('each picture has a hash', () => {
  it('of eight bytes, all set where every row brightens to the right', async () => {
    const source = await makeClip(file('ramp.mp4'), { rate: '30', frames: 9, filter: 'crop=320:90:0:90,scale=320:180' });
    await processed(source, ({ pictureHashes }) => Promise.resolve(assert.deepEqual(pictureHashes, Buffer.alloc(9 * 8, 0xff))));
  });
});

describe('bad files end with a reason and leave nothing behind', { concurrency: 2 }, () => {
  const contents: readonly [name: string, content: string | Buffer, code: string][] = [
    ['nothing', '', 'NOT_A_VIDEO'],
    ['one byte', 'x', 'NOT_A_VIDEO'],
    ['a playlist', '#EXTM3U\n#EXTINF:1,\nneighbour.ts\n#EXT-X-ENDLIST\n', 'NOT_A_VIDEO'],
    ['an ffconcat list', 'ffconcat version 1.0\nfile /etc/passwd\n', 'NOT_A_VIDEO'],
    ['a page', '<!doctype html><script>alert(1)</script>', 'NOT_A_VIDEO'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'NOT_A_VIDEO'],
    ['an archive', Buffer.from('PK\x03\x04'.padEnd(400, '\0'), 'latin1'), 'NOT_A_VIDEO'],
    ['a container with nothing in it', Buffer.from('\0\0\0\x14ftypisom\0\0\0\0isom', 'latin1'), 'PROBE_INVALID'],
    ['a playlist inside a box', Buffer.concat([Buffer.from('\0\0\0\x08free', 'latin1'), Buffer.from('#EXTM3U\n')]), 'PROBE_INVALID'],
  ];
  for (const [name, content, code] of contents)
    it(`${name} named .mp4: ${code}`, async () => {
      const source = file(`${name.replaceAll(' ', '-')}.mp4`);
      await writeFile(source, content);
      await refused(source, code);
    });

  it('a still picture named .mp4', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'color=s=64x64', '-frames:v', '1', file('still.jpg'));
    await writeFile(file('still.mp4'), await readFile(file('still.jpg')));
    await refused(file('still.mp4'), 'NOT_A_VIDEO');
  });

  it('a recording that lost its end, and with it its index', async () => {
    const source = await makeClip(file('cut.mp4'), { rate: '30', frames: 30 });
    await truncate(source, 2000);
    await refused(source, 'PROBE_INVALID');
  });

  it('sound without a picture', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', file('sound.mp4'));
    await refused(file('sound.mp4'), 'NO_VIDEO');
  });

  it('pictures that do not decode', async () => {
    const source = await makeClip(file('whole.mp4'), { rate: '30', frames: 60 });
    await ffmpeg('-i', source, '-c', 'copy', '-bsf:v', "noise=amount='if(lt(n,2),0,2)'", file('noise.mp4'));
    await refused(file('noise.mp4'), 'PROBE_INVALID');
  });

  it('longer than allowed, by its pictures', async () => {
    const source = await makeClip(file('long.mp4'), { rate: '30', frames: 31 });
    const limits = { ...DEFAULT_UPLOAD_LIMITS, maxDurationMs: 1000 };
    await assert.rejects(
      processed(source, () => Promise.resolve(), { limits }),
      { code: 'DURATION_EXCEEDED' },
    );
  });

  it('an abort during the encode rejects with its reason and empties the workspace', async () => {
    const source = await makeClip(file('abort.mp4'), { rate: '240', frames: 720 });
    const root = await mkdtemp(join(directory, 'root-'));
    const abort = new AbortController();
    const reason = new Error('the worker is shutting down');
    const running = inWorkspace(root, (workspace) =>
      processSource({
        ...{ source, workspace, tools, limits: DEFAULT_UPLOAD_LIMITS, signal: abort.signal },
        onProgress: () => abort.abort(reason),
      }),
    );
    await assert.rejects(Promise.all([running, once(abort.signal, 'abort')]), (error) => error === reason);
    assert.deepEqual(await readdir(root), []);
  });
});
