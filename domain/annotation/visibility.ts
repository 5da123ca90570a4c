import type { AnnotationDocument } from './document.ts';

/**
 * How strongly a drawing shows on a frame: 0 not at all, 1 fully. A fade climbs in equal steps through the frames before the
 * drawing's own and falls through those after; the steps never reach 0 or 1 themselves, so every fade frame shows something.
 */
export function opacityAt({ frame: first, frameCount, visibility }: AnnotationDocument, frame: number): number {
  if (visibility.profile === 'always') return 1;
  const last = first + frameCount - 1;
  const away = Math.max(first - frame, frame - last, 0);
  if (away === 0) return 1;
  if (visibility.profile === 'hold') return 0;
  return Math.max(0, 1 - away / (visibility.fadeFrames + 1));
}
