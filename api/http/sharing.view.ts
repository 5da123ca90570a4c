import type { components } from '../../domain/generated/openapi.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import type { LinkEntry, OpenedLink, ShareCandidate, ShareEntry, Sharing } from '../services/contracts.ts';
import type { DeepReadonly } from './operation.ts';

type Schemas = DeepReadonly<components['schemas']>;

const toSharePerson = ({ id, displayName, role }: AppUserModel): Schemas['SharePerson'] => ({ id, displayName, role });

export const toShare = ({ share, createdBy, recipients, state }: ShareEntry): Schemas['Share'] => ({
  ...{ id: share.id, videoId: share.videoId, canComment: share.canComment, message: share.message, state },
  createdBy: toSharePerson(createdBy),
  recipients: recipients.map(({ person, reason }) => ({ person: toSharePerson(person), reason })),
  createdAt: share.createdAt.toISOString(),
  expiresAt: share.expiresAt?.toISOString() ?? null,
  revokedAt: share.revokedAt?.toISOString() ?? null,
});

export const toShareCandidate = ({
  person,
  relation,
  canReceive,
  reason,
  purpose,
  isMinor,
  secondAdults,
}: ShareCandidate): Schemas['ShareCandidate'] => ({
  ...{ person: toSharePerson(person), relation, canReceive, reason, purpose, isMinor },
  secondAdults: secondAdults.map(toSharePerson),
});

export const toLink = ({ link, createdBy, state }: LinkEntry): Schemas['Link'] => {
  const { id, kind, videoId, playerId, label, canComment, maxUses, useCount } = link;
  return {
    ...{ id, kind, videoId, playerId, label, canComment, maxUses, useCount, state },
    hasPassword: link.passwordHash !== null,
    createdBy: toSharePerson(createdBy),
    createdAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
  };
};

export const toLinkCreated = (entry: LinkEntry & { readonly token: string }): Schemas['LinkCreated'] => ({
  ...toLink(entry),
  token: entry.token,
});

export const toSharing = ({ visibility, shares, links }: Awaited<ReturnType<Sharing['list']>>): Schemas['Sharing'] => ({
  visibility,
  shares: shares.map(toShare),
  links: links.map(toLink),
});

export const toLinkOpened = ({ link, session, visit, sharedBy, playerName, clubName, video }: OpenedLink): Schemas['LinkOpened'] => ({
  ...{ kind: link.kind, visit },
  session: { token: session.token, expiresAt: session.expiresAt.toISOString(), scopes: session.scopes },
  link: { label: link.label, canComment: link.canComment, expiresAt: link.expiresAt.toISOString(), sharedBy, playerName, clubName },
  video: video && { id: video.id, title: video.title },
  player: link.playerId === null ? null : { id: link.playerId },
});
