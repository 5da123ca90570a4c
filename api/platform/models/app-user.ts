import type { Role } from '../../../domain/access/roles.ts';
import { TenantModel } from './model.ts';

export class AppUserModel extends TenantModel {
  static override tableName = 'appUser';
  declare id: string;
  declare externalId: string;
  declare role: Role;
  declare displayName: string;
  declare birthDate: string | null;
  declare createdAt: Date;
}
