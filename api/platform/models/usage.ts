import { TenantModel } from './model.ts';

/** What a tenant is granted and how much of it is taken. One row a tenant; none before its first upload or its first limit. */
export class UsageModel extends TenantModel {
  static override tableName = 'usage';
  static override get idColumn(): string[] {
    return ['tenantId'];
  }
  declare maxBytes: number | null;
  declare maxVideos: number | null;
  declare maxMonthlyBytes: number | null;
  declare maxMonthlyEgressBytes: number | null;
  declare usedBytes: number;
  declare reservedBytes: number;
  declare usedVideos: number;
  declare reservedVideos: number;
  /** The first day of a month of UTC, as `YYYY-MM-DD`. */
  declare month: string;
  /** Uploaded or reserved in that month. */
  declare monthBytes: number;
}
