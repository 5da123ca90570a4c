import { Readable } from 'node:stream';
import { DomainError } from '../../domain/errors.ts';
import type { AnnotationRevisionModel } from '../platform/models/annotation-revision.ts';
import type { AnnotationModel } from '../platform/models/annotation.ts';
import type { AccessLinkModel } from '../platform/models/access-link.ts';
import type { AppUserModel } from '../platform/models/app-user.ts';
import type { AuditEventModel } from '../platform/models/audit-event.ts';
import type { ConsentModel } from '../platform/models/consent.ts';
import type { ShareModel } from '../platform/models/share.ts';
import type { ErasureModel } from '../platform/models/erasure.ts';
import type { TakeoutModel } from '../platform/models/takeout.ts';
import type { ApiKeyModel, ApiKeySecretModel } from '../platform/models/session.ts';
import type { UploadModel } from '../platform/models/upload.ts';
import type { VideoModel } from '../platform/models/video.ts';
import type { MediaFile, PersonRecord } from '../services/contracts.ts';

export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const [VIDEO, ANNOTATION, UPLOAD, PERSON, TENANT] = [1, 2, 3, 4, 5].map(idOf) as [string, string, string, string, string];

export const NOON = new Date('2026-07-01T12:00:00Z');

/** A row with the columns that views read; what a model can do besides is not for this layer. */
const row = <Model>(columns: Partial<Model>): Model => columns as Model;

export const person = row<AppUserModel>({
  tenantId: TENANT,
  id: PERSON,
  externalId: 'partner-17',
  role: 'coach',
  displayName: 'Kari',
  birthDate: '1980-05-05',
  birthDateKeyId: null,
  createdAt: NOON,
  deactivatedAt: null,
});

export const personRecord: PersonRecord = { person, isMinor: false, birthDate: null, comesOfAgeAt: null };

export const videoColumns = {
  tenantId: TENANT,
  id: VIDEO,
  status: 'ready',
  errorCode: null,
  errorMessage: null,
  progress: null,
  processingVersion: 1,
  attemptId: null,
  publishedAttemptId: idOf(8),
  publishedVersion: 1,
  title: 'Driver',
  category: null,
  clubType: 'driver',
  viewAngle: 'face_on',
  capturedAt: NOON,
  playerId: PERSON,
  subjectIds: [],
  uploadedById: PERSON,
  visibility: 'private',
  width: 1920,
  height: 1080,
  durationMs: 2000,
  frameCount: 60,
  fps: { num: 30, den: 1 },
  captureFps: 240,
  rotation: 0,
  timing: 'constant',
  bitrateKbps: 8000,
  sizeBytes: 2_000_000,
  checksumSha256: 'a'.repeat(64),
  metadata: { round: '3' },
  annotationCount: 1,
  accessEpoch: 9,
  createdAt: NOON,
  updatedAt: NOON,
  deletedAt: null,
} satisfies Partial<VideoModel>;

export const videoWith = (changes: Partial<VideoModel>): VideoModel => row<VideoModel>({ ...videoColumns, ...changes });
export const video = videoWith({});

export const arrow = {
  id: idOf(20),
  type: 'arrow',
  style: { color: '#ff0000', width: 0.01 },
  from: { x: 0.1, y: 0.1 },
  to: { x: 0.5, y: 0.5 },
} as const;

export const document = {
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: 1920, height: 1080, fps: { num: 30, den: 1 }, processingVersion: 1 },
  frame: 12,
  frameCount: 1,
  visibility: { profile: 'hold' },
  shapes: [arrow],
} as const;

export const annotation = row<AnnotationModel>({
  tenantId: TENANT,
  id: ANNOTATION,
  videoId: VIDEO,
  version: 1,
  document,
  ptsMs: 400,
  pictureHash: null,
  anchorState: 'exact',
  anchorShift: 0,
  createdById: PERSON,
  createdByName: 'Kari',
  createdAt: NOON,
  updatedAt: NOON,
  deletedAt: null,
});

export const revision = row<AnnotationRevisionModel>({
  tenantId: TENANT,
  annotationId: ANNOTATION,
  version: 2,
  document: null,
  changedById: PERSON,
  changedAt: NOON,
});

export const consent = {
  record: row<ConsentModel>({
    ...{ tenantId: TENANT, id: idOf(40), playerId: PERSON, purpose: 'coach_review', textVersion: '1', locale: 'nb' },
    ...{ evidenceMethod: 'paper', evidence: 'binder 7', grantedById: PERSON, grantedAt: NOON, expiresAt: NOON },
    ...{ endsAtMajority: false, withdrawnAt: NOON, withdrawnById: PERSON, withdrawalMethod: 'in_app', withdrawalEvidence: null },
  }),
  grantedBy: person,
  withdrawnBy: person,
};

