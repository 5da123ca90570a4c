import { TenantModel } from './model.ts';
import type { RenditionFile } from './rendition.ts';

/** The playlist that a player opens. */
export const HLS_FILE = 'hls.m3u8';

/** What is watched over HLS; belongs to one published rendition. */
export class LadderModel extends TenantModel {
  static override tableName = 'videoLadder';
  static override get idColumn(): string[] {
    return ['tenantId', 'videoId', 'attemptId'];
  }
  static override get jsonAttributes(): string[] {
    return ['files'];
  }
  declare videoId: string;
  declare attemptId: string;
  declare processingVersion: number;
  declare files: Readonly<Record<string, RenditionFile>>;
  declare createdAt: Date;
}
