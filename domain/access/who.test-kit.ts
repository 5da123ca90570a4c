import type { ConsentPurpose } from './consent.ts';
import type { Actor, Facts } from './policy.ts';
import { LINK_SCOPES, ROLE_SCOPES, type Role, type Visibility } from './roles.ts';

export const ATHLETE = 'athlete';
const ASKER = 'asker';
const ANOTHER = 'another';

/** Somebody who asks, and how they stand to the athlete and the video. */
export interface Who {
  readonly name: string;
  readonly actor: Actor;
  readonly playerId: string | null;
  readonly relation: 'coach' | 'guardian' | 'in the picture' | null;
  readonly isUploader: boolean;
  readonly share: NonNullable<Facts['share']> | null;
  /** Also before there is a video. */
  readonly isThereBefore: boolean;
  /** Also where it is about people and no video. */
  readonly isAboutPeople: boolean;
}

const widest = (role: Role, id = ASKER): Actor => ({
  id,
  role,
  scopes: new Set(ROLE_SCOPES[role]),
  onlyPlayerIds: null,
  onlyVideoIds: null,
});

const guest = (kind: keyof typeof LINK_SCOPES): Actor => ({
  ...{ id: ASKER, role: 'guest', scopes: new Set(LINK_SCOPES[kind]) },
  onlyPlayerIds: kind === 'upload' ? new Set([ATHLETE]) : null,
  onlyVideoIds: kind === 'view' ? new Set(['video']) : null,
});

const who = (name: string, actor: Actor, more: Partial<Omit<Who, 'name' | 'actor'>> = {}): Who => {
  const plain = { playerId: ATHLETE, relation: null, isUploader: false, share: null, ...more };
  const isAboutVideo = plain.isUploader || plain.share !== null || plain.relation === 'in the picture';
  return {
    name,
    actor,
    ...plain,
    isThereBefore: !isAboutVideo,
    isAboutPeople: !isAboutVideo && plain.playerId !== null && actor.role !== 'guest',
  };
};

/** Every way to stand to an athlete and a video that makes a difference. */
export const PEOPLE: readonly Who[] = [
  who('the athlete', widest('player', ATHLETE)),
  who('a guardian of the athlete', widest('guardian'), { relation: 'guardian' }),
  who('another athlete in the picture', widest('player'), { relation: 'in the picture' }),
  who('a guardian of another in the picture', widest('guardian'), { relation: 'in the picture' }),
  who('a coach of the athlete', widest('coach'), { relation: 'coach' }),
  who('a coach of the athlete who uploaded it', widest('coach'), { relation: 'coach', isUploader: true }),
  who('an admin', widest('admin')),
  who('an admin who uploaded it', widest('admin'), { isUploader: true }),
  who('another athlete', widest('player')),
  who('a guardian of others', widest('guardian')),
  who('a coach of others', widest('coach')),
  who('a coach of others who uploaded it', widest('coach'), { isUploader: true }),
  who('a coach of others it is shared with', widest('coach'), { share: { by: 'name', canComment: false } }),
  who('a coach of others it is shared with, to comment', widest('coach'), { share: { by: 'name', canComment: true } }),
  who('another athlete it is shared with', widest('player'), { share: { by: 'name', canComment: false } }),
  who('a guardian of others it is shared with, to comment', widest('guardian'), { share: { by: 'name', canComment: true } }),
  who('a guest with a link', guest('view'), { share: { by: 'link', canComment: false } }),
  who('a guest with a link, to comment', guest('view'), { share: { by: 'link', canComment: true } }),
  who('a guest whose link has ended', guest('view')),
  who('a guest with a link to send a clip', guest('upload')),
  who('a coach who uploaded it, no athlete named', widest('coach'), { playerId: null, isUploader: true }),
  who('a coach, no athlete named', widest('coach'), { playerId: null }),
  who('an admin, no athlete named', widest('admin'), { playerId: null }),
];

/** As a service would have found them out. `visibility: null`: there is no video. */
export const factsFor = (
  { actor, playerId, relation, isUploader, share }: Who,
  { visibility, consent }: { readonly visibility: Visibility | null; readonly consent: readonly ConsentPurpose[] },
): Facts => ({
  playerId,
  relationship: {
    isCoach: relation === 'coach',
    isGuardian: relation === 'guardian',
    isInThePicture: relation !== 'coach' && relation !== null,
  },
  consent: new Set(playerId === null ? [] : consent),
  ...(visibility !== null && { video: { id: 'video', uploadedById: isUploader ? actor.id : ANOTHER, visibility } }),
  ...(visibility !== null && share !== null && { share }),
});
