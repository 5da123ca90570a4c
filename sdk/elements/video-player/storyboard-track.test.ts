import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameIndex } from '../../../domain/frames/frame-index.ts';
import { planStoryboard, storyboardVtt } from '../../../worker/media/storyboard.ts';
import { parseStoryboard, tileAt } from './storyboard-track.ts';

const read = (vtt: string) => {
  const track = parseStoryboard(vtt);
  assert.ok(track, 'a storyboard');
  return track;
};

describe('a thumbnail track', () => {
  it('gives the image, and each part of it from its time on', () => {
    const vtt =
      'WEBVTT\n\n00:00:00.000 --> 00:00:00.040\na.jpg#xywh=0,0,160,90\n\n01:02:03.450 --> 01:02:04.000\na.jpg#xywh=160,90,160,90\n';
    assert.deepEqual(read(vtt), {
      image: 'a.jpg',
      tiles: [
        { fromSeconds: 0, x: 0, y: 0, width: 160, height: 90 },
        { fromSeconds: 3723.45, x: 160, y: 90, width: 160, height: 90 },
      ],
    });
  });

  it('may leave hours out, name its cues, end its lines as Windows does, say its unit and carry notes and settings', () => {
    const vtt =
      'WEBVTT\r\n\r\nNOTE 00:01.000 --> nothing\r\n\r\nfirst\r\n00:01.000 --> 00:02.000 align:start\r\nb.png#xywh=pixel:1,2,3,4\r\n\r\n\r\n';
    assert.deepEqual(read(vtt), { image: 'b.png', tiles: [{ fromSeconds: 1, x: 1, y: 2, width: 3, height: 4 }] });
  });

  for (const [why, vtt] of [
    ['nothing', ''],
    ['no cue', 'WEBVTT\n'],
    ['words for people', 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n'],
    ['parts in percent, which this reader has no size for', 'WEBVTT\n\n00:00.000 --> 00:01.000\na.jpg#xywh=percent:0,0,10,10\n'],
    ['a time that is none', 'WEBVTT\n\n00:61.000 --> 00:62.000\na.jpg#xywh=0,0,1,1\n'],
    ['a page that says an error', '<!doctype html><title>502</title>'],
  ])
    it(`is no storyboard with ${why}`, () => assert.equal(parseStoryboard(vtt ?? ''), null));

  it('reads what the worker writes: 250 frames at 25 a second are 84 tiles, one for every third', () => {
    const index = frameIndex({ version: 1, timebase: { num: 25, den: 1 }, startTicks: 0, runs: [[250, 1]] });
    const track = read(storyboardVtt(planStoryboard(250, { width: 640, height: 360 }), index, 'storyboard.jpg'));
    assert.equal(track.tiles.length, 84);
    for (const frame of [0, 1, 2, 3, 29, 30, 246, 249]) {
      const n = Math.floor(frame / 3);
      const tile = tileAt(track, index.seekTimeOf(frame));
      assert.deepEqual([tile?.x, tile?.y], [(n % 10) * 160, Math.floor(n / 10) * 90], `frame ${String(frame)}`);
    }
  });
});

describe('the tile for a moment', () => {
  const track = {
    image: 'a.jpg',
    tiles: [1, 2, 3].map((n) => ({ fromSeconds: n, x: n, y: 0, width: 1, height: 1 })),
  };
  for (const [seconds, x] of [
    [0, 1],
    [1, 1],
    [1.999, 1],
    [2, 2],
    [99, 3],
  ] as const)
    it(`at ${String(seconds)} s is the one from ${String(x)} s`, () => assert.equal(tileAt(track, seconds)?.x, x));
});
