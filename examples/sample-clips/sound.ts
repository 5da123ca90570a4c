import type { SwingPlan } from './truth.ts';
import { distance } from './vector.ts';

export const SAMPLE_RATE = 48_000;

/** Partials of a club striking a ball: hertz, loudness, seconds to fade to a third. */
const STRIKE = {
  driver: [
    [820, 0.3, 0.012],
    [2350, 0.35, 0.02],
    [4180, 0.3, 0.014],
    [6900, 0.16, 0.007],
  ],
  iron: [
    [420, 0.42, 0.01],
    [1480, 0.34, 0.009],
    [3050, 0.2, 0.006],
    [5600, 0.1, 0.004],
  ],
} as const;
const STRIKE_SECONDS = 0.16;
/** Kept far below the strike, so that the strike's first sample is found by loudness alone. */
const AIR_LOUDNESS = 0.0035;
const SWISH_LOUDNESS = 0.03;

/** The clip's sound, one channel of 16-bit samples: open air, the club's swish, and the strike exactly at impact. */
export function swingSound(plan: SwingPlan): Int16Array {
  const { timing, frameCount, clipSecondsOf, options } = plan;
  const endSeconds = clipSecondsOf(plan.swingSecondsAt(frameCount - 1)) + timing.meanRate.den / timing.meanRate.num;
  const samples = new Float32Array(Math.round(endSeconds * SAMPLE_RATE));
  addAir(samples);
  addSwish(samples, plan);
  addStrike(samples, Math.round(clipSecondsOf(0) * SAMPLE_RATE), STRIKE[options.club]);
  return Int16Array.from(samples, (value) => Math.max(-1, Math.min(1, value)) * 32_767);
}

/** Repeatable white noise. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2147483648;
  };
}

function addAir(samples: Float32Array): void {
  const next = noise(7);
  let low = 0;
  for (let i = 0; i < samples.length; i++) {
    low += (next() - low) * 0.06;
    samples[i] = low * AIR_LOUDNESS * 4 * (0.8 + 0.2 * Math.sin(i / 21_000));
  }
}

/** Band noise whose loudness and brightness follow the club head's speed. */
function addSwish(samples: Float32Array, { model, slowFactor, clipSecondsOf }: SwingPlan): void {
  const next = noise(99);
  const [from, to] = [model.eventAt('top'), model.eventAt('mid-follow-through') * 2];
  const first = Math.max(0, Math.floor(clipSecondsOf(from) * SAMPLE_RATE));
  const last = Math.min(samples.length, Math.floor(clipSecondsOf(to) * SAMPLE_RATE));
  const start = clipSecondsOf(0);
  let [speed, low, band] = [0, 0, 0];
  for (let i = first; i < last; i++) {
    if ((i - first) % 96 === 0) speed = headSpeed(model, (i / SAMPLE_RATE - start) / slowFactor);
    const share = Math.min(1, speed / 40);
    low += (next() - low) * (0.08 + 0.3 * share);
    band += (low - band) * 0.05;
    samples[i] = (samples[i] ?? 0) + (low - band) * SWISH_LOUDNESS * share ** 2;
  }
}

/** Metres per second. */
function headSpeed(model: SwingPlan['model'], seconds: number): number {
  const step = 0.002;
  return distance(model.skeletonAt(seconds + step / 2).clubHead, model.skeletonAt(seconds - step / 2).clubHead) / step;
}

function addStrike(samples: Float32Array, start: number, partials: readonly (readonly [number, number, number])[]): void {
  const next = noise(3);
  const end = Math.min(samples.length, start + Math.round(STRIKE_SECONDS * SAMPLE_RATE));
  for (let i = start; i < end; i++) {
    const t = (i - start) / SAMPLE_RATE;
    let value = next() * 0.55 * Math.exp(-t / 0.0025);
    for (const [hertz, loudness, fade] of partials) value += Math.cos(2 * Math.PI * hertz * t) * loudness * Math.exp(-t / fade);
    samples[i] = (samples[i] ?? 0) + value * 0.78;
  }
}
