import type { components } from '../../domain/generated/openapi.ts';
import type { KeyRecord } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';

const instant = (time: Date | null): string | null => time?.toISOString() ?? null;

export const toApiKey = ({
  key: { id, mode, scopes, createdAt, expiresAt, revokedAt },
  name,
  secrets,
}: KeyRecord): DeepReadonly<components['schemas']>['ApiKey'] => ({
  ...{ id, name, mode, scopes, createdAt: createdAt.toISOString(), expiresAt: instant(expiresAt), revokedAt: instant(revokedAt) },
  secrets: secrets.map(({ beginning, secret }) => ({
    ...{ beginning, createdAt: secret.createdAt.toISOString() },
    ...{ expiresAt: instant(secret.expiresAt), lastUsedAt: instant(secret.lastUsedAt) },
  })),
});
