import type { FrameIndex } from './frame-index.ts';
import { framesPerSecond, nominalRate, type FrameRate } from './frame-rate.ts';

/**
 * The rate to count timecode in; null when the frames do not come at a steady beat, where timecode would lie.
 * Stays that differ by one tick are steady: 23.976 frames a second do not fit whole ticks of 1/90000 s.
 */
export function timecodeRate({ data, count }: FrameIndex): FrameRate | null {
  // The last frame's stay is the container's word, not a distance between two frames.
  const stays = data.runs.flatMap(([frames, ticks], run) => (run === data.runs.length - 1 && frames === 1 && count > 1 ? [] : [ticks]));
  if (Math.max(...stays) - Math.min(...stays) > 1) return null;
  const beats = data.runs.reduce((sum, [frames, ticks]) => sum + frames * ticks, 0);
  const last = data.runs.at(-1)?.[1] ?? 0;
  return count > 1 ? nominalRate(count - 1, beats - last, data.timebase) : nominalRate(1, last, data.timebase);
}

/**
 * SMPTE ST 12-1 timecode: `00:00:59:24`, at NTSC rates from 29.97 up in drop-frame counting with `;` before the frames.
 * Hours go on past 24 and negative frames have a minus: a clip may be counted from its moment of impact.
 */
export function formatTimecode(frame: number, rate: FrameRate): string {
  const base = Math.round(framesPerSecond(rate));
  const dropped = droppedPerMinute(rate, base);
  const count = withDropped(Math.abs(frame), base, dropped);
  const seconds = Math.floor(count / base);
  const digits = Math.max(2, String(base - 1).length);
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => padded(Math.floor(part), 2)).join(':');
  return `${frame < 0 ? '-' : ''}${clock}${dropped > 0 ? ';' : ':'}${padded(count % base, digits)}`;
}

/** `1:02.345`: minutes, seconds and milliseconds, rounded down so that no time reads as later than it is. */
export function formatElapsed(seconds: number): string {
  // A hair is added, because 0.29 s is 289.99999999999994 ms in binary.
  const ms = Math.floor(Math.abs(seconds) * 1000 + 1e-6);
  const sign = seconds < 0 && ms > 0 ? '-' : '';
  return `${sign}${String(Math.floor(ms / 60_000))}:${padded(Math.floor(ms / 1000) % 60, 2)}.${padded(ms % 1000, 3)}`;
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** Numbers, not frames, are dropped: 2 a minute at 29.97, except every tenth minute, and in proportion at its multiples. */
const droppedPerMinute = (rate: FrameRate, base: number): number => (rate.den === 1001 && base % 30 === 0 ? base / 15 : 0);

function withDropped(frame: number, base: number, dropped: number): number {
  if (dropped === 0) return frame;
  const perMinute = base * 60 - dropped;
  const perTenMinutes = perMinute * 10 + dropped;
  const tens = Math.floor(frame / perTenMinutes);
  // The first minute of each ten keeps its numbers, so it is `dropped` frames longer than the nine that follow.
  const minutes = Math.max(0, Math.floor(((frame % perTenMinutes) - dropped) / perMinute));
  return frame + dropped * (tens * 9 + minutes);
}
