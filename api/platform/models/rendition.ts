import type { FrameIndexData } from '../../../domain/frames/frame-index.ts';
import { TenantModel } from './model.ts';

/** One file a lease may stream, found by its name. */
export interface RenditionFile {
  readonly key: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

export const ANALYSIS_FILE = 'analysis.mp4';
export const POSTER_FILE = 'poster.jpg';
/** WebVTT; it names the image beside it. */
export const STORYBOARD_FILE = 'storyboard.vtt';
export const STORYBOARD_IMAGE_FILE = 'storyboard.jpg';
/** Missing where there is nothing to hear. */
export const WAVEFORM_FILE = 'waveform.json';

export class RenditionModel extends TenantModel {
  static override tableName = 'videoRendition';
  static override get idColumn(): string[] {
    return ['tenantId', 'videoId', 'attemptId'];
  }
  static override get jsonAttributes(): string[] {
    return ['files', 'frameIndex'];
  }
  declare videoId: string;
  declare attemptId: string;
  declare processingVersion: number;
  /** A preview is the source's own picture and sound, until the rendition made for analysis is there. */
  declare kind: 'analysis' | 'preview';
  declare files: Readonly<Record<string, RenditionFile>>;
  declare frameIndex: FrameIndexData;
  /** Eight bytes a frame; null for a preview, whose pictures nobody has looked at. */
  declare pictureHashes: Buffer | null;
  declare createdAt: Date;

  /** The name when the rendition has such a file. */
  nameIfPresent(name: string): string | null {
    return this.files[name] ? name : null;
  }
}
