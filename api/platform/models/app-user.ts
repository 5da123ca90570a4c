import type { ActorRole } from '../../../domain/access/roles.ts';
import { TenantModel } from './model.ts';

export class AppUserModel extends TenantModel {
  static override tableName = 'appUser';
  declare id: string;
  declare externalId: string;
  declare role: ActorRole;
  declare displayName: string;
  /** A day, `YYYY-MM-DD`. */
  declare birthDate: string | null;
  /** The only key the birth date is told to. */
  declare birthDateKeyId: string | null;
  declare deactivatedAt: Date | null;
  /** Nothing is left of this person but an id that other people's rows name. */
  declare erasedAt: Date | null;
  declare createdAt: Date;
}
