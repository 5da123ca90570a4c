import type { components } from '../../../domain/generated/openapi.ts';
import type { AccessLinkModel } from '../../platform/models/access-link.ts';
import type { AppUserModel } from '../../platform/models/app-user.ts';
import type { ShareModel, ShareRecipientModel } from '../../platform/models/share.ts';
import type { VideoModel } from '../../platform/models/video.ts';
import type { Tenant } from '../../platform/tenant.ts';
import type { DenialReason } from '../../../domain/access/policy.ts';
import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import type { LinkState } from '../../../domain/access/link-state.ts';
import type { Scope, Visibility } from '../../../domain/access/roles.ts';

type Schemas = components['schemas'];

/** A share with everybody it reaches. */
export interface ShareEntry {
  readonly share: ShareModel;
  readonly createdBy: AppUserModel;
  readonly recipients: readonly { readonly person: AppUserModel; readonly reason: ShareRecipientModel['reason'] }[];
  readonly state: 'in_force' | 'expired' | 'revoked';
}

/** Somebody a video could be shown to, or why not. */
export interface ShareCandidate {
  readonly person: AppUserModel;
  /** To the athlete the video is about. */
  readonly relation: 'athlete' | 'guardian' | 'coach' | 'member';
  /** Null while the birth date is not known. */
  readonly isMinor: boolean | null;
  readonly canReceive: boolean;
  readonly reason: DenialReason | 'second_adult_missing' | null;
  readonly purpose: ConsentPurpose | null;
  /** Whom a share with this person would reach too. */
  readonly secondAdults: readonly AppUserModel[];
}

export interface LinkEntry {
  readonly link: AccessLinkModel;
  readonly createdBy: AppUserModel;
  readonly state: LinkState;
}

/** @throws DomainError `access.*`, `video.not_found` */
export interface Sharing {
  /** Newest first, what has ended included. */
  list(
    tenant: Tenant,
    videoId: string,
  ): Promise<{ readonly visibility: Visibility; readonly shares: readonly ShareEntry[]; readonly links: readonly LinkEntry[] }>;
  candidates(tenant: Tenant, videoId: string): Promise<readonly ShareCandidate[]>;
  /** @param key of the request: its repetition is answered with the same share. @throws DomainError `share.*`, `user.not_found`, `person.deactivated` */
  create(tenant: Tenant, videoId: string, request: Schemas['ShareCreate'], key: string): Promise<ShareEntry>;
  /** @throws DomainError `share.not_found` */
  revoke(tenant: Tenant, videoId: string, shareId: string): Promise<void>;
}

/** @param key of the request: its repetition is the same link with a new token. @throws DomainError `share.expiry_invalid`, `link.not_found` */
export interface Links {
  createView(
    tenant: Tenant,
    videoId: string,
    request: Schemas['ViewLinkCreate'],
    key: string,
  ): Promise<LinkEntry & { readonly token: string }>;
  revokeView(tenant: Tenant, videoId: string, linkId: string): Promise<void>;
  listUploads(tenant: Tenant): Promise<readonly LinkEntry[]>;
  createUpload(tenant: Tenant, request: Schemas['UploadLinkCreate'], key: string): Promise<LinkEntry & { readonly token: string }>;
  revokeUpload(tenant: Tenant, linkId: string): Promise<void>;
}

export interface OpenedLink {
  readonly link: AccessLinkModel;
  readonly session: { readonly token: string; readonly expiresAt: Date; readonly scopes: readonly Scope[] };
  /** A credential: it goes on with this opening. */
  readonly visit: string;
  readonly sharedBy: string;
  readonly playerName: string | null;
  readonly clubName: string;
  readonly video: VideoModel | null;
}

export interface LinkOpening {
  /** @throws DomainError `link.*`, `access.*` @param asked `origin` of the page; null from what is none. */
  open(request: Schemas['LinkOpen'], asked: { readonly origin: string | null; readonly requestId: string }): Promise<OpenedLink>;
}
