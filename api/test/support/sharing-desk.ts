import type { components } from '../../../domain/generated/openapi.ts';
import { randomUUID } from 'node:crypto';
import { apiFor, type Api, type Club, type Person } from './club.ts';
import { uploadClip } from './clips.ts';
import { publishRendition } from './published.ts';
import { PORTAL_ORIGIN, type TestSystem } from './system.ts';

type Schemas = components['schemas'];

export const CLIP = Buffer.from('the bytes of a swing');
/** Where a club's own pages for guests are: any site may open a link. */
export const GUEST_SITE = 'https://guests.example';

interface Asker {
  readonly api: Api;
}

const at = (videoId: string) => ({ params: { path: { videoId } } });

export const share = (by: Asker, videoId: string, body: Schemas['ShareCreate']) =>
  by.api.POST('/api/v1/videos/{videoId}/shares', { ...at(videoId), body });

export const unshare = (by: Asker, videoId: string, shareId: string) =>
  by.api.DELETE('/api/v1/videos/{videoId}/shares/{shareId}', { params: { path: { videoId, shareId } } });

export const candidates = (by: Asker, videoId: string) => by.api.GET('/api/v1/videos/{videoId}/share-candidates', at(videoId));

export const sharingOf = (by: Asker, videoId: string) => by.api.GET('/api/v1/videos/{videoId}/shares', at(videoId));

export const viewLink = (by: Asker, videoId: string, body: Schemas['ViewLinkCreate'] = {}) =>
  by.api.POST('/api/v1/videos/{videoId}/links', { ...at(videoId), body });

export const revokeView = (by: Asker, videoId: string, linkId: string) =>
  by.api.DELETE('/api/v1/videos/{videoId}/links/{linkId}', { params: { path: { videoId, linkId } } });

export const uploadLink = (by: Asker, body: Schemas['UploadLinkCreate']) => by.api.POST('/api/v1/upload-links', { body });

export const play = (by: Asker, videoId: string) => by.api.GET('/api/v1/videos/{videoId}/playback', at(videoId));

/** What a call must have answered for the test to go on. */
export function told<Data>({ data, error }: { data?: Data; error?: unknown }): NonNullable<Data> {
  if (data === undefined || data === null) throw new Error(JSON.stringify(error));
  return data;
}

export interface Opening {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly allowOrigin: string | null;
  readonly body: Partial<Schemas['LinkOpened']> & {
    readonly code?: string;
    readonly state?: string;
    readonly attemptsLeft?: number;
    readonly reason?: string;
  };
}

/** As a page of the guest site asks, or as what is no page does. */
export async function openLink(
  { url }: Pick<TestSystem, 'url'>,
  { token, password, visit }: Schemas['LinkOpen'],
  origin: string | null = GUEST_SITE,
): Promise<Opening> {
  const response = await fetch(`${url}/api/v1/links/open`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(origin !== null && { Origin: origin }) },
    body: JSON.stringify({ token, password, visit }),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    allowOrigin: response.headers.get('access-control-allow-origin'),
    body: (await response.json()) as Opening['body'],
  };
}

/** The guest who has opened a link. @throws Error when it does not open */
export async function guestOf(
  system: TestSystem,
  body: Schemas['LinkOpen'],
): Promise<Asker & { readonly token: string; readonly visit: string }> {
  const { status, body: answer } = await openLink(system, body);
  const { session, visit } = answer;
  if (!session || visit === undefined) throw new Error(`${String(status)} ${JSON.stringify(answer)}`);
  return { api: apiFor(system.url, session.token, GUEST_SITE), token: session.token, visit };
}

export const statusOf = (refused: Opening): string =>
  [refused.status, refused.body.code, refused.body.state].filter((part) => part !== undefined).join(' ');

/** A clip of the athlete that can be played. */
export async function publishClip(system: TestSystem, club: Club, by: Person, player: Person, more: Partial<Schemas['UploadInit']> = {}) {
  const { id } = await uploadClip(by.api, CLIP, { ...(by.id !== player.id && { playerId: player.id }), ...more });
  await publishRendition(system, club.tenantId, id, CLIP);
  return id;
}

/** Somebody born so many years ago, as the club's server says. */
export async function bornYearsAgo(club: Club, person: Person, years: number): Promise<Person> {
  const birthDate = `${String(new Date().getUTCFullYear() - years)}-01-01`;
  const { externalId, role } = person;
  const body = { displayName: externalId, role, birthDate };
  const { error } = await club.server.PUT('/api/v1/people/{externalId}', { params: { path: { externalId } }, body });
  if (error) throw new Error(JSON.stringify(error));
  return person;
}

/** Somebody of the club whom nobody has met yet. */
export const newcomer = (club: Club, role: Person['role']): Promise<Person> => club.person(role, randomUUID());

export const asPortal = ({ url }: TestSystem, token: string): Api => apiFor(url, token, PORTAL_ORIGIN);
