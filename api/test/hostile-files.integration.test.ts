import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { declaration, untilSettled, uploadClip } from './support/clips.ts';
import { startClub, type Person } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { testClip } from './support/test-clip.ts';
import { startTestWorker, type TestProcess } from './support/worker.ts';

let system: TestSystem;
let worker: TestProcess;
let player: Person;
let clip: Buffer;

before(async () => {
  system = await startTestSystem();
  worker = await startTestWorker(system);
  player = await (await startClub(system, 'Fairway')).person('player', 'player-1');
  clip = testClip({ width: 160, height: 90, rate: '30', frames: 30 });
});
after(async () => {
  await worker.stop();
  await system.stop();
});

const box = (type: string, content: Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, content]);
};

/** The boxes at the top of an MP4, in order. */
function boxesOf(file: Buffer): { type: string; bytes: Buffer }[] {
  const boxes: { type: string; bytes: Buffer }[] = [];
  for (let at = 0; at + 8 <= file.length;) {
    const size = file.readUInt32BE(at);
    boxes.push({ type: file.toString('latin1', at + 4, at + 8), bytes: file.subarray(at, at + size) });
    at += size;
  }
  return boxes;
}

const without = (file: Buffer, type: string): Buffer =>
  Buffer.concat(boxesOf(file).flatMap((one) => (one.type === type ? [] : [one.bytes])));

async function settled(bytes: Buffer) {
  const { id } = await uploadClip(player.api, bytes);
  return untilSettled(player.api, id, 60_000);
}

/** What is streamed of a video. */
async function played(videoId: string): Promise<Buffer> {
  const { data } = await player.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
  assert.ok(data);
  return Buffer.from(await (await fetch(new URL(data.sources.analysis.url, system.url))).arrayBuffer());
}

