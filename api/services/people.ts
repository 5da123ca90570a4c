import { uuidv7 } from 'uuidv7';
import type { Role } from '../../domain/access/roles.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { People } from './contracts.ts';

export interface PersonDescription {
  readonly externalId: string;
  readonly role: Role;
  readonly displayName: string;
}

/** Creates a person by the partner's own id, or brings name and role up to date. Parallel requests make one row. */
export async function upsertPerson(scope: TenantScope, person: PersonDescription): Promise<AppUserModel> {
  await AppUserModel.query(scope.trx)
    .insert({ tenantId: scope.tenantId, id: uuidv7(), ...person })
    .onConflict(['tenantId', 'externalId'])
    .merge(['role', 'displayName']);
  return AppUserModel.within(scope).where('externalId', person.externalId).first().throwIfNotFound();
}

const byName = new Intl.Collator('nb', { sensitivity: 'base', numeric: true });

export const people = (): People => ({
  listPlayers: (tenant) =>
    tenant.within(async (scope) => {
      mustBeAllowed(scope, 'video.list', { playerId: null, relationship: { isCoach: false, isGuardian: false }, consent: new Set() });
      const { actor } = scope;
      const query = AppUserModel.within(scope).where('role', 'player');
      if (actor.role === 'player') void query.where('id', actor.id);
      if (actor.role === 'coach')
        void query.whereIn('id', scope.trx('coachPlayer').select('playerId').where({ tenantId: scope.tenantId, coachId: actor.id }));
      if (actor.role === 'guardian')
        void query.whereIn('id', scope.trx('guardianPlayer').select('playerId').where({ tenantId: scope.tenantId, guardianId: actor.id }));
      if (actor.onlyPlayerIds) void query.whereIn('id', [...actor.onlyPlayerIds]);
      const players = await query;
      return players.sort((a, b) => byName.compare(a.displayName, b.displayName));
    }),
});
