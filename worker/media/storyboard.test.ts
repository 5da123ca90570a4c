import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameIndex } from '../../domain/frames/frame-index.ts';
import { planStoryboard, storyboardVtt } from './storyboard.ts';

const HD = { width: 1920, height: 1080 };
const at = (fps: number, count: number) =>
  frameIndex({ version: 1, timebase: { num: 90_000, den: 1 }, startTicks: 0, runs: [[count, 90_000 / fps]] });

describe('a storyboard', () => {
  it('has at most a hundred tiles, ten in a row', () => {
    assert.deepEqual(planStoryboard(1800, HD), { everyNth: 18, columns: 10, rows: 10, tile: { width: 160, height: 90 } });
    assert.deepEqual(planStoryboard(1801, HD), { everyNth: 19, columns: 10, rows: 10, tile: { width: 160, height: 90 } });
    assert.deepEqual(planStoryboard(72_000, HD).everyNth, 720);
  });

  it('shows every picture of a short clip', () => {
    assert.deepEqual(planStoryboard(7, HD), { everyNth: 1, columns: 7, rows: 1, tile: { width: 160, height: 90 } });
    assert.deepEqual(planStoryboard(12, HD), { everyNth: 1, columns: 10, rows: 2, tile: { width: 160, height: 90 } });
    assert.deepEqual(planStoryboard(1, HD), { everyNth: 1, columns: 1, rows: 1, tile: { width: 160, height: 90 } });
  });

  it('keeps the shape of upright and of tiny pictures, with even sides', () => {
    assert.deepEqual(planStoryboard(30, { width: 1080, height: 1920 }).tile, { width: 90, height: 160 });
    // 64 × 2000: 5.12 wide
    assert.deepEqual(planStoryboard(30, { width: 64, height: 2000 }).tile, { width: 6, height: 160 });
    assert.deepEqual(planStoryboard(30, { width: 16, height: 16 }).tile, { width: 16, height: 16 });
  });
});

describe('its times', () => {
  it('word for word', () => {
    // 25 a second, 1200 pictures: every twelfth, 0.48 s each
    const vtt = storyboardVtt(planStoryboard(1200, HD), at(25, 1200), 'storyboard.jpg').split('\n');
    assert.deepEqual(vtt.slice(0, 5), ['WEBVTT', '', '00:00:00.000 --> 00:00:00.480', 'storyboard.jpg#xywh=0,0,160,90', '']);
    assert.deepEqual(vtt.slice(2 + 3 * 11, 4 + 3 * 11), ['00:00:05.280 --> 00:00:05.760', 'storyboard.jpg#xywh=160,90,160,90']);
    assert.deepEqual(vtt.slice(2 + 3 * 99), ['00:00:47.520 --> 00:00:48.000', 'storyboard.jpg#xywh=1440,810,160,90', '', '']);
  });

  it('are those of the pictures where the rate varies', () => {
    const index = frameIndex({
      version: 1,
      timebase: { num: 1000, den: 1 },
      startTicks: 0,
      runs: [
        [1, 40],
        [1, 500],
        [1, 60],
      ],
    });
    assert.deepEqual(storyboardVtt(planStoryboard(3, HD), index, 's.jpg').match(/.* --> .*/g), [
      '00:00:00.000 --> 00:00:00.040',
      '00:00:00.040 --> 00:00:00.540',
      '00:00:00.540 --> 00:00:00.600',
    ]);
  });

  it('end with the last picture that came through', () => {
    const vtt = storyboardVtt(planStoryboard(50, HD), at(25, 30), 's.jpg');
    assert.equal(vtt.match(/-->/g)?.length, 30);
    assert.match(vtt, /00:00:01\.160 --> 00:00:01\.200\ns\.jpg#xywh=1440,180,160,90\n\n$/);
  });

  it('leave out a tile that would take no time', () => {
    // four pictures a millisecond
    const index = frameIndex({ version: 1, timebase: { num: 4000, den: 1 }, startTicks: 0, runs: [[8, 1]] });
    assert.equal(storyboardVtt(planStoryboard(8, HD), index, 's.jpg').match(/-->/g)?.length, 2);
  });

  it('run over an hour', () => {
    const index = frameIndex({ version: 1, timebase: { num: 1, den: 1 }, startTicks: 0, runs: [[2, 3723]] });
    assert.match(storyboardVtt(planStoryboard(2, HD), index, 's.jpg'), /^01:02:03\.000 --> 02:04:06\.000$/m);
  });
});
