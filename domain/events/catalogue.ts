import type { ConsentPurpose } from '../access/consent.ts';
import type { ProcessingErrorCode, QuotaKind } from '../video/limits.ts';

/** What can be told to the outside, with the ids it concerns and no personal data: details are fetched under the reader's own rights. */
export interface EventPayloads {
  'video.created': { readonly videoId: string };
  'video.updated': { readonly videoId: string };
  'video.status_changed': { readonly videoId: string; readonly status: string };
  /** In steps of five percent, and less often when the work is quick. */
  'video.progress': { readonly videoId: string; readonly percent: number };
  /** A version can be played: the first, or one that takes an older one's place. */
  'video.ready': { readonly videoId: string; readonly processingVersion: number };
  /** A version will not come. `isPlayable`: an older one still does. */
  'video.failed': {
    readonly videoId: string;
    readonly processingVersion: number;
    readonly code: ProcessingErrorCode;
    readonly isPlayable: boolean;
  };
  'video.reprocess_requested': { readonly videoId: string; readonly processingVersion: number };
  'video.deleted': { readonly videoId: string };
  /** Somebody's access has ended while they could still watch; written by the database itself. `leaseRow`: as in the audit log. */
  'playback.revoked': { readonly videoId: string; readonly leaseRow: string };
  'consent.granted': { readonly playerId: string; readonly consentId: string; readonly purpose: ConsentPurpose };
  'consent.withdrawn': { readonly playerId: string; readonly consentId: string; readonly purpose: ConsentPurpose };
  /** It ended without a no: the athlete came of age, or its giver turned out not to be the one to give it. */
  'consent.ended': { readonly playerId: string; readonly consentId: string; readonly purpose: ConsentPurpose };
  /** A consent it needs has ended. It does not come back; written by the database itself. */
  'link.suspended': { readonly linkId: string; readonly purpose: ConsentPurpose };
  /** Named, described anew, deactivated or reactivated. */
  'person.updated': { readonly personId: string };
  /** Somebody is being erased: what they could do and what could be seen of them ended with this. Fetch the erasure. */
  'person.erasure_requested': { readonly erasureId: string };
  /** Nothing of the person is left, which was proven. */
  'erasure.verified': { readonly erasureId: string };
  /** Something is left: nothing was certified, and it is tried again. For whoever runs the platform. */
  'erasure.refused': { readonly erasureId: string; readonly leftOver: number };
  'takeout.ready': { readonly takeoutId: string };
  /** A coach or a guardian has been tied to an athlete, or parted from one. */
  'relation.changed': {
    readonly kind: 'coach' | 'guardian';
    readonly personId: string;
    readonly playerId: string;
    readonly isLinked: boolean;
  };
  'share.created': { readonly videoId: string; readonly shareId: string };
  'share.revoked': { readonly videoId: string; readonly shareId: string };
  /** One for everybody it reaches: what a host writes to people by. */
  'share.received': { readonly shareId: string; readonly personId: string };
  'link.created': { readonly linkId: string; readonly videoId: string | null };
  'link.revoked': { readonly linkId: string; readonly videoId: string | null };
  /** Each opening that counts. */
  'link.opened': { readonly linkId: string; readonly videoId: string | null };
  /** A clip came by a link; `personId` made the link. */
  'upload_link.used': { readonly linkId: string; readonly videoId: string; readonly personId: string };
  'key.created': { readonly keyId: string };
  'key.rotated': { readonly keyId: string };
  'key.revoked': { readonly keyId: string };
  'quota.near_limit': { readonly which: QuotaKind; readonly used: number; readonly limit: number };
  'annotation.created': { readonly videoId: string; readonly annotationId: string; readonly version: number };
  'annotation.updated': { readonly videoId: string; readonly annotationId: string; readonly version: number };
  /** How a drawing fits a rendition that was published after it: fetch it. */
  'annotation.anchor_checked': { readonly videoId: string; readonly annotationId: string; readonly state: string };
  'annotation.deleted': { readonly videoId: string; readonly annotationId: string; readonly version: number };
  /**
   * Somebody, or a job, of this tenant pointed at what is another's; or a page sent a secret key, which everybody who looked at it has now.
   * `auditId`: the entry in the audit log that says who and at what.
   */
  'security.anomaly': { readonly action: AnomalyAction; readonly auditId: string };
}

export type EventName = keyof EventPayloads;

/** What is written to the audit log. Public API: reports filter on these. */
export const AUDIT_ACTIONS = [
  'SESSION_CREATED',
  'SESSION_ENDED',
  'KEY_CREATED',
  'KEY_ROTATED',
  'KEY_REVOKED',
  'SECRET_KEY_IN_BROWSER',
  'VIDEO_UPLOAD_STARTED',
  'VIDEO_UPLOADED',
  'VIDEO_UPLOAD_ABORTED',
  'VIDEO_UPDATED',
  'VIDEO_SUBJECTS_CHANGED',
  'VIDEO_REPROCESSED',
  'VIDEO_DELETED',
  'PLAYBACK_URL_ISSUED',
  'PLAYBACK_RENEWED',
  'POSTER_VIEWED',
  'ANNOTATION_ADDED',
  'ANNOTATION_CHANGED',
  'ANNOTATION_REMOVED',
  'PERSON_ADDED',
  'PERSON_CHANGED',
  'PERSON_DEACTIVATED',
  'PERSON_REACTIVATED',
  'PERSON_ERASURE_REQUESTED',
  'PERSON_ERASURE_REFUSED',
  'PERSON_ERASED',
  'PERSON_TAKEOUT_REQUESTED',
  'PERSON_EXPORTED',
  'RELATION_ADDED',
  'RELATION_REMOVED',
  'CONSENT_GRANTED',
  'CONSENT_WITHDRAWN',
  'VIDEO_SHARED',
  'VIDEO_UNSHARED',
  'LINK_CREATED',
  'LINK_REVOKED',
  'LINK_OPENED',
  'LINK_REFUSED',
  'UPLOAD_LINK_CREATED',
  'UPLOAD_LINK_REVOKED',
  'CONSENT_ENDED',
  'LINK_SUSPENDED',
  'TENANT_CHANGED',
  'QUOTA_CHANGED',
  'AUDIT_READ',
  'AUDIT_EXPORTED',
  'CROSS_TENANT_ATTEMPT',
  'CROSS_TENANT_JOB',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What nobody does by the way: a request, or a job, that names something of another tenant's; a secret key in a page. */
export const ANOMALY_ACTIONS = [
  'CROSS_TENANT_ATTEMPT',
  'CROSS_TENANT_JOB',
  'SECRET_KEY_IN_BROWSER',
] as const satisfies readonly AuditAction[];

export type AnomalyAction = (typeof ANOMALY_ACTIONS)[number];
