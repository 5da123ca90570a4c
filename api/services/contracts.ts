import type { components, operations } from '../../domain/generated/openapi.ts';
import type { ByteRange, StoredBytes } from '../platform/object-store.ts';
import type { AnnotationModel } from '../platform/models/annotation.ts';
import type { AnnotationRevisionModel } from '../platform/models/annotation-revision.ts';
import type { AccessLinkModel } from '../platform/models/access-link.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import type { ApiKeyModel, ApiKeySecretModel } from '../platform/models/session.ts';
import type { AuditEventModel } from '../platform/models/audit-event.ts';
import type { ShareModel, ShareRecipientModel } from '../platform/models/share.ts';
import type { ErasureModel } from '../platform/models/erasure.ts';
import type { TakeoutModel } from '../platform/models/takeout.ts';
import type { UploadModel } from '../platform/models/upload.ts';
import type { VideoModel } from '../platform/models/video.ts';
import type { Ahead } from '../platform/read-ahead.ts';

import type { Tenant } from '../platform/tenant.ts';
import type { Part } from '../../domain/upload/part-plan.ts';
import type { FrameIndexData } from '../../domain/frames/frame-index.ts';
import type { StoredPart } from '../platform/object-store.ts';
import type { DenialReason } from '../../domain/access/policy.ts';
import type { ConsentPurpose } from '../../domain/access/consent.ts';
import type { LinkState } from '../../domain/access/link-state.ts';
import type { Scope, Visibility } from '../../domain/access/roles.ts';
import type { UploadLimits } from '../../domain/video/limits.ts';
import type { Wanted } from './byte-range.ts';
import type { Consents, MissingConsent } from './consent-contracts.ts';

type Schemas = components['schemas'];

export type { Ahead };
export type { ConsentEntry, ConsentOverview, Consents, MissingConsent } from './consent-contracts.ts';

/** What a request brought to prove who it is. */
export interface Presented {
  /** The bearer token as it came, without the scheme; null when there was none. */
  readonly bearer: string | null;
  /** The `Origin` header; null from a server. */
  readonly origin: string | null;
  readonly requestId: string;
  /** What the address names, to be read in the same flight. */
  readonly ahead?: Ahead | null;
}

export interface Credentials {
  /** @throws DomainError `auth.*` */
  authenticate(presented: Presented): Promise<Tenant>;
}

export interface SessionInfo {
  readonly person: AppUserModel;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
}

export interface Sessions {
  create(tenant: Tenant, request: Schemas['SessionRequest']): Promise<SessionInfo & { readonly token: string; readonly expiresAt: Date }>;
  current(tenant: Tenant): Promise<SessionInfo>;
  end(tenant: Tenant): Promise<void>;
}

/** A key as its owner is shown it: everything but the secrets. */
export interface KeyRecord {
  readonly key: ApiKeyModel;
  readonly name: string;
  /** Newest first. */
  readonly secrets: readonly { readonly secret: ApiKeySecretModel; readonly beginning: string }[];
}

/** @throws DomainError `key.not_found` */
export interface Keys {
  /** Newest first, those that have ended too. */
  list(tenant: Tenant): Promise<readonly KeyRecord[]>;
  /** Another secret beside the old one, which ends after the overlap. @throws DomainError `key.ended`, `access.*` */
  rotate(tenant: Tenant, keyId: string, request: Schemas['KeyRotation']): Promise<{ readonly key: KeyRecord; readonly secret: string }>;
  /** Everything that was opened with it ends at once. May be repeated. */
  revoke(tenant: Tenant, keyId: string): Promise<void>;
}

/** A person as one credential is told of it. */
export interface PersonRecord {
  readonly person: AppUserModel;
  /** Null while the birth date is not known. */
  readonly isMinor: boolean | null;
  /** `YYYY-MM-DD`, for the key that wrote it; null for everybody else. */
  readonly birthDate: string | null;
  /** It gives the birth date away, and is told to whom that is told. */
  readonly comesOfAgeAt: Date | null;
}

export type PeopleQuery = NonNullable<operations['listPeople']['parameters']['query']>;

/** People are named by the partner's own ids. @throws DomainError `user.not_found` */
export interface People {
  listPlayers(tenant: Tenant): Promise<readonly AppUserModel[]>;
  list(tenant: Tenant, query: PeopleQuery): Promise<{ readonly items: readonly PersonRecord[]; readonly nextCursor: string | null }>;
  get(tenant: Tenant, externalId: string): Promise<PersonRecord>;
  /** @throws DomainError `person.deactivated`, `person.birth_date_impossible` */
  upsert(
    tenant: Tenant,
    externalId: string,
    request: Schemas['PersonUpsert'],
  ): Promise<{ readonly record: PersonRecord; readonly isNew: boolean }>;
  deactivate(tenant: Tenant, externalId: string): Promise<void>;
}

