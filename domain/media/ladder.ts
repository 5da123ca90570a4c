/** One size a video is offered in for watching. */
export interface Rung {
  /** Begins every file name of the rung; unique in its ladder. */
  readonly name: string;
  /** In pixels, both even. */
  readonly width: number;
  readonly height: number;
  /** Null: the pictures are taken over from the analysis rendition as they are coded. */
  readonly encode: { readonly maxBitsPerSecond: number } | null;
}

export interface LadderSource {
  /** Of the analysis rendition, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The usual rate; every rung keeps every frame. */
  readonly framesPerSecond: number;
}

/** A single picture plays nowhere: there is nothing to watch, over whatever line. @param video its frames, as far as they are known. */
export const needsLadder = ({ frameCount }: { readonly frameCount: number | null }): boolean => frameCount !== null && frameCount > 1;

/** Where the picture of 16:9 gets so many bits at most, at 30 frames a second: sport moves, so about half as much again as for talk. */
const STEPS = [
  { shortSide: 360, longSide: 640, bitsPerSecond: 800_000 },
  { shortSide: 540, longSide: 960, bitsPerSecond: 1_800_000 },
  { shortSide: 720, longSide: 1280, bitsPerSecond: 3_200_000 },
  { shortSide: 1080, longSide: 1920, bitsPerSecond: 6_000_000 },
] as const;

/** A smaller picture is worth an encode only when it is smaller by this much. */
const LARGEST_SHARE = 0.8;

const even = (side: number): number => Math.max(2, 2 * Math.round(side / 2));

/**
 * The sizes to offer, the smallest first. The last is always the analysis rendition itself, remuxed; the others are smaller
 * copies of it. Nothing is ever enlarged.
 */
export function chooseLadder({ width, height, framesPerSecond }: LadderSource): readonly Rung[] {
  const shortSide = Math.min(width, height);
  const smaller = STEPS.filter((step) => step.shortSide <= shortSide * LARGEST_SHARE).map((step): Rung => {
    const share = step.shortSide / shortSide;
    const size = { width: even(width * share), height: even(height * share) };
    const pictureShare = (size.width * size.height) / (step.shortSide * step.longSide);
    const maxBitsPerSecond = roundTo1000(step.bitsPerSecond * pictureShare * rateFactor(framesPerSecond));
    return { name: `v${String(step.shortSide)}`, ...size, encode: { maxBitsPerSecond } };
  });
  return [...smaller, { name: `v${String(shortSide)}`, width, height, encode: null }];
}

const roundTo1000 = (bits: number): number => 1000 * Math.round(bits / 1000);

/** Frames that are closer together differ less: four times the frames need about twice the bits. */
const rateFactor = (framesPerSecond: number): number => Math.sqrt(Math.min(240, Math.max(15, framesPerSecond)) / 30);

/** How long a segment should last, in seconds. */
export const SEGMENT_SECONDS = 4;

/** A keyframe of the analysis rendition. */
export interface Keyframe {
  readonly frame: number;
  readonly seconds: number;
}

/**
 * The frames at which segments begin, the first one 0. Every rung is cut there, so each is a keyframe of the rendition that is
 * remuxed. A rest of less than a second stays with the segment before it.
 * @param keyframes in order; the first is frame 0.
 * @param endSeconds where the last frame's stay ends.
 */
export function planSegments(keyframes: readonly Keyframe[], endSeconds: number): readonly number[] {
  const starts: number[] = [];
  let begun = Number.NEGATIVE_INFINITY;
  keyframes.forEach(({ frame, seconds }, at) => {
    const next = keyframes[at + 1]?.seconds ?? endSeconds;
    // The nearest keyframe to the wanted length: this one, if the next would be further off.
    const isNear = Math.abs(seconds - begun - SEGMENT_SECONDS) <= Math.abs(next - begun - SEGMENT_SECONDS);
    const isLong = seconds - begun >= SEGMENT_SECONDS;
    if (starts.length > 0 && (endSeconds - seconds < 1 || !(isNear || isLong))) return;
    starts.push(frame);
    begun = seconds;
  });
  return starts;
}
