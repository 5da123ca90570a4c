import type { components } from '../../../domain/generated/openapi.ts';
import { TenantModel } from './model.ts';

export class TakeoutModel extends TenantModel {
  static override tableName = 'takeout';
  declare id: string;
  declare personId: string;
  declare state: components['schemas']['Takeout']['state'];
  declare objectKey: string;
  declare sizeBytes: number | null;
  declare sha256: string | null;
  declare requestedAt: Date;
  declare readyAt: Date | null;
  declare expiresAt: Date;
}
