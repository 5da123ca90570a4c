import type { FrameIndex } from '../../../domain/frames/frame-index.ts';
import type { LadderFiles } from './ladder-files.ts';
import type { MasterPlaylist, MediaPlaylist } from './playlist.ts';
import type { Probes } from './probes.ts';

/** One clip as a viewer has it. */
export interface Watched {
  readonly files: LadderFiles;
  readonly frames: FrameIndex;
  /** The analysis rendition that the ladder was made of. */
  readonly analysis: Buffer;
  readonly probes: Probes;
}

/** One rendition: its playlist with all it leads to. What is missing is empty. */
export interface Rendition extends MediaPlaylist {
  /** The playlist's own. */
  readonly name: string;
  readonly init: Buffer;
  readonly segments: readonly Buffer[];
}

/** Everything the rules look at. */
export interface Ladder extends Watched {
  readonly master: MasterPlaylist;
  /** In the order of the variants, the smallest first. */
  readonly pictures: readonly Rendition[];
  readonly sounds: readonly Rendition[];
}

/** What a rule found. No faults: it is kept. */
export interface Finding {
  readonly rule: string;
  readonly says: string;
  readonly faults: readonly string[];
}

export type Rules = (ladder: Ladder) => Promise<readonly Finding[]> | readonly Finding[];

/** All of it in one piece, as a player appends it. */
export const wholeOf = ({ init, segments }: Rendition): Buffer => Buffer.concat([init, ...segments]);

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
