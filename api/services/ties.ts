import type { Role } from '../../domain/access/roles.ts';
import { DomainError } from '../../domain/errors.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import type { TenantScope } from '../platform/tenant.ts';
import type { TieKind, Ties } from './contracts.ts';
import { byName, mustDealWith, personNamed } from './person-record.ts';

const TABLES = {
  coach: { table: 'coachPlayer', column: 'coachId', field: 'coachExternalId' },
  guardian: { table: 'guardianPlayer', column: 'guardianId', field: 'guardianExternalId' },
} as const;

const PLAYER_FIELD = 'externalId';

export const ties = (): Ties => ({
  link: (tenant, kind, externalId, playerExternalId) =>
    tenant.within(async (scope) => {
      await mustDealWith(scope, 'person.write');
      const { field } = TABLES[kind];
      const person = mustFit(await end(scope, externalId, field), kind, field);
      const player = mustFit(await end(scope, playerExternalId, PLAYER_FIELD), 'player', PLAYER_FIELD);
      await tie(scope, kind, { personId: person.id, playerId: player.id });
    }),

  unlink: (tenant, kind, externalId, playerExternalId) =>
    tenant.within(async (scope) => {
      await mustDealWith(scope, 'person.write');
      const { table, column, field } = TABLES[kind];
      const { id: personId } = await end(scope, externalId, field);
      const { id: playerId } = await end(scope, playerExternalId, PLAYER_FIELD);
      // A trigger ends what is being watched by this tie.
      const parted = await scope
        .trx(table)
        .where({ tenantId: scope.tenantId, [column]: personId, playerId })
        .delete();
      if (parted > 0) await record(scope, kind, { personId, playerId, isLinked: false });
    }),

  of: (tenant, externalId) =>
    tenant.within(async (scope) => {
      const person = await personNamed(scope, externalId);
      await mustDealWith(scope, 'person.read', person?.id);
      if (!person) throw new DomainError('user.not_found', { field: PLAYER_FIELD });
      const { id } = person;
      return {
        coaches: await tied(scope, 'coach', 'playerId', id),
        guardians: await tied(scope, 'guardian', 'playerId', id),
        coachOf: await tied(scope, 'coach', 'coachId', id),
        guardianOf: await tied(scope, 'guardian', 'guardianId', id),
      };
    }),
});

/** The people at the other end of the ties in which this one stands in the column. */
async function tied(
  scope: TenantScope,
  kind: TieKind,
  standsAs: 'playerId' | 'coachId' | 'guardianId',
  id: string,
): Promise<AppUserModel[]> {
  const { table, column } = TABLES[kind];
  const others = scope
    .trx(table)
    .select(standsAs === 'playerId' ? column : 'playerId')
    .where({ tenantId: scope.tenantId, [standsAs]: id });
  const people = await AppUserModel.within(scope).whereIn('id', others);
  return people.sort((a, b) => byName.compare(a.displayName, b.displayName));
}

/** Held, so that the role the tie was made for is still the role when it is there. */
async function end(scope: TenantScope, externalId: string, field: string): Promise<AppUserModel> {
  const person = await personNamed(scope, externalId).forShare();
  if (!person) throw new DomainError('user.not_found', { field });
  return person;
}

function mustFit(person: AppUserModel, role: Role, field: string): AppUserModel {
  if (person.deactivatedAt) throw new DomainError('person.deactivated', { field });
  if (person.role === role) return person;
  throw new DomainError('relation.role_mismatch', { field, detail: `This has to be a ${role}, and is a ${person.role}.` });
}

interface Ends {
  readonly personId: string;
  readonly playerId: string;
}

/** By our own ids, as the operator knows them. @throws DomainError as `link` does */
export async function tieById(scope: TenantScope, kind: TieKind, ends: Ends): Promise<void> {
  const found = async (id: string): Promise<AppUserModel> => {
    const person = await AppUserModel.within(scope).where('id', id).first().forShare();
    if (!person) throw new MissingRow('person', id);
    return person;
  };
  mustFit(await found(ends.personId), kind, kind);
  mustFit(await found(ends.playerId), 'player', 'player');
  await tie(scope, kind, ends);
}

/** Ties a coach or a guardian to an athlete; leaves no trace when they are tied already. */
async function tie(scope: TenantScope, kind: TieKind, { personId, playerId }: Ends): Promise<void> {
  const { table, column } = TABLES[kind];
  const made: unknown[] = await scope
    .trx(table)
    .insert({ tenantId: scope.tenantId, [column]: personId, playerId })
    .onConflict(['tenantId', column, 'playerId'])
    .ignore()
    .returning('playerId');
  if (made.length > 0) await record(scope, kind, { personId, playerId, isLinked: true });
}

async function record(
  scope: TenantScope,
  kind: TieKind,
  { personId, playerId, isLinked }: Ends & { readonly isLinked: boolean },
): Promise<void> {
  await scope.audit(isLinked ? 'RELATION_ADDED' : 'RELATION_REMOVED', {
    ...{ resourceType: 'person', resourceId: personId, subjectId: playerId },
    metadata: { kind },
  });
  await scope.emit('relation.changed', { kind, personId, playerId, isLinked });
}
