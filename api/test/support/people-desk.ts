import type { components } from '../../../domain/generated/openapi.ts';
import { startGatewayRig } from './gateway-rig.ts';
import { PORTAL_ORIGIN } from './system.ts';

type Role = components['schemas']['Role'];
type Upsert = components['schemas']['PersonUpsert'];

const PERSON = '/api/v1/people/{externalId}';
const at = (externalId: string) => ({ params: { path: { externalId } } });

/** What a refusal says of itself: status, code, and the field if one is named. */
export const refusal = ({ error, response }: { error?: unknown; response: Response }): readonly unknown[] => {
  const { code, field } = (error ?? {}) as { code?: unknown; field?: unknown };
  return field === undefined ? [response.status, code] : [response.status, code, field];
};

export type PeopleDesk = Awaited<ReturnType<typeof startPeopleDesk>>;

/** A club whose server deals with people, and what the database keeps of that. */
export async function startPeopleDesk() {
  const rig = await startGatewayRig('disk');
  const { server } = rig.club;
  const { admin } = rig.system.database;
  let made = 0;
  const newId = (): string => `partner-${String((made += 1))}`;
  const put = (externalId: string, body: Upsert, api = server) => api.PUT(PERSON, { ...at(externalId), body });
  return {
    ...{ rig, server, newId, put },
    get: (externalId: string, api = server) => api.GET(PERSON, at(externalId)),
    deactivate: (externalId: string) => server.POST('/api/v1/people/{externalId}/deactivate', at(externalId)),
    session: (externalId: string, role: Role) =>
      server.POST('/api/v1/sessions', { body: { actor: { externalId, role, displayName: 'Kari' }, origins: [PORTAL_ORIGIN] } }),
    named: async (role: Role, more: Partial<Upsert> = {}): Promise<string> => {
      const externalId = newId();
      await put(externalId, { displayName: 'Kari', role, ...more });
      return externalId;
    },
    /** The log's entries about a row, oldest first. */
    traces: async (id: string | undefined): Promise<readonly (readonly [action: string, metadata: unknown])[]> =>
      (
        await admin<{ action: string; resourceId: string; metadata: unknown }>('auditEvent')
          .where('resourceId', id ?? '')
          .orderBy('occurredAt')
          .orderBy('id')
      ).map(({ action, metadata }) => [action, metadata]),
    /** What the outbox tells of a person, oldest first. */
    events: async (name: string, id: string | undefined): Promise<readonly unknown[]> =>
      (
        await admin<{ name: string; payload: unknown; id: string }>('event')
          .where({ name })
          .whereRaw(`payload->>'personId' = ?`, [id ?? ''])
          .orderBy('id')
      ).map(({ payload }) => payload),
  };
}
