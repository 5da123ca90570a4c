import { uuidv7 } from 'uuidv7';
import { dayIn } from '../../domain/access/minority.ts';
import type { Role } from '../../domain/access/roles.ts';
import type { AuditAction } from '../../domain/events/catalogue.ts';
import { UNRELATED } from '../../domain/access/policy.ts';
import { DomainError } from '../../domain/errors.ts';
import type { components } from '../../domain/generated/openapi.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { mustBeAllowed } from './access.ts';
import type { People, PeopleQuery } from './contracts.ts';
import { cursorMark } from './cursor-mark.ts';
import { bringConsentsToAge } from './consent-age.ts';
import { isBeingErased } from './erasures.ts';
import { byName, mustDealWith, personNamed, tellerFor } from './person-record.ts';
import { settingsOf } from './tenant-settings.ts';

type PersonUpsert = components['schemas']['PersonUpsert'];

export interface PersonDescription {
  readonly externalId: string;
  readonly role: Role;
  readonly displayName: string;
}

/**
 * Creates a person by the partner's own id, or brings name and role up to date. Parallel requests make one row.
 * @throws DomainError `person.deactivated`
 */
export async function upsertPerson(scope: TenantScope, person: PersonDescription): Promise<AppUserModel> {
  await AppUserModel.query(scope.trx)
    .insert({ tenantId: scope.tenantId, id: uuidv7(), ...person })
    .onConflict(['tenantId', 'externalId'])
    .merge(['role', 'displayName']);
  const row = await AppUserModel.within(scope).where('externalId', person.externalId).first().throwIfNotFound();
  // Read after the row was locked by the write: whoever is deactivated at this moment is waited for.
  if (row.deactivatedAt) throw new DomainError('person.deactivated');
  return row;
}

const DEFAULT_PAGE = 50;
/** Keys act as people of their own, who are nobody's business. The contract refuses such ids from outside. */
const OF_KEYS = 'key:%';
/** Nobody who is filmed today was born before. */
const EARLIEST_BIRTH = '1900-01-01';

export const people = (): People => ({
  listPlayers: (tenant) =>
    tenant.within(async (scope) => {
      mustBeAllowed(scope, 'video.list', { playerId: null, relationship: UNRELATED, consent: new Set() });
      const { actor } = scope;
      const query = AppUserModel.within(scope).where('role', 'player').whereNull('erasedAt');
      if (actor.role === 'player') void query.where('id', actor.id);
      if (actor.role === 'coach')
        void query.whereIn('id', scope.trx('coachPlayer').select('playerId').where({ tenantId: scope.tenantId, coachId: actor.id }));
      if (actor.role === 'guardian')
        void query.whereIn('id', scope.trx('guardianPlayer').select('playerId').where({ tenantId: scope.tenantId, guardianId: actor.id }));
      if (actor.onlyPlayerIds) void query.whereIn('id', [...actor.onlyPlayerIds]);
      // A guest looks at one clip, and at nobody's name.
      const players = actor.role === 'guest' ? [] : await query;
      return players.sort((a, b) => byName.compare(a.displayName, b.displayName));
    }),

  list: (tenant, query) =>
    tenant.within(async (scope) => {
      await mustDealWith(scope, 'person.read');
      const limit = query.limit ?? DEFAULT_PAGE;
      const rows = await page(scope, query, limit + 1);
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const tell = await tellerFor(tenant, scope);
      return {
        items: items.map(tell),
        nextCursor: rows.length > limit && last ? encodeCursor(last.id, cursorMark(scope.tenantId, [query.role])) : null,
      };
    }),

  get: (tenant, externalId) =>
    tenant.within(async (scope) => {
      const person = await personNamed(scope, externalId);
      await mustDealWith(scope, 'person.read', person?.id);
      if (!person) throw new DomainError('user.not_found', { field: 'externalId' });
      return (await tellerFor(tenant, scope))(person);
    }),

  upsert: (tenant, externalId, request) =>
    tenant.within(async (scope) => {
      await mustDealWith(scope, 'person.write');
      const { isNew } = await savePerson(tenant, scope, externalId, request);
      const now = await personNamed(scope, externalId).throwIfNotFound();
      return { record: (await tellerFor(tenant, scope))(now), isNew };
    }),

  deactivate: (tenant, externalId) =>
    tenant.within(async (scope) => {
      await mustDealWith(scope, 'person.write');
      const person = await personNamed(scope, externalId).forUpdate();
      if (!person) throw new DomainError('user.not_found', { field: 'externalId' });
      if (person.deactivatedAt) return;
      // A trigger ends the sessions and whatever is being watched.
      await AppUserModel.within(scope).where('id', person.id).patch({ deactivatedAt: new Date() });
      await record(scope, 'PERSON_DEACTIVATED', person);
      await scope.emit('person.updated', { personId: person.id });
    }),
});

