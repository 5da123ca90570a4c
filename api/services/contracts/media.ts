import type { components, operations } from '../../../domain/generated/openapi.ts';
import type { ByteRange, StoredBytes } from '../../platform/object-store.ts';
import type { UploadModel } from '../../platform/models/upload.ts';
import type { VideoModel } from '../../platform/models/video.ts';
import type { Tenant } from '../../platform/tenant.ts';
import type { Part } from '../../../domain/upload/part-plan.ts';
import type { FrameIndexData } from '../../../domain/frames/frame-index.ts';
import type { StoredPart } from '../../platform/object-store.ts';
import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import type { UploadLimits } from '../../../domain/video/limits.ts';
import type { Wanted } from '../byte-range.ts';

type Schemas = components['schemas'];

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

/** What somebody in the picture has not agreed to. */
export interface MissingConsent {
  readonly playerId: string;
  readonly purposes: readonly ConsentPurpose[];
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