describe('a file of another kind that calls itself a video', () => {
  const text: [string, string][] = [
    ['DASH', '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>file:///etc/passwd</BaseURL></MPD>'],
    ['SDP', 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n'],
    ['ffconcat', "ffconcat version 1.0\nfile '/etc/passwd'\n"],
    ['IMF', '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"/>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'],
    ['SRT', '1\n00:00:00,000 --> 00:00:05,000\n<b>words</b>\n'],
    ['ASS', '[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:05.00,Default,,0,0,0,,words\n'],
    ['PDF', '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['ZIP', 'PK\x03\x04\x14\0\0\0'],
    ['EXE', 'MZ\x90\0\x03\0\0\0\x04\0\0\0'],
    ['GIF with an archive behind it', 'GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff;PK\x03\x04META-INF/'],
  ];
  for (const [name, content] of text)
    it(`G68 ${name} fails as NOT_A_VIDEO`, async () => {
      const { status, errorCode } = await settled(Buffer.from(content, 'latin1'));
      assert.deepEqual([status, errorCode], ['failed', 'NOT_A_VIDEO']);
    });

  for (const [name, marks] of [
    ['an archive', ['PK\x03\x04evil.js', 'PK\x05\x06']],
    ['a page', ['<script>alert(document.domain)</script>']],
  ] as const)
    it(`G68 a video that is ${name} too is made anew: nothing of the other half is ever served`, async () => {
      const hidden = Buffer.from(marks.join(''), 'latin1');
      for (const file of [Buffer.concat([clip, hidden]), Buffer.concat([clip, box('free', hidden)])]) {
        const { id, status } = await settled(file);
        assert.equal(status, 'ready');
        const streamed = await played(id);
        assert.equal(streamed.toString('latin1', 4, 8), 'ftyp');
        assert.equal(
          boxesOf(streamed).reduce((sum, { bytes }) => sum + bytes.length, 0),
          streamed.length,
        );
        for (const mark of marks) assert.equal(streamed.includes(Buffer.from(mark, 'latin1')), false);
      }
    });
});

describe('a broken video', () => {
  it('G69 of no bytes is refused before it begins', async () => {
    const { error } = await player.api.POST('/api/v1/media/upload/init', { body: declaration(Buffer.alloc(0)) });
    assert.equal(error?.code, 'upload.empty');
  });

  const huge = (): Buffer => {
    const header = Buffer.alloc(16);
    header.writeUInt32BE(1);
    header.write('moov', 4, 'latin1');
    header.writeBigUInt64BE(2n ** 63n, 8);
    return Buffer.concat([...boxesOf(clip).flatMap(({ type, bytes }) => (type === 'ftyp' ? [bytes] : [])), header, Buffer.alloc(1000)]);
  };
  const nested = (): Buffer => {
    // Every box holds the next one: 10 000 headers, the outermost first.
    const depth = 10_000;
    const headers = Buffer.alloc(8 * depth);
    for (let i = 0; i < depth; i += 1) {
      headers.writeUInt32BE(8 * (depth - i), 8 * i);
      headers.write(i === 0 ? 'moov' : 'trak', 8 * i + 4, 'latin1');
    }
    return Buffer.concat([...boxesOf(clip).flatMap(({ type, bytes }) => (type === 'ftyp' ? [bytes] : [])), headers]);
  };
  const cases: [string, () => Buffer][] = [
    ['of one byte', () => Buffer.from([0])],
    ...[10, 50, 99].map((share): [string, () => Buffer] => [
      `cut off at ${String(share)} %`,
      () => clip.subarray(0, Math.floor((clip.length * share) / 100)),
    ]),
    ['without its index', () => without(clip, 'moov')],
    ['with an index of 2^63 bytes', huge],
    ['with boxes 10 000 deep', nested],
  ];
  for (const [name, make] of cases)
    it(`G69 ${name} has failed as unreadable within a minute, at the first try`, async () => {
      const { id, status, errorCode } = await settled(make());
      assert.equal(status, 'failed');
      assert.ok(['NOT_A_VIDEO', 'PROBE_INVALID', 'NO_VIDEO'].includes(String(errorCode)), String(errorCode));
      assert.equal((await system.database.admin('videoTransition').where({ videoId: id, event: 'started' })).length, 1);
    });

  it('G69 is not one whose index stands at its end', async () => {
    assert.equal(boxesOf(clip).at(-1)?.type, 'moov');
    assert.equal((await settled(clip)).status, 'ready');
  });
});

describe('a title', () => {
  const titles: [string, string][] = [
    ['a path', '../../etc/passwd'],
    ['an option', '-i'],
    ['lines of a header', 'a\r\nX-Injected: yes'],
    ['emoji', '🏌️‍♀️ 7-iron ⛳'],
    ['a change of direction', 'swing\u202egpm.4pm'],
  ];
  for (const [name, title] of titles)
    it(`G76 like ${name} is kept and given back as it is, and appears in no header`, async () => {
      const { id } = await uploadClip(player.api, clip, { title });
      const { data, response } = await player.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId: id } } });
      assert.equal(data?.title, title);
      const [row] = await system.database.admin('upload').where({ videoId: id }).select<{ objectKey: string }[]>('objectKey');
      assert.match(row?.objectKey ?? '', /^t\/[0-9a-f-]{36}\/v\/[0-9a-f-]{36}\/o\/[0-9a-f-]{36}\/source$/);
      assert.equal(response.headers.get('x-injected'), null);
      assert.equal((await untilSettled(player.api, id)).status, 'ready');
      const poster = await player.api.GET('/api/v1/videos/{videoId}/poster', { params: { path: { videoId: id } }, parseAs: 'arrayBuffer' });
      assert.deepEqual([poster.response.status, poster.response.headers.get('content-disposition')], [200, 'inline']);
    });

  for (const [name, title, code] of [
    ['5 000 letters', 'a'.repeat(5000), 'request.invalid'],
    ['a NUL', 'a\0b', 'request.malformed'],
  ] as const)
    it(`G76 of ${name} is ${code}`, async () => {
      const { response, error } = await player.api.POST('/api/v1/media/upload/init', { body: declaration(clip, { title }) });
      assert.deepEqual([response.status, error?.code], [400, code]);
    });
});
