import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planPicture } from './picture-plan.ts';
import type { VideoTrack } from './source-facts.ts';

const HD: VideoTrack = {
  ...{
    index: 0,
    codec: 'h264',
    width: 1920,
    height: 1080,
    pixelAspect: { num: 1, den: 1 },
    pixelFormat: 'yuv420p',
    rotation: 0,
    isCoverArt: false,
  },
  color: { range: 'tv', space: 'bt709', transfer: 'bt709', primaries: 'bt709' },
  timeBase: { num: 1, den: 90_000 },
  claimedRates: [],
};

const sizeOf = (track: Partial<VideoTrack>, longest = 1920): [width: number, height: number, isScaled: boolean] => {
  const { width, height, isScaled } = planPicture({ ...HD, ...track }, false, longest);
  return [width, height, isScaled];
};

describe('the shown size', () => {
  it('is the stored one when nothing has to change', () => {
    assert.deepEqual(sizeOf({}), [1920, 1080, false]);
  });

  it('turns with the picture, by quarter turns only', () => {
    assert.deepEqual(sizeOf({ rotation: 90 }), [1080, 1920, false]);
    assert.deepEqual(sizeOf({ rotation: 270 }), [1080, 1920, false]);
    assert.deepEqual(sizeOf({ rotation: 180 }), [1920, 1080, false]);
  });

  it('keeps the longest side within the limit and never grows', () => {
    assert.deepEqual(sizeOf({ width: 3840, height: 2160 }), [1920, 1080, true]);
    assert.deepEqual(sizeOf({ width: 3840, height: 2160, rotation: 90 }), [1080, 1920, true]);
    assert.deepEqual(sizeOf({ width: 320, height: 240 }), [320, 240, false]);
  });

  it('squares pixels by growing the short way', () => {
    assert.deepEqual(sizeOf({ width: 360, height: 360, pixelAspect: { num: 16, den: 9 } }), [640, 360, true]);
    assert.deepEqual(sizeOf({ width: 640, height: 360, pixelAspect: { num: 1, den: 2 } }), [640, 720, true]);
    // wide pixels of a picture lying on its side make the upright picture taller
    assert.deepEqual(sizeOf({ width: 360, height: 360, pixelAspect: { num: 16, den: 9 }, rotation: 90 }), [360, 640, true]);
  });

  it('has even sides', () => {
    assert.deepEqual(sizeOf({ width: 641, height: 359 }), [640, 358, true]);
    assert.deepEqual(sizeOf({ width: 161, height: 121 }), [160, 120, true]);
  });
});

describe('the colours', () => {
  const colorOf = (track: Partial<VideoTrack>): unknown => planPicture({ ...HD, ...track }, false, 1920).color;
  const untagged = { range: 'unknown', space: 'unknown', transfer: 'unknown', primaries: 'unknown' };

  it('follow the tags', () => {
    assert.deepEqual(colorOf({}), { kind: 'sdr', matrix: 'bt709', range: 'limited' });
    assert.deepEqual(colorOf({ color: { ...HD.color, space: 'smpte170m', range: 'pc' } }), {
      kind: 'sdr',
      matrix: 'smpte170m',
      range: 'full',
    });
  });

  it('are guessed by size where there are no tags, and full range by the old pixel formats', () => {
    assert.deepEqual(colorOf({ color: untagged }), { kind: 'sdr', matrix: 'bt709', range: 'limited' });
    assert.deepEqual(colorOf({ color: untagged, width: 640, height: 480 }), { kind: 'sdr', matrix: 'smpte170m', range: 'limited' });
    assert.deepEqual(colorOf({ color: untagged, pixelFormat: 'yuvj420p' }), { kind: 'sdr', matrix: 'bt709', range: 'full' });
  });

  it('of a picture stored in red, green and blue have no matrix yet', () => {
    assert.deepEqual(colorOf({ color: untagged, pixelFormat: 'gbrp' }), { kind: 'sdr', matrix: 'rgb', range: 'limited' });
  });

  it('of HDR and of wide gamut are converted in linear light', () => {
    const hdr = { range: 'tv', space: 'bt2020nc', primaries: 'bt2020' };
    for (const transfer of ['arib-std-b67', 'smpte2084'])
      assert.deepEqual(colorOf({ color: { ...hdr, transfer } }), { kind: 'wide', transfer, range: 'limited' });
    assert.deepEqual(colorOf({ color: { ...hdr, transfer: 'bt2020-10' } }), { kind: 'wide', transfer: 'bt709', range: 'limited' });
  });
});
