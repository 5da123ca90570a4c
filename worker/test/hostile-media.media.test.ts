import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DEFAULT_UPLOAD_LIMITS } from '../../domain/video/limits.ts';
import { runFfmpeg } from '../media/ffmpeg.ts';
import { probeStreams } from '../media/ffprobe.ts';
import { MediaError } from '../media/media-error.ts';
import { streamArgs } from '../media/probe-args.ts';
import { processSource, type SourceLimits } from '../media/process-source.ts';
import { decodeGuards, fileUrl } from '../media/safety-args.ts';
import { confine } from '../media/sandbox.ts';
import { toolEnvironment } from '../media/supervise.ts';
import { inWorkspace } from '../media/workspace.ts';
import { ffmpeg, makeClip } from './counter-clips.ts';
import { bendBox, box, claimSize, editListLoop, multiplyTracks } from './hostile-files.ts';
import { mediaTools } from './media-tools.ts';
import { readPictures } from './rendition.ts';

/** Hostile files by the numbers of the case list. What needs the API besides is in api/test/hostile-files and api/test/scan. */
const run = promisify(execFile);

let directory: string;
let root: string;
let clip: string;
const file = (name: string): string => join(directory, name);
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hostile-'));
  root = file('work');
  clip = await makeClip(file('clip.mp4'), { rate: '30', frames: 30 });
});
after(async () => {
  assert.deepEqual(await readdir(root), [], 'no workspace is left behind');
  await rm(directory, { recursive: true, force: true });
});

const made = async (name: string, content: string | Buffer): Promise<string> => {
  await writeFile(file(name), content);
  return file(name);
};

/** Every file that came of it, by name. */
const results = (source: string, limits: Partial<SourceLimits> = {}, tools = mediaTools): Promise<ReadonlyMap<string, Buffer>> =>
  inWorkspace(root, async (workspace) => {
    const job = { source, workspace, tools, signal: AbortSignal.timeout(300_000) };
    await processSource({ ...job, limits: { ...DEFAULT_UPLOAD_LIMITS, ...limits } });
    const names = await readdir(workspace);
    return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(workspace, name))] as const)));
  });

/** The code with which it ended, `ready` when it did not. */
const endOf = (source: string, limits: Partial<SourceLimits> = {}, tools = mediaTools): Promise<string> =>
  results(source, limits, tools).then(
    () => 'ready',
    (error: unknown) => (error instanceof MediaError ? error.code : assert.fail(String(error))),
  );

const say = (t: TestContext, line: string): void => t.diagnostic(line);

