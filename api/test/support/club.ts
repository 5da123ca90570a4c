import { randomUUID } from 'node:crypto';
import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import { SCOPES, type Role } from '../../../domain/access/roles.ts';
import type { KeyedPaths } from '../../../domain/keyed-paths.ts';
import { PORTAL_ORIGIN, type TestSystem } from './system.ts';

export type Api = Client<KeyedPaths>;

export interface Person {
  readonly id: string;
  readonly externalId: string;
  readonly role: Role;
  /** Requests in this person's name, from the portal's origin. */
  readonly api: Api;
  readonly token: string;
}

/** A tenant with people in it, made through the front door where there is one. */
export interface Club {
  readonly tenantId: string;
  readonly secretKey: string;
  /** Requests with the secret key, as a server makes them. */
  readonly server: Api;
  person(role: Role, externalId: string): Promise<Person>;
  coaches(coach: Person, player: Person): Promise<void>;
  guards(guardian: Person, player: Person): Promise<void>;
  consents(player: Pick<Person, 'id'>, purpose: ConsentPurpose): Promise<void>;
}

/** A key of its own for every POST that brings none. */
const everyPostIsNew: Middleware = {
  onRequest({ request }) {
    if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', randomUUID());
  },
};

export function apiFor(url: string, bearer: string, origin?: string): Api {
  const headers = { Authorization: `Bearer ${bearer}`, ...(origin !== undefined && { Origin: origin }) };
  const api = createFetchClient<KeyedPaths>({ baseUrl: url, headers });
  api.use(everyPostIsNew);
  return api;
}

export async function startClub(system: Pick<TestSystem, 'operator' | 'url'>, name: string): Promise<Club> {
  const { operator, url } = system;
  const tenantId = await operator.createTenant({ name, maxUploadBytes: 100 * 1024 * 1024, maxDurationMs: 60_000 });
  const secretKey = await operator.createKey(tenantId, `${name} server`, { scopes: SCOPES });
  const server = apiFor(url, secretKey);
  return {
    ...{ tenantId, secretKey, server },
    person: async (role, externalId) => {
      const { data } = await server.POST('/api/v1/sessions', {
        body: { actor: { externalId, role, displayName: `${externalId} of ${name}` }, origins: [PORTAL_ORIGIN], ttlSeconds: 900 },
      });
      if (!data) throw new Error('no session');
      return { id: data.actor.id, externalId, role, token: data.token, api: apiFor(url, data.token, PORTAL_ORIGIN) };
    },
    coaches: (coach, player) => operator.linkCoach(tenantId, coach.id, player.id),
    guards: (guardian, player) => operator.linkGuardian(tenantId, guardian.id, player.id),
    consents: (player, purpose) =>
      operator.grantConsent(tenantId, { playerId: player.id, givenById: player.id, purpose, evidence: 'test' }),
  };
}
