import type { RandomAccess } from './random-access.ts';

/** A box of an MP4 or QuickTime file (ISO/IEC 14496-12), without its header. Positions are the file's. */
export interface MovieBox {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** A film has some hundreds, a fragmented one some thousands. */
const MOST_BOXES = 20_000;

/** Goes through the boxes of one file, of which a hostile one has as many as it likes. */
export class BoxWalk {
  readonly #file: RandomAccess;
  #left: number;

  /** @param mostBoxes no more are looked at. */
  constructor(file: RandomAccess, mostBoxes = MOST_BOXES) {
    this.#file = file;
    this.#left = mostBoxes;
  }

  /** All the boxes it may look at have been looked at. */
  get isUsedUp(): boolean {
    return this.#left <= 0;
  }

  /** The boxes that lie side by side between two positions. Ends at the first thing that is no box. */
  async *boxes(start = 0, end = this.#file.sizeBytes): AsyncGenerator<MovieBox> {
    for (let at = start; at + 8 <= end && this.#left > 0;) {
      this.#left -= 1;
      const header = await this.#file.readAt(at, 16);
      if (header.length < 8) return;
      const box = boxAt(header, at, end);
      if (box === null) return;
      yield box;
      at = box.end;
    }
  }

  /** The boxes at the end of a path of types: `['trak', 'edts', 'elst']` are all edit lists of a `moov`. */
  async *at(path: readonly string[], { start, end }: { readonly start: number; readonly end: number }): AsyncGenerator<MovieBox> {
    const [type, ...deeper] = path;
    for await (const box of this.boxes(start, end)) {
      if (box.type !== type) continue;
      if (deeper.length === 0) yield box;
      else yield* this.at(deeper, box);
    }
  }
}

function boxAt(header: Buffer, at: number, end: number): MovieBox | null {
  const size = header.readUInt32BE(0);
  const type = header.toString('latin1', 4, 8);
  if (size === 0) return { type, start: at + 8, end };
  if (size === 1 && header.length < 16) return null;
  const [bytes, headerBytes] = size === 1 ? [Number(header.readBigUInt64BE(8)), 16] : [size, 8];
  // what claims to reach beyond its end is read as far as there is anything
  return bytes < headerBytes ? null : { type, start: at + headerBytes, end: Math.min(end, at + bytes) };
}
