import type { components } from '../../domain/generated/openapi.ts';
import type { AnnotationModel } from '../platform/models/annotation.ts';
import type { AnnotationRevisionModel } from '../platform/models/annotation-revision.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import type { ApiKeyModel, ApiKeySecretModel } from '../platform/models/session.ts';
import type { Ahead } from '../platform/read-ahead.ts';
import type { Tenant } from '../platform/tenant.ts';
import type { Scope } from '../../domain/access/roles.ts';
import type { People, Erasures, Takeouts, Ties, AuditLog, Consents } from './contracts/people.ts';
import type { Sharing, Links, LinkOpening } from './contracts/sharing.ts';
import type { Uploads, OpenUploads, Videos, Reprocessing, PlaybackLeases } from './contracts/media.ts';

export type * from './contracts/media.ts';
export type * from './contracts/people.ts';
export type * from './contracts/sharing.ts';

type Schemas = components['schemas'];

export type { Ahead };

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
