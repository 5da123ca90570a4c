import type { components } from '../../domain/generated/openapi.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import type { PersonRecord, PersonTies } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';

type Schemas = DeepReadonly<components['schemas']>;

export const toActor = ({ id, externalId, role, displayName }: AppUserModel): Schemas['Actor'] => ({ id, externalId, role, displayName });

export const toPlayer = ({ id, externalId, displayName }: AppUserModel): Schemas['PlayerList']['items'][number] => ({
  id,
  externalId,
  displayName,
});

export const toPerson = ({
  person: { id, externalId, role, displayName, createdAt, deactivatedAt },
  isMinor,
  birthDate,
  comesOfAgeAt,
}: PersonRecord): Schemas['Person'] => ({
  ...{ id, externalId, role, displayName, isMinor, birthDate },
  comesOfAgeAt: comesOfAgeAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
  deactivatedAt: deactivatedAt?.toISOString() ?? null,
});

const toTied = ({ id, externalId, role, displayName, deactivatedAt }: AppUserModel): Schemas['TiedPerson'] => ({
  ...{ id, externalId, role, displayName },
  deactivatedAt: deactivatedAt?.toISOString() ?? null,
});

export const toPersonTies = ({ coaches, guardians, coachOf, guardianOf }: PersonTies): Schemas['PersonTies'] => ({
  coaches: coaches.map(toTied),
  guardians: guardians.map(toTied),
  coachOf: coachOf.map(toTied),
  guardianOf: guardianOf.map(toTied),
});
