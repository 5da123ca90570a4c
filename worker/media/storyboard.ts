import type { FrameIndex } from '../../domain/frames/frame-index.ts';

/** Small copies of pictures at even distances, side by side in one image. */
export interface StoryboardPlan {
  /** Every how many pictures one is copied, from the first on. */
  readonly everyNth: number;
  readonly columns: number;
  readonly rows: number;
  /** Of one tile, in pixels. */
  readonly tile: { readonly width: number; readonly height: number };
}

const MOST_TILES = 100;
const MOST_COLUMNS = 10;
const TILE_SIDE = 160;

/** @param pictures how many the clip shows, as far as is known. */
export function planStoryboard(pictures: number, { width, height }: { readonly width: number; readonly height: number }): StoryboardPlan {
  const everyNth = Math.max(1, Math.ceil(pictures / MOST_TILES));
  const tiles = Math.max(1, Math.ceil(pictures / everyNth));
  const columns = Math.min(MOST_COLUMNS, tiles);
  const share = Math.min(1, TILE_SIDE / Math.max(width, height));
  // even sides: the image halves its colour planes, and a tile must begin on a whole one
  const [tileWidth = 2, tileHeight = 2] = [width, height].map((side) => Math.max(2, 2 * Math.round((side * share) / 2)));
  return { everyNth, columns, rows: Math.ceil(tiles / columns), tile: { width: tileWidth, height: tileHeight } };
}

/**
 * Which part of the image belongs to which time: WebVTT with spatial media fragments (`image.jpg#xywh=x,y,w,h`), as players read
 * their thumbnail tracks. A tile stands for the time from its own picture until the next tile's.
 * @param image the image's name, relative to the file.
 */
export function storyboardVtt({ everyNth, columns, rows, tile }: StoryboardPlan, index: FrameIndex, image: string): string {
  const tiles = Math.min(columns * rows, Math.ceil(index.count / everyNth));
  const cues = Array.from({ length: tiles }, (_, n) => {
    const from = milliseconds(index.ptsOf(n * everyNth));
    const to = milliseconds(index.ptsOf(n + 1 < tiles ? (n + 1) * everyNth : index.count));
    const place = [(n % columns) * tile.width, Math.floor(n / columns) * tile.height, tile.width, tile.height];
    // a cue that takes no time is an error in WebVTT: above a thousand pictures a second a tile may have none
    return to > from ? `${clockTime(from)} --> ${clockTime(to)}\n${image}#xywh=${place.join(',')}\n\n` : '';
  });
  return `WEBVTT\n\n${cues.join('')}`;
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** `00:01:02.345` */
function clockTime(ms: number): string {
  const digits = (value: number, length: number): string => String(Math.floor(value)).padStart(length, '0');
  return `${digits(ms / 3_600_000, 2)}:${digits((ms / 60_000) % 60, 2)}:${digits((ms / 1000) % 60, 2)}.${digits(ms % 1000, 3)}`;
}