describe('a list of other files that calls itself a video', () => {
  let canary: Server;
  let hits = 0;
  let url: string;
  let neighbour: string;
  before(async () => {
    canary = createServer((_, response) => {
      hits += 1;
      response.end('#EXTM3U\n');
    }).listen(0, '127.0.0.1');
    await once(canary, 'listening');
    url = `http://127.0.0.1:${String((canary.address() as AddressInfo).port)}`;
    neighbour = await makeClip(file('neighbour.ts'), { rate: '30', frames: 10 });
  });
  after(() => canary.close());

  const hls = (target: string): string => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${target}\n#EXT-X-ENDLIST\n`;
  const lists = (): Record<string, string> => ({
    'HLS http': hls(`${url}/internal.ts`),
    'HLS file': hls('file:///etc/passwd'),
    'HLS concat': hls(`concat:${neighbour}|${neighbour}`),
    'HLS subfile': hls(`subfile,,start,0,end,64,,:${neighbour}`),
    'HLS data': hls('data:video/mp2t;base64,R0AAEA=='),
    'HLS another job’s file': hls('neighbour.ts'),
    'HLS key elsewhere': `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${url}/key"\n#EXTINF:1,\nneighbour.ts\n`,
    'DASH http': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>${url}/</BaseURL></MPD>`,
    ffconcat: `ffconcat version 1.0\nfile '${neighbour}'\n`,
    SDP: 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n',
  });

  it('G66 G67: is turned away by its first bytes, by the tools’ own lists, and by the sandbox', async (t) => {
    for (const [name, content] of Object.entries(lists())) {
      const source = await made(`list.mp4`, content);
      assert.equal(await endOf(source), 'NOT_A_VIDEO', name);
      // had the first look let it pass: the tools alone, without walls
      const bare = { ...mediaTools, sandbox: 'off' as const, signal: AbortSignal.timeout(60_000), timeoutMs: 30_000 };
      await assert.rejects(probeStreams(source, bare), { code: 'PROBE_INVALID' }, name);
      const args = ['-nostdin', '-loglevel', 'level+error', ...decodeGuards(), '-i', fileUrl(source), '-c', 'copy', file('copied.ts')];
      await assert.rejects(runFfmpeg(args, { ...bare, reads: [source], writes: directory, expectedFrames: 1 }), { code: 'FFMPEG_FAIL' });
      assert.ok(!(await readdir(directory)).includes('copied.ts'), 'nothing of another file came out');
      say(t, `${name.startsWith('HLS another') ? 'G67' : 'G66'} ${name}: NOT_A_VIDEO; ffprobe and ffmpeg refuse it too`);
    }
    assert.equal(hits, 0, 'nobody was called');
    say(t, `G66 canary: ${String(hits)} requests`);
  });

  it('G66: would have been followed without those lists, so they are what holds', async () => {
    const source = await made('list.mp4', hls('neighbour.ts'));
    const { stdout } = await run(mediaTools.ffprobePath, ['-v', 'fatal', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', source]);
    assert.match(stdout, /h264/);
    const knock = ['-v', 'fatal', '-protocol_whitelist', 'file,http,tcp', '-allowed_extensions', 'ALL'];
    await run(mediaTools.ffprobePath, [...knock, await made('list.m3u8', hls(`${url}/internal.ts`))]).catch(() => undefined);
    assert.ok(hits > 0, 'the canary hears');
  });
});

describe('a file of two kinds, and one that is not whole', () => {
  it('G68: is made anew, with nothing of its other half (all kinds: api/test/hostile-files.integration.test.ts)', async (t) => {
    for (const [name, marks] of [
      ['zip', ['PK\x03\x04evil.js', 'PK\x05\x06']],
      ['page', ['<script>alert(1)</script>']],
    ] as const) {
      const other = Buffer.from(marks.join(''), 'latin1');
      const source = await made(`both-${name}.mp4`, Buffer.concat([await readFile(clip), box('free', other), other]));
      for (const [result, bytes] of await results(source)) for (const mark of marks) assert.ok(!bytes.includes(mark, 0, 'latin1'), result);
      say(t, `G68 mp4 and ${name}: re-encoded, no byte of the ${name} in any output`);
    }
  });

  it('G69: is refused for good (through the API: api/test/hostile-files.integration.test.ts)', async (t) => {
    // its index last and no words behind it, so that every cut takes a part of the index
    await ffmpeg('-i', clip, '-c', 'copy', '-fflags', '+bitexact', file('wordless.mp4'));
    const whole = await readFile(file('wordless.mp4'));
    for (const share of [0, 10, 50, 99]) {
      const end = await endOf(await made('cut.mp4', whole.subarray(0, Math.floor((whole.length * share) / 100))));
      assert.ok(['NOT_A_VIDEO', 'PROBE_INVALID', 'NO_VIDEO'].includes(end), end);
      say(t, `G69 cut off at ${String(share)} %: ${end}`);
    }
  });
});

/** The most memory the program ever held, in bytes, run as a worker runs ffprobe. */
async function peakOfProbe(source: string): Promise<number> {
  const cell = { reads: [source], writes: null, addressBytes: 2 * 1024 ** 3, cpuSeconds: 60, fileBytes: 0 };
  const [program = '', ...args] = confine('off', [mediaTools.ffprobePath, ...streamArgs(source)], cell);
  const child = spawn(program, args, { stdio: 'ignore', env: toolEnvironment() });
  const state = { ended: false };
  child.once('exit', () => (state.ended = true));
  let peak = 0;
  while (!state.ended) {
    // one program becomes the next under the same number; the mark is of the last one, and never falls
    peak = Math.max(peak, peakOf(child.pid));
    await nextTurn();
  }
  return peak;
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Processor time of this process and of every tool that has ended. */
function processorSeconds(): number {
  const afterName = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ') ?? [];
  // user, system, and the same of ended children, in hundredths (proc(5), fields 14 to 17; the state is field 3)
  return afterName.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
}

async function loopOfTenSeconds(): Promise<string> {
  const long = await makeClip(file('ten.mp4'), { rate: '30', frames: 300, filter: 'scale=32:32' });
  return bendBox(long, file('ten-loop.mp4'), ['moov', 'trak'], (trak) => editListLoop(trak, { rounds: 200, ticks: 10_000 }));
}

describe('a file that promises too much', () => {
  it('G70: of a monstrous picture, or none, is refused before memory is taken for it', async (t) => {
    const jpegs = await readFile(
      await makeClip(file('j.mov'), { rate: '30', frames: 3, output: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'] }),
    );
    for (const [width, height, code] of [
      [15_000, 15_000, 'TOO_LARGE'],
      [65_535, 65_535, 'TOO_LARGE'],
      [1, 65_535, 'TOO_SMALL'],
      [0, 0, 'PROBE_INVALID'],
    ] as const) {
      const source = await made('size.mov', claimSize(jpegs, width, height));
      const end = await endOf(source);
      assert.equal(end, code, `${String(width)} × ${String(height)}`);
      const peak = await peakOfProbe(source);
      assert.ok(peak > 0 && peak <= 256 * 1024 ** 2, `${String(peak)} bytes`);
      say(t, `G70 ${String(width)} × ${String(height)}: ${end}, ffprobe held ${(peak / 1024 ** 2).toFixed(0)} MB at most`);
    }
  });

  const lasting: readonly (readonly [name: string, code: string, make: () => Promise<string>])[] = [
    ['100 h in 3 KB', 'DURATION_EXCEEDED', () => makeClip(file('100h.mp4'), { rate: '1/3600', frames: 100, filter: 'scale=32:32' })],
    ['1 000 pictures a second', 'TOO_MANY_FRAMES', () => makeClip(file('fast.mp4'), { rate: '1000', frames: 200, filter: 'scale=32:32' })],
    ['500 tracks', 'PROBE_INVALID', () => bendBox(clip, file('500.mp4'), ['moov'], (moov) => multiplyTracks(moov, 500))],
    [
      'one second 20 000 times',
      'TOO_MANY_FRAMES',
      () => bendBox(clip, file('loop.mp4'), ['moov', 'trak'], (trak) => editListLoop(trak, { rounds: 20_000, ticks: 1000 })),
    ],
    [
      'one second 200 000 times',
      'TOO_MANY_FRAMES',
      () => bendBox(clip, file('loops.mp4'), ['moov', 'trak'], (trak) => editListLoop(trak, { rounds: 200_000, ticks: 1000 })),
    ],
    ['ten seconds 200 times', 'DURATION_EXCEEDED', loopOfTenSeconds],
  ];
  for (const [name, code, make] of lasting)
    it(`G71: ${name} is refused by a rule`, async (t) => {
      const source = await make();
      const before = processorSeconds();
      // a sandbox keeps to itself how much time was spent in it
      assert.equal(await endOf(source, {}, { ...mediaTools, sandbox: 'off' }), code);
      const seconds = processorSeconds() - before;
      assert.ok(seconds <= 5, `${String(seconds)} s`);
      say(t, `G71 ${name}, ${String((await readFile(source)).length)} bytes: ${code} after ${seconds.toFixed(2)} s of processor time`);
    });

  it('G72: that is slow to decode ends at the limit of processor time, and the next one runs', async (t) => {
    const busy = ['-f', 'lavfi', '-i', 'testsrc2=s=1920x1080:r=60:d=4,format=yuv420p'];
    await ffmpeg(...busy, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '30', file('slow.mp4'));
    const end = await endOf(file('slow.mp4'), { cpuSeconds: 1 });
    assert.equal(end, 'TIMEOUT');
    assert.equal(await endOf(clip), 'ready');
    say(t, `G72 slow to decode: ${end} at 1 s of processor time; the next one: ready`);
  });
});

describe('a file that says who, where and with what', () => {
  const SECRETS = ['59.9139', 'SN-4711', 'Ola Nordmann', 'under-the-film', 'papers.txt inside', 'iPhone of Kari'];

  it('G75: none of it is in any output', async (t) => {
    const [position = '', serial = '', name = '', words = '', papers = '', device = ''] = SECRETS;
    await made('s.srt', `1\n00:00:00,000 --> 00:00:01,000\n${words}\n`);
    await made('papers.txt', papers);
    await ffmpeg('-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1', '-metadata', `comment=${name}`, file('cover.jpg'));
    const tags = { location: `+${position}+010.7522/`, 'com.apple.quicktime.camera.serial': serial, artist: name, model: device };
    const metadata = Object.entries(tags).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
    const inputs = ['-i', clip, '-i', file('s.srt'), '-f', 'lavfi', '-i', 'sine=d=1'];
    const attached = ['-attach', file('papers.txt'), '-metadata:s:t', 'mimetype=text/plain'];
    await ffmpeg(...inputs, '-map', '0', '-map', '1', '-map', '2', ...attached, ...metadata, '-c:v', 'copy', file('says.mkv'));
    const cover = ['-i', file('cover.jpg'), '-map', '0', '-map', '1', '-c', 'copy', '-disposition:v:1', 'attached_pic'];
    await ffmpeg('-i', clip, ...cover, '-movflags', 'use_metadata_tags', ...metadata, file('says.mp4'));

    for (const source of ['says.mkv', 'says.mp4']) {
      const original = (await readFile(file(source))).toString('latin1');
      assert.ok(
        [position, serial, name].every((secret) => original.includes(secret)),
        'the source says it',
      );
      const outputs = await results(file(source));
      for (const [output, bytes] of outputs)
        for (const secret of SECRETS) assert.ok(!bytes.toString('latin1').includes(secret), `${secret} in ${output}`);
      const rendition = await made('out.mp4', outputs.get('analysis.mp4') ?? '');
      assert.equal((await readPictures(rendition)).length, 30);
      const entries = ['-v', 'error', '-show_entries', 'format_tags:stream_tags:stream=codec_type:chapter', '-of', 'flat', rendition];
      const { stdout } = await run(mediaTools.ffprobePath, entries);
      const ours =
        /major_brand|minor_version|compatible_brands|encoder|handler_name="(?:Video|Sound)Handler"|vendor_id|language="und"|codec_type="(?:video|audio)"/;
      assert.deepEqual(
        stdout.split('\n').filter((line) => line !== '' && !ours.test(line)),
        [],
      );
      say(t, `G75 ${source}: ${String(outputs.size)} outputs, none of ${String(SECRETS.length)} secrets, no tag but the container's own`);
    }
  });
});
