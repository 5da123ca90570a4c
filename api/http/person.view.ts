import type { components } from '../../domain/generated/openapi.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import type { DeepReadonly } from './operation.ts';

type Schemas = DeepReadonly<components['schemas']>;

export const toActor = ({ id, externalId, role, displayName }: AppUserModel): Schemas['Actor'] => ({ id, externalId, role, displayName });

export const toPlayer = ({ id, externalId, displayName }: AppUserModel): Schemas['PlayerList']['items'][number] => ({
  id,
  externalId,
  displayName,
});