const record = (scope: TenantScope, action: AuditAction, { id }: AppUserModel, fields: readonly string[] = []): Promise<void> =>
  scope.audit(action, {
    ...{ resourceType: 'person', resourceId: id, subjectId: id },
    // Which, never what: a birth date has no place in a log.
    metadata: fields.length === 0 ? {} : { fields: [...fields].sort().join(',') },
  });

/** @throws DomainError `person.deactivated`, `person.birth_date_impossible` */
export async function savePerson(tenant: Tenant, scope: TenantScope, externalId: string, request: PersonUpsert): Promise<Named> {
  const named = await lockedPerson(scope, externalId, request);
  if (named.person.deactivatedAt && request.reactivate !== true)
    throw new DomainError('person.deactivated', { field: 'reactivate', detail: 'Ask for the reactivation to let the person in again.' });
  if (named.person.deactivatedAt && (await isBeingErased(scope, named.person.id))) throw new DomainError('person.being_erased');
  await bringUpToDate(tenant, scope, { ...named, request });
  return named;
}

interface Named {
  readonly person: AppUserModel;
  readonly isNew: boolean;
}

/** The row, held until the end. Of many requests at once one makes it. */
async function lockedPerson(scope: TenantScope, externalId: string, { role, displayName }: PersonUpsert): Promise<Named> {
  const found = await personNamed(scope, externalId).forUpdate();
  if (found) return { person: found, isNew: false };
  const { tenantId } = scope;
  const id = uuidv7();
  await AppUserModel.query(scope.trx)
    .insert({ tenantId, id, externalId, role, displayName })
    .onConflict(['tenantId', 'externalId'])
    .ignore();
  const person = await personNamed(scope, externalId).forUpdate().throwIfNotFound();
  return { person, isNew: person.id === id };
}

/** Writes what differs, and the trace of it; nothing when nothing does. */
async function bringUpToDate(
  tenant: Tenant,
  scope: TenantScope,
  { person, isNew, request }: Named & { request: PersonUpsert },
): Promise<void> {
  const { role, displayName, birthDate } = request;
  if (birthDate) await mustBePossible(scope, birthDate);
  const keyId = birthDate && tenant.credential.kind === 'key' ? tenant.credential.keyId : null;
  const described = {
    ...(role !== person.role && { role }),
    ...(displayName !== person.displayName && { displayName }),
    ...(birthDate !== undefined && birthDate !== person.birthDate && { birthDate }),
  };
  const change = {
    ...described,
    ...(birthDate !== undefined && keyId !== person.birthDateKeyId && { birthDateKeyId: keyId }),
    ...(person.deactivatedAt && { deactivatedAt: null }),
  };
  if (Object.keys(change).length > 0) await AppUserModel.within(scope).where('id', person.id).patch(change);
  if (described.birthDate) await bringConsentsToAge(scope, person.id, described.birthDate);
  const fields = Object.keys(described);
  if (isNew) await record(scope, 'PERSON_ADDED', person);
  else if (fields.length > 0) await record(scope, 'PERSON_CHANGED', person, fields);
  if (person.deactivatedAt) await record(scope, 'PERSON_REACTIVATED', person);
  if (isNew || fields.length > 0 || person.deactivatedAt) await scope.emit('person.updated', { personId: person.id });
}

async function mustBePossible(scope: TenantScope, birthDate: string): Promise<void> {
  const { timeZone } = await settingsOf(scope);
  if (birthDate >= EARLIEST_BIRTH && birthDate <= dayIn(timeZone, new Date())) return;
  throw new DomainError('person.birth_date_impossible', { field: 'birthDate' });
}

/** Ids are made in the order of time. */
async function page(scope: TenantScope, query: PeopleQuery, rows: number): Promise<AppUserModel[]> {
  const everybody = AppUserModel.within(scope)
    .whereNot('externalId', 'like', OF_KEYS)
    .whereNull('erasedAt')
    .whereNot('role', 'guest')
    .orderBy('id')
    .limit(rows);
  if (query.role !== undefined) void everybody.where('role', query.role);
  if (query.cursor !== undefined) void everybody.where('id', '>', decodeCursor(query.cursor, cursorMark(scope.tenantId, [query.role])));
  return everybody;
}

const encodeCursor = (lastId: string, mark: string): string => Buffer.from(`${lastId} ${mark}`).toString('base64url');

function decodeCursor(cursor: string, mark: string): string {
  const [, id, of] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([\w-]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (id === undefined || of !== mark) throw new DomainError('cursor.invalid', { field: 'cursor' });
  return id;
}