/** One erasure of a person, however often it is asked for. */
export interface Erasures {
  /** Blocks at once; the rest is a job's. @throws DomainError `user.not_found` */
  request(tenant: Tenant, externalId: string): Promise<ErasureModel>;
  /** @throws DomainError `erasure.not_found` */
  get(tenant: Tenant, erasureId: string): Promise<ErasureModel>;
}

export interface Takeouts {
  /** @throws DomainError `user.not_found`, `person.being_erased` */
  request(tenant: Tenant, externalId: string): Promise<TakeoutModel>;
  /** @throws DomainError `takeout.not_found` */
  get(tenant: Tenant, takeoutId: string): Promise<TakeoutModel>;
  /** The archive, for who may have it now; entered in the log. @throws DomainError `takeout.*` */
  archive(tenant: Tenant, takeoutId: string): Promise<MediaFile>;
}

export type TieKind = 'coach' | 'guardian';

/** Who works with which athlete, and who answers for one; all by the partner's own ids. */
export interface Ties {
  /** @throws DomainError `user.not_found`, `person.deactivated`, `relation.role_mismatch`, each with the field */
  link(tenant: Tenant, kind: TieKind, externalId: string, playerExternalId: string): Promise<void>;
  unlink(tenant: Tenant, kind: TieKind, externalId: string, playerExternalId: string): Promise<void>;
  /** Those of one person in both directions, each list by name. @throws DomainError `user.not_found` */
  of(tenant: Tenant, externalId: string): Promise<PersonTies>;
}

export interface PersonTies {
  readonly coaches: readonly AppUserModel[];
  readonly guardians: readonly AppUserModel[];
  readonly coachOf: readonly AppUserModel[];
  readonly guardianOf: readonly AppUserModel[];
}

export type AuditQuery = NonNullable<operations['listAuditEvents']['parameters']['query']>;

export type AuditExportQuery = operations['exportAuditEvents']['parameters']['query'];

/** Text of a length that nobody knows before its end. */
export interface TextStream {
  readonly contentType: string;
  /** For whoever saves it. */
  readonly fileName: string;
  /** Made as they are taken; whoever stops taking them stops the work. */
  readonly pages: () => AsyncIterable<string>;
}

export interface AuditLog {
  /** Latest first. Reading what is about an athlete is entered too. @throws DomainError `cursor.invalid` */
  list(tenant: Tenant, query: AuditQuery): Promise<{ readonly items: readonly AuditEventModel[]; readonly nextCursor: string | null }>;
  /** Oldest first, in lines that `domain/audit/export.ts` knows. Is entered before the first of them. @throws DomainError `request.invalid` */
  export(tenant: Tenant, query: AuditExportQuery): Promise<TextStream>;
}

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

/** A person's upload as the store and the database know it together. */
export interface UploadState {
  readonly video: VideoModel;
  readonly uploadId: string;
  readonly key: string;
  readonly partSizeBytes: number;
  readonly storedParts: readonly StoredPart[];
  readonly missingParts: readonly (Part & { readonly url: string })[];
  readonly expiresAt: Date;
  /** Null where the tenant has no limit. */
  readonly quota: Schemas['UploadQuota'] | null;
}

export interface Uploads {
  init(tenant: Tenant, request: Schemas['UploadInit']): Promise<UploadState>;
  parts(tenant: Tenant, request: Schemas['UploadRef']): Promise<UploadState>;
  complete(tenant: Tenant, request: Schemas['UploadComplete']): Promise<VideoModel>;
  abort(tenant: Tenant, request: Schemas['UploadRef']): Promise<void>;
}

export interface OpenUpload {
  readonly upload: UploadModel;
  readonly video: VideoModel;
}

export interface OpenUploads {
  /**
   * The caller's own, newest first. `duplicateOf` is the caller's newest video of the content that was asked for, `quota` the limit
   * that is nearest to its end; null where there is none.
   */
  list(
    tenant: Tenant,
    query: NonNullable<operations['listOpenUploads']['parameters']['query']>,
  ): Promise<{
    readonly items: readonly OpenUpload[];
    readonly duplicateOf: string | null;
    readonly limits: UploadLimits;
    readonly quota: Schemas['UploadQuota'] | null;
  }>;
}

export type VideoQuery = NonNullable<operations['listVideos']['parameters']['query']>;

export interface MediaFile {
  /** Asks the store for the bytes; the caller consumes or destroys them. */
  open(): Promise<StoredBytes>;
  readonly contentType: string;
  readonly totalBytes: number;
  /** Present when a part was asked for. */
  readonly range: ByteRange | null;
  /** A strong validator, with its quotes. */
  readonly etag: string;
  /** The caller said that it has this version. */
  readonly isUnchanged?: boolean;
  /** Hears of bytes as they leave. */
  sent?(bytes: number): void;
  /** Where the bytes are to come from, when not from us: the player is sent there, or nginx in front of us fetches them. */
  elsewhere?(): { readonly by: 'redirect' | 'accel'; readonly url: string; readonly tenantId: string };
}

