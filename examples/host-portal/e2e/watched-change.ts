import type { Visitor } from './visitor.ts';

/** What the tests use of `<video-player>` here. */
interface PlayerElement extends HTMLElement {
  readonly frame: number;
  readonly playing: boolean;
  readonly media: HTMLVideoElement;
}

/** What a person saw and a page was told while the finished clip took the preview's place. */
export interface Change {
  /** Every frame that was told, from the one before. */
  readonly frames: readonly number[];
  readonly wasPlaying: boolean;
  readonly isPlaying: boolean;
  readonly from: string;
  readonly to: string;
  /** How long one picture was held, in milliseconds; 0 when that was shorter than a picture of the screen. */
  readonly heldMs: number;
}

/** Notes everything from the call until the change is over. */
export async function watchChange({ page }: Visitor): Promise<() => Promise<Change>> {
  const noted = await page.evaluateHandle(() => {
    const player = document.querySelector<PlayerElement>('video-player');
    if (!player) throw new Error('no player');
    const frames = [player.frame];
    const [from, wasPlaying] = [player.media.currentSrc, player.playing];
    player.addEventListener('va-frame-change', () => frames.push(player.frame));
    let [heldFrom, heldTo, isOver] = [0, 0, false];
    const look = (now: number): void => {
      if (player.shadowRoot?.querySelector('canvas.held')) [heldFrom, heldTo] = [heldFrom || now, now];
      if (!isOver) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    const change = new Promise<Change>((resolve) => {
      player.addEventListener('va-video-processed', () => {
        isOver = true;
        resolve({ frames, wasPlaying, isPlaying: player.playing, from, to: player.media.currentSrc, heldMs: heldTo - heldFrom });
      });
    });
    return { change };
  });
  return () => noted.evaluate(({ change }) => change);
}

/** The shown picture, small, in grey: one number for each pixel. */
export function greyPicture({ page }: Visitor): Promise<number[]> {
  return page.evaluate(() => {
    const media = document.querySelector<PlayerElement>('video-player')?.media;
    if (!media) throw new Error('no player');
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [160, Math.round((160 * media.videoHeight) / media.videoWidth)];
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(media, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_, n) => ((data[4 * n] ?? 0) + (data[4 * n + 1] ?? 0) + (data[4 * n + 2] ?? 0)) / 3);
  });
}

/** How much two pictures differ: the mean of a pixel, of 255. */
export const difference = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, n) => sum + Math.abs(value - (b[n] ?? 0)), 0) / a.length;
