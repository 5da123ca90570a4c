import { randomBytes } from 'node:crypto';
import { apiFor } from './club.ts';
import { PORTAL_ORIGIN, type TestSystem } from './system.ts';
import type { Side } from './tenancy-matrix.ts';

const random = (): string => randomBytes(32).toString('base64url');

/** Every way in which a token is none, or no longer one: the whole Authorization header by what is wrong with it. */
export async function deadTokens(system: TestSystem, { club, coach }: Side): Promise<Readonly<Record<string, string | null>>> {
  const { operator } = system;
  const { tenantId } = club;
  /** As the API's own role: like everything that writes. */
  const write = (sql: string, value: string): Promise<unknown> =>
    system.app.transaction(async (trx) => {
      await trx.raw(`select set_config('app.tenant_id', ?, true)`, [tenantId]);
      await trx.raw(sql, [value]);
    });
  const key = async (): Promise<{ readonly id: string; readonly secret: string }> => {
    const secret = await operator.createKey(tenantId, 'to be ended');
    return { id: (await operator.keys(tenantId))[0]?.key.id ?? '', secret };
  };
  const session = async (secret: string, externalId: string): Promise<{ readonly id: string; readonly token: string }> => {
    const actor = { externalId, role: 'coach', displayName: externalId } as const;
    const { data } = await apiFor(system.url, secret).POST('/api/v1/sessions', { body: { actor, origins: [PORTAL_ORIGIN] } });
    if (!data) throw new Error('no session');
    return { id: data.actor.id, token: data.token };
  };

  const [revoked, expired, rotated] = [await key(), await key(), await key()];
  const [lapsed, ended, left] = [
    await session(club.secretKey, 'coach-lapsed'),
    await session(club.secretKey, 'coach-ended'),
    await session(club.secretKey, 'coach-left'),
  ];
  const [ofRevoked, ofExpired] = [await session(revoked.secret, 'coach-3'), await session(expired.secret, 'coach-4')];
  await operator.revokeKey(tenantId, revoked.id);
  await operator.rotateKey(tenantId, rotated.id, 0);
  await write('update api_key set expires_at = now() where id = ?', expired.id);
  await write('update session set expires_at = now() where user_id = ?', lapsed.id);
  await write('update session set ended_at = now() where user_id = ?', ended.id);
  await write('update app_user set deactivated_at = now() where id = ?', left.id);
  const tokens = {
    ...{
      'never a session': `va_st_${random()}`,
      'never a key': `va_sk_${random()}`,
      'a prefix alone': 'va_st_',
      'another prefix': random(),
    },
    ...{ 'a truncated session': coach.token.slice(0, -1), 'a truncated key': club.secretKey.slice(0, -1) },
    ...{ 'a session with a letter more': `${coach.token}A`, 'a key in capitals': club.secretKey.toUpperCase() },
    ...{ 'an expired session': lapsed.token, 'an ended session': ended.token, 'somebody deactivated': left.token },
    ...{ 'a revoked key': revoked.secret, 'an expired key': expired.secret, 'a rotated secret': rotated.secret },
    ...{ 'a session of a revoked key': ofRevoked.token, 'a session of an expired key': ofExpired.token },
  };
  return {
    ...{
      nothing: null,
      'another scheme': `Basic ${random()}`,
      'no scheme': coach.token,
      'two tokens': `Bearer ${coach.token} ${coach.token}`,
    },
    ...Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, `Bearer ${token}`])),
  };
}
