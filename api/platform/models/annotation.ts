import type { AnnotationDocument } from '../../../domain/annotation/document.ts';
import { selected, TenantModel, type Columns } from './model.ts';

export class AnnotationModel extends TenantModel {
  static override tableName = 'videoAnnotation';
  static override get jsonAttributes(): string[] {
    return ['document'];
  }
  declare id: string;
  declare videoId: string;
  declare version: number;
  declare document: AnnotationDocument;
  /** When the frame appears, in milliseconds of the analysis rendition. */
  declare ptsMs: number;
  /** 16 hex digits; null where no picture was hashed. */
  declare pictureHash: string | null;
  /** How it fits the rendition that is played. */
  declare anchorState: 'exact' | 'shifted' | 'lost';
  /** Frames to its picture in that rendition; 0 unless shifted. */
  declare anchorShift: number;
  /** Rises with every change of any drawing: what `since` compares. */
  declare changeSeq: number;
  declare createdById: string;
  declare createdByName: string;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare deletedAt: Date | null;
}

const COLUMNS: Readonly<Record<Exclude<Columns<AnnotationModel>, 'createdByName'>, true>> = {
  tenantId: true,
  id: true,
  videoId: true,
  version: true,
  document: true,
  ptsMs: true,
  pictureHash: true,
  anchorState: true,
  anchorShift: true,
  changeSeq: true,
  createdById: true,
  createdAt: true,
  updatedAt: true,
  deletedAt: true,
};

/** All that the model knows of a row `a`, for a query that is written by hand. */
export const ANNOTATION_COLUMNS = selected('a', COLUMNS);
