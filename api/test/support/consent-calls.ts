import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import type { components } from '../../../domain/generated/openapi.ts';
import type { Api } from './club.ts';
import type { TestSystem } from './system.ts';

type Grant = components['schemas']['ConsentGrant'];
type Evidence = Grant['evidence'];

const PATH = '/api/v1/players/{playerId}/consents';
export const IN_APP: Evidence = { method: 'in_app' };
export const ON_PAPER: Evidence = { method: 'paper', reference: 'binder 7, sheet 12' };

interface Asker {
  readonly api: Api;
}

export const grant = (by: Asker, playerId: string, more: Partial<Grant> = {}) =>
  by.api.POST(PATH, {
    params: { path: { playerId } },
    body: { purpose: 'coach_review', textVersion: '2026-1', locale: 'nb', evidence: IN_APP, ...more },
  });

export const withdraw = (by: Asker, playerId: string, purpose: ConsentPurpose = 'coach_review', evidence = IN_APP) =>
  by.api.POST(`${PATH}/{purpose}/withdraw`, { params: { path: { playerId, purpose } }, body: { evidence } });

export const overview = (by: Asker, playerId: string) => by.api.GET(PATH, { params: { path: { playerId } } });

interface Answer {
  readonly response: Response;
  readonly error?: { readonly code?: unknown; readonly reason?: unknown; readonly field?: unknown } | undefined;
}

/** The status, the code, and the reason or the field. */
export const refusal = ({ response, error }: Answer): unknown => [response.status, error?.code, error?.reason ?? error?.field];

/** The payloads of the outbox's events about an athlete. */
export async function eventsAbout({ database }: TestSystem, playerId: string, name: string): Promise<readonly unknown[]> {
  const events = database.admin<{ name: string; payload: unknown }>('event').where({ name });
  return (await events.whereRaw(`payload->>'playerId' = ?`, [playerId])).map(({ payload }) => payload);
}

export const auditsAbout = ({ database }: TestSystem, subjectId: string, action: string) =>
  database
    .admin<{ subjectId: string; action: string; actorId: string | null; metadata: unknown }>('auditEvent')
    .where({ subjectId, action })
    .select('actorId', 'metadata');
