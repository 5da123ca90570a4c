import type { AnnotationDocument } from '../../../domain/annotation/document.ts';
import { TenantModel } from './model.ts';

export class AnnotationRevisionModel extends TenantModel {
  static override tableName = 'videoAnnotationRevision';
  static override get idColumn(): string[] {
    return ['tenantId', 'annotationId', 'version'];
  }
  static override get jsonAttributes(): string[] {
    return ['document'];
  }
  declare annotationId: string;
  declare version: number;
  /** Null where the drawing was removed. */
  declare document: AnnotationDocument | null;
  declare changedById: string;
  declare changedAt: Date;
}
