import { KEY_SCOPES, SCOPES, type Scope } from '../domain/access/roles.ts';
import { ConfigError } from './platform/config.ts';
import type { Administration } from './services/administration.ts';
import type { KeyRecord } from './services/contracts.ts';
import { DEFAULT_OVERLAP_HOURS, MAX_OVERLAP_HOURS } from './services/keys.ts';

type Given = Readonly<Record<string, string | undefined>>;

/** `videos:read,uploads:write`; all of them is what a key has unless told otherwise. */
function scopesOf(text: string): readonly Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !SCOPES.some((scope) => scope === name));
  if (unknown.length > 0) throw new ConfigError(`"${unknown.join('", "')}" is none of ${SCOPES.join(', ')}`);
  return SCOPES.filter((scope) => names.includes(scope));
}

/** A day, which is meant from its beginning in UTC, or an instant. */
function endOf(text: string): Date {
  const end = new Date(text);
  if (Number.isNaN(end.getTime())) throw new ConfigError(`"${text}" is neither a day as 2027-01-31 nor an instant as 2027-01-31T12:00:00Z`);
  if (end <= new Date()) throw new ConfigError(`"${text}" has passed`);
  return end;
}

function hoursOf(text: string): number {
  const hours = Number(text);
  if (!/^\d+$/.test(text) || hours > MAX_OVERLAP_HOURS)
    throw new ConfigError(`"${text}" is not a number of 0 to ${String(MAX_OVERLAP_HOURS)} hours`);
  return hours;
}

/** @returns the secret. @throws ConfigError when something cannot be meant. */
export function createKey(operator: Administration, tenantId: string, name: string, given: Given): Promise<string> {
  const { scopes, expires, test } = given;
  return operator.createKey(tenantId, name, {
    scopes: scopes === undefined ? KEY_SCOPES : scopesOf(scopes),
    mode: test === undefined ? 'live' : 'test',
    expiresAt: expires === undefined ? null : endOf(expires),
  });
}

/** @returns the new secret. @throws ConfigError */
export const rotateKey = (operator: Administration, tenantId: string, keyId: string, given: Given): Promise<string> =>
  operator.rotateKey(tenantId, keyId, hoursOf(given['overlap-hours'] ?? String(DEFAULT_OVERLAP_HOURS)));

/** Every key of a tenant with its secrets' beginnings, which are no secret. */
export async function showKeys(operator: Administration, tenantId: string): Promise<string> {
  const records = await operator.keys(tenantId);
  return records.length === 0 ? 'There are no keys.' : records.map(linesOf).join('\n');
}

const at = (time: Date | null, otherwise: string): string => (time === null ? otherwise : `${time.toISOString().slice(0, 16)}Z`);

function linesOf({ key, name, secrets }: KeyRecord): string {
  const end = key.revokedAt ? `revoked ${at(key.revokedAt, '')}` : `ends ${at(key.expiresAt, 'never')}`;
  return [
    `${key.id}  ${key.mode}  ${name}  ${end}`,
    `    ${key.scopes.join(' ')}`,
    ...secrets.map(
      ({ beginning, secret: { createdAt, lastUsedAt, expiresAt } }) =>
        `    ${beginning}…  since ${at(createdAt, '')}, last used ${at(lastUsedAt, 'never')}, ends ${at(expiresAt, 'with the key')}`,
    ),
  ].join('\n');
}
