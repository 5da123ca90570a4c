import type { components } from '../../domain/generated/openapi.ts';
import type { SessionInfo, Sessions } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';
import { toActor } from './person.view.ts';

type Schemas = DeepReadonly<components['schemas']>;

export const toSession = ({ person, scopes, expiresAt }: SessionInfo): Schemas['Session'] => ({
  actor: toActor(person),
  scopes,
  expiresAt: expiresAt?.toISOString() ?? null,
});

export const toSessionCreated = ({
  token,
  person,
  scopes,
  expiresAt,
}: Awaited<ReturnType<Sessions['create']>>): Schemas['SessionCreated'] => ({
  token,
  actor: toActor(person),
  scopes,
  expiresAt: expiresAt.toISOString(),
});
