/** One small picture of a storyboard: a part of its image, in pixels, and the time from which it stands for the clip. */
export interface Tile {
  readonly fromSeconds: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface StoryboardTrack {
  /** The image's name, relative to the track. */
  readonly image: string;
  /** In the order of time; at least one. */
  readonly tiles: readonly Tile[];
}

/** `00:01.000 --> …` or `00:00:01.000 --> …`: hours may be left out. */
const START = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})[ \t]+-->/;
/** A spatial media fragment (W3C Media Fragments 1.0, 4.2.2); pixels are its own unit when none is named. */
const PLACE = /^(.+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;

/** Reads a thumbnail track: WebVTT whose cues name parts of one image. What is not such a cue is passed over. Null: there is none in it. */
export function parseStoryboard(vtt: string): StoryboardTrack | null {
  const cues = vtt
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map(cueOf)
    .filter((cue) => cue !== null);
  const image = cues[0]?.image;
  return image === undefined ? null : { image, tiles: cues.filter((cue) => cue.image === image).map(({ tile }) => tile) };
}

/** The tile for a moment: the last that has begun, and the first before that. */
export const tileAt = ({ tiles }: StoryboardTrack, seconds: number): Tile | undefined =>
  tiles.findLast(({ fromSeconds }) => fromSeconds <= seconds) ?? tiles[0];

function cueOf(block: string): { readonly image: string; readonly tile: Tile } | null {
  const lines = block.split('\n');
  // A name may stand above the times.
  const timed = lines.findIndex((line) => START.test(line));
  const start = START.exec(lines[timed] ?? '');
  const place = PLACE.exec(lines[timed + 1]?.trim() ?? '');
  if (!start || !place || timed > 1) return null;
  const [hours = 0, minutes = 0, seconds = 0, ms = 0] = start.slice(1).map((digits: string | undefined) => Number(digits ?? 0));
  const [x = 0, y = 0, width = 0, height = 0] = place.slice(2).map(Number);
  return { image: place[1] ?? '', tile: { fromSeconds: hours * 3600 + minutes * 60 + seconds + ms / 1000, x, y, width, height } };
}
