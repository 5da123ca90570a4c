import { TenantModel } from './model.ts';

/** One try at processing a video: counted, so that no file is tried for ever, and remembered until the store is clean of it. */
export class VideoAttemptModel extends TenantModel {
  static override tableName = 'videoAttempt';
  static override get idColumn(): string[] {
    return ['tenantId', 'videoId', 'id'];
  }
  declare videoId: string;
  declare id: string;
  declare processingVersion: number;
  declare begunAt: Date;
  /** Null while it runs, and for ever when its worker was killed. */
  declare endedAt: Date | null;
  /** When the store was cleaned of what it had written. */
  declare sweptAt: Date | null;
  /** How often the sweep has sent for its ladder, beyond the job that was queued with publishing. */
  declare ladderTries: number;
  /** When the sweep looks after its ladder again. */
  declare ladderDueAt: Date | null;
  /** When its ladder was published or given up for good. */
  declare ladderEndedAt: Date | null;
}