export const erasure = row<ErasureModel>({
  ...{
    tenantId: TENANT,
    id: idOf(40),
    personId: PERSON,
    state: 'verified',
    counts: { videos: 1 },
    removed: { 'rows:video': 1 },
    leftOver: {},
  },
  ...{ requestedAt: NOON, verifiedAt: NOON, receipt: '{}', receiptSha256: 'f'.repeat(64) },
});

export const takeout = row<TakeoutModel>({
  ...{ tenantId: TENANT, id: idOf(41), personId: PERSON, state: 'ready', sizeBytes: 10, sha256: 'f'.repeat(64) },
  ...{ requestedAt: NOON, readyAt: NOON, expiresAt: NOON },
});

export const auditEvent = row<AuditEventModel>({
  ...{ tenantId: TENANT, id: idOf(50), sequence: 7, chainHash: Buffer.alloc(32), occurredAt: NOON, actorId: PERSON },
  ...{ action: 'VIDEO_UPDATED', resourceType: 'video', resourceId: VIDEO, subjectId: null, requestId: null, metadata: { fields: 'title' } },
});

export const shareEntry = {
  share: row<ShareModel>({
    ...{ tenantId: TENANT, id: idOf(60), videoId: VIDEO, createdById: PERSON, canComment: true, message: 'Look at this' },
    ...{ expiresAt: NOON, revokedAt: null, createdAt: NOON },
  }),
  createdBy: person,
  recipients: [{ person, reason: 'second_adult' }],
  state: 'in_force',
} as const;

export const linkEntry = {
  link: row<AccessLinkModel>({
    ...{ tenantId: TENANT, id: idOf(61), kind: 'view', videoId: VIDEO, playerId: null, label: null, passwordHash: null },
    ...{ canComment: false, maxUses: 7, useCount: 1, createdById: PERSON, createdAt: NOON, expiresAt: NOON },
  }),
  createdBy: person,
  state: 'open',
  token: 'va_ln_new',
} as const;
export const apiKey = {
  key: row<ApiKeyModel>({
    ...{ tenantId: TENANT, id: idOf(60), userId: PERSON, scopes: ['videos:read'], mode: 'live', createdAt: NOON },
    ...{ expiresAt: null, revokedAt: null },
  }),
  name: 'Portal',
  secrets: [
    {
      beginning: 'va_sk_000000000061_',
      secret: row<ApiKeySecretModel>({ id: idOf(61), createdAt: NOON, expiresAt: NOON, lastUsedAt: null }),
    },
  ],
};

export const upload = {
  video: videoWith({ status: 'uploading' }),
  uploadId: UPLOAD,
  key: 't/x/v/y/o/z/source',
  partSizeBytes: 8 * 1024 * 1024,
  storedParts: [{ partNumber: 1, sizeBytes: 8 * 1024 * 1024, etag: 'e1' }],
  missingParts: [{ partNumber: 2, offsetBytes: 8 * 1024 * 1024, sizeBytes: 5, url: 'https://store.example/2' }],
  expiresAt: NOON,
  quota: null,
};

export const openUpload = {
  video,
  upload: row<UploadModel>({
    ...{ tenantId: TENANT, id: UPLOAD, videoId: VIDEO, createdById: PERSON, clientUploadId: idOf(30) },
    ...{ fingerprint: 'f'.repeat(64), sizeBytes: 10, createdAt: NOON },
  }),
};

export const BYTES = Buffer.from('0123456789');

/** Ten bytes, of which the service gives what the simple range asks for. */
export function mediaFile(rangeHeader: string | null): MediaFile {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(rangeHeader ?? '');
  const whole = { contentType: 'video/mp4', totalBytes: BYTES.length, etag: '"abc"' };
  const opening = (bytes: Buffer) => async () => Readable.from([bytes]);
  if (!asked) return { ...whole, open: opening(BYTES), range: null };
  const first = Number(asked[1]);
  if (first >= BYTES.length) throw new DomainError('playback.range_unsatisfiable', { extra: { totalBytes: BYTES.length } });
  const last = asked[2] ? Number(asked[2]) : BYTES.length - 1;
  return { ...whole, open: opening(BYTES.subarray(first, last + 1)), range: { first, last } };
}

export const renewed = { policyVersion: 1, expiresAt: NOON, renewAfterSeconds: 120 };
