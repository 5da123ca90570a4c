import { randomBytes, randomUUID } from 'node:crypto';
import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import type { Club, Person } from './club.ts';
import { uploadClip } from './clips.ts';
import { publishRendition } from './published.ts';
import type { TestSystem } from './system.ts';

export const CLIP = randomBytes(20_000);

/** Says who else is seen in a video. */
export const nameIn = (by: Pick<Person, 'api'>, videoId: string, playerIds: readonly string[]) =>
  by.api.PUT('/api/v1/videos/{videoId}/subjects', { params: { path: { videoId } }, body: { playerIds: [...playerIds] } });

export const look = (by: Pick<Person, 'api'>, videoId: string) => by.api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } } });

export const play = (by: Pick<Person, 'api'>, videoId: string) =>
  by.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });

/** The ids a list holds for somebody. */
export const listed = async (by: Pick<Person, 'api'>, playerId?: string): Promise<readonly string[]> =>
  ((await by.api.GET('/api/v1/videos', { params: { query: playerId === undefined ? {} : { playerId } } })).data?.items ?? []).map(
    ({ id }) => id,
  );

export interface Picture {
  readonly coach: Person;
  /** Whom the video is about. */
  readonly main: Person;
  readonly other: Person;
  readonly videoId: string;
}

/** Two athletes and the coach of the first; a video that the first has sent, ready to play. */
export async function pictureOf(system: TestSystem, club: Club, agreed: readonly ConsentPurpose[] = ['coach_review']): Promise<Picture> {
  const [coach, main, other] = [
    await club.person('coach', randomUUID()),
    await club.person('player', randomUUID()),
    await club.person('player', randomUUID()),
  ];
  await club.coaches(coach, main);
  for (const purpose of agreed) await club.consents(main, purpose);
  const { id: videoId } = await uploadClip(main.api, CLIP);
  await publishRendition(system, club.tenantId, videoId, CLIP);
  return { coach, main, other, videoId };
}

interface NewLink {
  readonly videoId?: string;
  readonly playerId?: string;
}

/** A link as the database keeps it, with the guest behind it. @returns its id */
export async function plantLink({ database: { admin } }: TestSystem, { tenantId }: Club, { videoId, playerId }: NewLink): Promise<string> {
  const [id, guestId] = [randomUUID(), randomUUID()];
  await admin('appUser').insert({ tenantId, id: guestId, externalId: `link:${guestId}`, role: 'guest', displayName: 'A link' });
  await admin('accessLink').insert({
    ...{ tenantId, id, guestId, kind: videoId === undefined ? 'upload' : 'view', tokenSha256: randomBytes(32), createdById: guestId },
    ...{ videoId: videoId ?? null, playerId: playerId ?? null, expiresAt: new Date(Date.now() + 3_600_000) },
  });
  return id;
}
