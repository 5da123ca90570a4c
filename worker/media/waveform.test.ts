import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { peakFinder } from './waveform.ts';

const samples = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, n) => bytes.writeInt16LE(value, n * 2));
  return bytes;
};
const peaksOf = (...chunks: readonly Buffer[]): readonly number[] => {
  const finder = peakFinder();
  for (const chunk of chunks) finder.add(chunk);
  return finder.end();
};

/** 48 000 samples a second and 50 points: 960 samples to a point. */
const stretch = (value: number): number[] => Array.from({ length: 960 }, (_, n) => (n === 500 ? value : 0));

describe('the peaks of a sound', () => {
  it('are the loudest sample of each fiftieth of a second, up or down', () => {
    assert.deepEqual(peaksOf(samples(...stretch(16_384), ...stretch(-8192), ...stretch(0), ...stretch(-32_768))), [0.5, 0.25, 0, 1]);
  });

  it('include the rest at the end', () => {
    assert.deepEqual(peaksOf(samples(...stretch(0), 3277)), [0, 0.1]);
  });

  it('are the same however the bytes are cut', () => {
    const bytes = samples(...stretch(12_345), ...stretch(-258), ...stretch(255));
    for (const size of [1, 3, 959, 1920, 1921])
      assert.deepEqual(
        peaksOf(...Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size))),
        peaksOf(bytes),
        String(size),
      );
  });

  it('of nothing are none', () => {
    assert.deepEqual(peaksOf(Buffer.alloc(0)), []);
  });
});
