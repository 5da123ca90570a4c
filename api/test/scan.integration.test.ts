import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { untilSettled, uploadClip } from './support/clips.ts';
import { CLAMD_PATH, EICAR, hasClamd, startClamd, type Clamd } from './support/clamd.ts';
import { startClub, type Person } from './support/club.ts';
import { freePort } from './support/database.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { startProcess, startTestWorker } from './support/worker.ts';

const clip = () => testClip({ width: 160, height: 90, rate: '30', frames: 30 });

/** A video that plays, with a box nobody looks into at its end. */
function withFreeBox(video: Buffer, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write('free', 4, 'latin1');
  return Buffer.concat([video, header, content]);
}

const ATTACH = ['-attach', 'paper.txt', '-metadata:s:t', 'mimetype=text/plain'];

/** Places in a film where another file can lie. */
const carriers = (): readonly (readonly [place: string, make: (content: string) => Promise<Buffer>])[] => [
  ['the second attachment of a Matroska file', (content) => attachedTo('film.mkv', content, ['-attach', 'other.txt', ...ATTACH])],
  ['a free box of an MP4', (content) => Promise.resolve(withFreeBox(clip(), Buffer.from(content)))],
  ['the bytes behind the last box', (content) => Promise.resolve(Buffer.concat([clip(), Buffer.from(content)]))],
];

async function attachedTo(name: string, content: string, attach: readonly string[]): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'va-attach-'));
  try {
    for (const [file, bytes] of [
      ['paper.txt', content],
      ['other.txt', 'other'],
      ['film.mp4', clip()],
    ] as const)
      await writeFile(join(directory, file), bytes);
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-i', 'film.mp4', '-c', 'copy', ...attach, name], { cwd: directory });
    return await readFile(join(directory, name));
  } finally {
    await rm(directory, { recursive: true });
  }
}

