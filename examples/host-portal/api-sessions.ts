import { randomUUID } from 'node:crypto';
import type { PortalConfig, User } from './config.ts';

export interface SessionToken {
  readonly token: string;
  readonly expiresAt: string;
}

/**
 * Asks the API for a session in the name of the signed-in person. The secret key stays on this server; the browser gets a token
 * that lives for minutes and works on this site only.
 * @throws Error when the API does not give one.
 */
export async function mintSession({ apiUrl, publicUrl, clubs }: PortalConfig, user: User): Promise<SessionToken> {
  const club = clubs.find(({ id }) => id === user.clubId);
  if (!club) throw new Error(`${user.username} belongs to no club`);
  const { externalId, role, displayName } = user;
  const response = await fetch(`${apiUrl}/api/v1/sessions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${club.secretKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    body: JSON.stringify({ actor: { externalId, role, displayName }, origins: [publicUrl] }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`the API answered ${String(response.status)}: ${await response.text()}`);
  const { token, expiresAt } = (await response.json()) as SessionToken;
  return { token, expiresAt };
}