export interface Videos {
  list(tenant: Tenant, query: VideoQuery): Promise<{ readonly items: readonly VideoModel[]; readonly nextCursor: string | null }>;
  get(tenant: Tenant, videoId: string): Promise<VideoModel>;
  update(tenant: Tenant, videoId: string, change: Schemas['VideoUpdate']): Promise<VideoModel>;
  /** Who else is seen in it, instead of those named before. @throws DomainError `user.not_found`, `person.deactivated`, `video.about_nobody` */
  setSubjects(
    tenant: Tenant,
    videoId: string,
    playerIds: readonly string[],
  ): Promise<{ readonly video: VideoModel; readonly missingConsents: readonly MissingConsent[] }>;
  remove(tenant: Tenant, videoId: string): Promise<void>;
  poster(tenant: Tenant, videoId: string): Promise<MediaFile>;
}

export interface Reprocessing {
  /** Asks for a new version; the one that is played stays until it is there. Nothing more while one is being made. @throws DomainError `video.not_reprocessable` */
  one(tenant: Tenant, videoId: string): Promise<VideoModel>;
}

export interface OpenedPlayback {
  readonly policyVersion: number;
  /** The capability: 256 random bits, told once, stored hashed. */
  readonly leaseId: string;
  readonly expiresAt: Date;
  readonly renewAfterSeconds: number;
  readonly video: VideoModel;
  readonly analysis: {
    readonly fileName: string;
    readonly type: string;
    readonly sizeBytes: number;
    readonly width: number;
    readonly height: number;
  };
  /** Null until the ladder is made. */
  readonly hlsFileName: string | null;
  readonly posterFileName: string;
  /** Null where there is none. */
  readonly storyboardFileName: string | null;
  readonly waveformFileName: string | null;
  readonly frameIndex: FrameIndexData;
  /** The source itself, shown until the analysis rendition is there. */
  readonly isPreview: boolean;
}

export interface PlaybackLeases {
  open(tenant: Tenant, videoId: string): Promise<OpenedPlayback>;
  renew(
    tenant: Tenant,
    leaseId: string,
  ): Promise<{ readonly policyVersion: number; readonly expiresAt: Date; readonly renewAfterSeconds: number }>;
  /** The lease alone is the credential here. @throws DomainError `playback.*` */
  file(leaseId: string, fileName: string, wanted: Wanted): Promise<MediaFile>;
}

export interface AnnotationChanges {
  readonly items: readonly AnnotationModel[];
  readonly removed: readonly string[];
  readonly until: string;
}

export interface Annotations {
  list(tenant: Tenant, videoId: string, since: string | null): Promise<AnnotationChanges>;
  get(tenant: Tenant, videoId: string, annotationId: string): Promise<AnnotationModel>;
  create(tenant: Tenant, videoId: string, request: Schemas['AnnotationCreate']): Promise<AnnotationModel>;
  update(tenant: Tenant, videoId: string, annotationId: string, request: Schemas['AnnotationUpdate']): Promise<AnnotationModel>;
  remove(tenant: Tenant, videoId: string, annotationId: string, version: number): Promise<void>;
  revisions(tenant: Tenant, videoId: string, annotationId: string): Promise<readonly AnnotationRevisionModel[]>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** A request that may have one effect only. */
export interface KeyedRequest {
  /** 8 to 255 visible ASCII characters, the caller's own. */
  readonly key: string;
  /** SHA-256 of everything that was asked for. */
  readonly fingerprint: Buffer;
  /** What of a good answer's body a repetition is told. Null: a repetition performs again instead. */
  readonly keeps: ((body: unknown) => unknown) | null;
}

export interface Idempotency {
  /**
   * Performs, or tells what was answered when this person's key was performed within the last 24 hours. What is refused or fails is
   * not remembered.
   * @throws DomainError `idempotency.in_progress`, `idempotency.key_reused`, and whatever `perform` throws
   */
  once(
    tenant: Tenant,
    request: KeyedRequest,
    perform: () => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly isReplay: boolean }>;
}

export interface Health {
  /** @throws DomainError `service.unavailable` naming the part that does not answer. */
  ready(): Promise<void>;
}

/** Everything the HTTP layer may call. */
export interface Services {
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  readonly keys: Keys;
  readonly people: People;
  readonly erasures: Erasures;
  readonly takeouts: Takeouts;
  readonly consents: Consents;
  readonly auditLog: AuditLog;
  readonly ties: Ties;
  readonly uploads: Uploads;
  readonly openUploads: OpenUploads;
  readonly videos: Videos;
  readonly reprocessing: Reprocessing;
  readonly playback: PlaybackLeases;
  readonly annotations: Annotations;
  readonly sharing: Sharing;
  readonly links: Links;
  readonly linkOpening: LinkOpening;
  readonly idempotency: Idempotency;
  readonly health: Health;
}