function suite(): void {
  let system: TestSystem;
  let clamd: Clamd;
  let player: Person;

  before(async () => {
    system = await startTestSystem();
    // One more try after the first, at once, so that giving up is soon.
    await system.database.admin.raw(
      `update queue.queue set retry_limit = 1, retry_delay = 0, retry_backoff = false where name = 'video.process'`,
    );
    clamd = await startClamd();
    player = await (await startClub(system, 'Fairway')).person('player', 'player-1');
  });
  after(async () => {
    await clamd.stop();
    await system.stop();
  });

  /** Uploads, lets a worker of the given environment work, and tells where that ended. */
  async function outcomeOf(bytes: Buffer, env: Readonly<Record<string, string>>) {
    const worker = await startTestWorker(system, { SCAN: 'required', CLAMD_ADDRESS: clamd.address, ...env });
    try {
      const { id } = await uploadClip(player.api, bytes);
      const video = await untilSettled(player.api, id, 60_000);
      const playback = await player.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: id } } });
      const attempts = (await system.database.admin('videoTransition').where({ videoId: id, event: 'started' })).length;
      const renditions = (await system.database.admin('videoRendition').where({ videoId: id })).length;
      return { id, video, playback, attempts, renditions, output: worker.output() };
    } finally {
      await worker.stop();
    }
  }

  async function isNotPublished(outcome: Awaited<ReturnType<typeof outcomeOf>>): Promise<void> {
    const { video, playback, attempts, renditions } = outcome;
    assert.deepEqual([video.status, video.errorCode, attempts, renditions], ['failed', 'SCAN_FAIL', 2, 0]);
    assert.match(video.errorMessage ?? '', /could not check this file for malware.*Upload it again/);
    assert.deepEqual([playback.response.status, playback.error?.code], [409, 'video.not_ready']);
  }

  it('lets a clean video through', async () => {
    const { video, playback, output } = await outcomeOf(withFreeBox(clip(), Buffer.from('nothing to see')), {});
    assert.deepEqual([video.status, playback.response.status], ['ready', 200]);
    assert.match(output, /"scan":"required"/);
  });

  it('EICAR in a box of a video that plays: quarantined at the first try, the uploader is told, nobody can play or read it', async (t) => {
    const { id, video, playback, attempts, renditions } = await outcomeOf(withFreeBox(clip(), Buffer.from(EICAR)), {});
    assert.deepEqual([video.status, video.errorCode, attempts, renditions], ['quarantined', 'MALWARE_FOUND', 1, 0]);
    assert.match(video.errorMessage ?? '', /something harmful/);
    assert.deepEqual([playback.response.status, playback.error?.code], [409, 'video.not_ready']);
    const [row] = await system.database.admin('upload').where({ videoId: id }).select<{ objectKey: string }[]>('objectKey');
    assert.ok(await system.store.head(row?.objectKey ?? ''), 'kept for whoever looks into it');
    const poster = await player.api.GET('/api/v1/videos/{videoId}/poster', { params: { path: { videoId: id } } });
    const direct = await fetch(`${system.url}/store/${row?.objectKey ?? ''}`);
    assert.deepEqual([poster.response.status, direct.ok], [409, false]);
    t.diagnostic(
      `EICAR in a free box: ${video.status}, ${String(video.errorCode)}, ${String(attempts)} attempt, playback ${String(playback.response.status)}, source ${String(direct.status)}`,
    );
  });

  describe('EICAR as the public signature has it, at the first byte of a file', () => {
    let strict: Clamd;
    before(async () => (strict = await startClamd({}, '0')));
    after(() => strict.stop());

    for (const [place, make] of carriers())
      it(`in ${place}: quarantined at the first try`, async (t) => {
        const { video, attempts, renditions, playback } = await outcomeOf(await make(EICAR), { CLAMD_ADDRESS: strict.address });
        assert.deepEqual(
          [video.status, video.errorCode, attempts, renditions, playback.response.status],
          ['quarantined', 'MALWARE_FOUND', 1, 0, 409],
        );
        t.diagnostic(`G74 EICAR in ${place}: ${video.status} ${String(video.errorCode)}, ${String(attempts)} attempt`);
      });

    it('nowhere: a film with a harmless attachment is published', async () => {
      const bytes = await attachedTo('film.mkv', EICAR.toLowerCase(), ATTACH);
      assert.equal((await outcomeOf(bytes, { CLAMD_ADDRESS: strict.address })).video.status, 'ready');
    });
  });

  it('no clamd: not published, tried again, then failed in clear words', async (t) => {
    const outcome = await outcomeOf(clip(), { CLAMD_ADDRESS: `127.0.0.1:${String(await freePort())}` });
    await isNotPublished(outcome);
    t.diagnostic(`clamd down: ${String(outcome.attempts)} attempts, then ${outcome.video.status} ${String(outcome.video.errorCode)}`);
  });

  it('a clamd that does not answer: the time limit ends it, and nothing is published', async () => {
    clamd.hold();
    try {
      await isNotPublished(await outcomeOf(clip(), { SCAN_TIMEOUT_SECONDS: '1' }));
    } finally {
      clamd.goOn();
    }
  });

  it('a file larger than clamd takes: not published', async () => {
    for (const limits of [{ StreamMaxLength: '1M' }, { MaxFileSize: '1M', MaxScanSize: '1M' }]) {
      const narrow = await startClamd(limits);
      try {
        await isNotPublished(await outcomeOf(withFreeBox(clip(), Buffer.alloc(3 * 1024 * 1024)), { CLAMD_ADDRESS: narrow.address }));
      } finally {
        await narrow.stop();
      }
    }
  });
}

if (hasClamd) describe('the malware scan by a real clamd', suite);
else console.log(`There is no ${CLAMD_PATH}: the malware scan by a real clamd did not run (apt-get install clamav-daemon).`);

describe('a worker', () => {
  const env = {
    ...{ WORKER_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', STORE_ROOT: '/nowhere', WORKSPACE_ROOT: '/nowhere' },
    STORE_SIGNING_SECRET: 'a secret of the tests, long enough',
  };
  const refusals: [string, Readonly<Record<string, string>>, RegExp][] = [
    ['that is not told whether to scan', {}, /SCAN is not set/],
    ['that must scan and is not told where', { SCAN: 'required' }, /SCAN=required needs CLAMD_ADDRESS/],
    ['with an address that is none', { CLAMD_ADDRESS: 'clamd' }, /host:port or the path of a socket, not "clamd"/],
    ['with a word that is none', { SCAN: 'no', CLAMD_ADDRESS: '/run/clamd' }, /SCAN must be one of required, off, not "no"/],
  ];
  for (const [name, more, words] of refusals)
    it(`${name} does not start, and says why`, async () => {
      const worker = startProcess('worker/main.ts', { ...env, ...more });
      assert.equal((await worker.ended).code, 1);
      assert.match(worker.output(), words);
    });
});
