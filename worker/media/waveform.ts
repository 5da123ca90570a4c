import { createReadStream } from 'node:fs';

/** How loud a clip is, for drawing. */
export interface Waveform {
  readonly version: 1;
  readonly pointsPerSecond: number;
  /** The loudest moment of each stretch, 0 … 1 of full scale, from time 0 of the pictures on. */
  readonly peaks: readonly number[];
}

/** What the decoder is asked to write: one channel of signed 16-bit samples, little-endian. */
export const WAVEFORM_RATE = 48_000;

/** Shorter than a picture at 30 a second: the strike of a ball is found on its frame. */
const POINTS_PER_SECOND = 50;
const SAMPLES_PER_POINT = WAVEFORM_RATE / POINTS_PER_SECOND;
const FULL_SCALE = 32_768;

/** Finds the peaks of a stream of samples, however it is cut into pieces, without keeping the samples. */
export function peakFinder(): { add(bytes: Buffer): void; end(): readonly number[] } {
  const peaks: number[] = [];
  let [loudest, samples] = [0, 0];
  let odd: number | null = null;
  const close = (): void => {
    peaks.push(Math.round((loudest / FULL_SCALE) * 1000) / 1000);
    [loudest, samples] = [0, 0];
  };
  const addSample = (low: number, high: number): void => {
    const sample = ((high << 24) >> 16) | low;
    loudest = Math.max(loudest, sample < 0 ? -sample : sample);
    samples += 1;
    if (samples === SAMPLES_PER_POINT) close();
  };
  return {
    add(bytes) {
      let at = 0;
      if (odd !== null && bytes.length > 0) {
        addSample(odd, bytes[0] ?? 0);
        at = 1;
      }
      for (; at + 1 < bytes.length; at += 2) addSample(bytes[at] ?? 0, bytes[at + 1] ?? 0);
      if (bytes.length > 0) odd = at < bytes.length ? (bytes[at] ?? 0) : null;
    },
    end() {
      if (samples > 0) close();
      return peaks;
    },
  };
}

/** Reads the samples of a clip. Null: there is nothing to hear. */
export async function readWaveform(samples: string): Promise<Waveform | null> {
  const finder = peakFinder();
  for await (const chunk of createReadStream(samples)) finder.add(chunk as Buffer);
  const peaks = finder.end();
  return peaks.some((peak) => peak > 0) ? { version: 1, pointsPerSecond: POINTS_PER_SECOND, peaks } : null;
}
