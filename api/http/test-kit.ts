import { Readable } from 'node:stream';
import type { Express } from 'express';
import { pino } from 'pino';
import type { Test } from 'supertest';
import { SCOPES } from '../../domain/access/roles.ts';
import { DomainError } from '../../domain/errors.ts';
import { rateLimits, type RateLimitSettings } from '../platform/rate-limits.ts';
import type { Tenant } from '../platform/tenant.ts';
import type { Credentials, Services } from '../services/contracts.ts';
import { createApp, type AppSettings } from './app.ts';
import type { ReceivePart } from './store.ts';
import {
  idOf,
  NOON,
  person,
  personRecord,
  video,
  document,
  annotation,
  revision,
  consent,
  erasure,
  takeout,
  auditEvent,
  shareEntry,
  linkEntry,
  apiKey,
  upload,
  openUpload,
  mediaFile,
  renewed,
  VIDEO,
  ANNOTATION,
  UPLOAD,
  PERSON,
  TENANT,
} from './rows.test-kit.ts';

export const SITE = 'https://club.example';
export const SESSION = 'va_st_good';
export const SECRET_KEY = 'va_sk_good';
export const LEASE = 'L'.repeat(43);

const tenantOf = (credential: Tenant['credential'], requestId: string): Tenant => ({
  id: TENANT,
  actor: { id: PERSON, role: 'coach', scopes: new Set(SCOPES), onlyPlayerIds: null, onlyVideoIds: null },
  credential,
  requestId,
  within: () => Promise.reject(new Error('the HTTP layer opens no transaction')),
});

const credentials: Credentials = {
  async authenticate({ bearer, origin, requestId }) {
    if (bearer === SECRET_KEY) {
      if (origin !== null) throw new DomainError('auth.secret_key_in_browser');
      return tenantOf({ kind: 'key', keyId: idOf(6), secretId: idOf(9) }, requestId);
    }
    if (bearer !== SESSION) throw new DomainError('auth.invalid');
    if (origin !== null && origin !== SITE) throw new DomainError('auth.origin_not_allowed');
    return tenantOf({ kind: 'session', sessionId: idOf(7) }, requestId);
  },
};

const fakeServices = (): Services => ({
  credentials,
  sessions: {
    create: async () => ({ token: 'va_st_new', person, scopes: ['videos:read'], expiresAt: NOON }),
    current: async () => ({ person, scopes: ['videos:read'], expiresAt: null }),
    end: async () => {},
  },
  keys: {
    list: async () => [apiKey],
    rotate: async () => ({ key: apiKey, secret: 'va_sk_new' }),
    revoke: async () => {},
  },
  people: {
    listPlayers: async () => [person],
    list: async () => ({ items: [personRecord], nextCursor: null }),
    get: async () => personRecord,
    upsert: async () => ({ record: personRecord, isNew: false }),
    deactivate: async () => {},
  },
  ties: {
    link: async () => {},
    unlink: async () => {},
    of: async () => ({ coaches: [person], guardians: [person], coachOf: [], guardianOf: [] }),
  },
  erasures: { request: async () => erasure, get: async () => erasure },
  takeouts: {
    request: async () => takeout,
    get: async () => takeout,
    archive: async () => ({ ...mediaFile(null), contentType: 'application/zip' }),
  },
  consents: {
    overview: async () => ({
      ...{ isMinor: true, decides: { method: 'in_app', mayGrant: true, mayWithdraw: true } },
      purposes: [{ purpose: 'coach_review', inForce: consent }],
      history: [{ ...consent, withdrawnBy: null }],
    }),
    grant: async () => consent,
    withdraw: async () => consent,
  },
  auditLog: {
    list: async () => ({ items: [auditEvent], nextCursor: null }),
    export: async () => ({
      contentType: 'application/x-ndjson',
      fileName: 'audit.ndjson',
      pages: () => Readable.from(['{"line":"head"}\n']),
    }),
  },
  uploads: { init: async () => upload, parts: async () => upload, complete: async () => video, abort: async () => {} },
  openUploads: {
    list: async () => ({ items: [openUpload], duplicateOf: VIDEO, limits: { maxSizeBytes: 1000, maxDurationMs: 1000 }, quota: null }),
  },
  videos: {
    list: async () => ({ items: [video], nextCursor: null }),
    get: async () => video,
    update: async () => video,
    setSubjects: async () => ({ video, missingConsents: [{ playerId: PERSON, purposes: ['coach_review'] }] }),
    remove: async () => {},
    poster: async () => ({ ...mediaFile(null), contentType: 'image/jpeg' }),
  },
  playback: {
    open: async () => ({
      ...renewed,
      leaseId: LEASE,
      video,
      analysis: { fileName: 'analysis.mp4', type: 'video/mp4', sizeBytes: 10, width: 1920, height: 1080 },
      hlsFileName: 'hls.m3u8',
      posterFileName: 'poster.jpg',
      storyboardFileName: 'storyboard.vtt',
      waveformFileName: null,
      frameIndex: { version: 1, timebase: { num: 30, den: 1 }, startTicks: 0, runs: [[60, 1]] },
      isPreview: false,
    }),
    renew: async () => renewed,
    file: async (_lease, _name, { range }) => mediaFile(range),
  },
  annotations: {
    list: async () => ({ items: [annotation], removed: [], until: 'u1' }),
    get: async () => annotation,
    create: async () => annotation,
    update: async () => annotation,
    remove: async () => {},
    revisions: async () => [revision],
  },
  sharing: {
    list: async () => ({ visibility: 'link', shares: [shareEntry], links: [linkEntry] }),
    candidates: async () => [
      { person, relation: 'coach', canReceive: false, reason: 'consent_missing', purpose: 'coach_review', isMinor: null, secondAdults: [] },
    ],
    create: async () => shareEntry,
    revoke: async () => {},
  },
  links: {
    createView: async () => linkEntry,
    revokeView: async () => {},
    listUploads: async () => [linkEntry],
    createUpload: async () => linkEntry,
    revokeUpload: async () => {},
  },
  linkOpening: {
    open: async () => ({
      ...{ link: linkEntry.link, session: { token: 'va_st_guest', expiresAt: NOON, scopes: ['videos:read'] }, visit: 'v' },
      ...{ sharedBy: 'Kari', playerName: null, clubName: 'Fairway', video },
    }),
  },
  idempotency: { once: async (_tenant, _request, perform) => ({ answer: await perform(), isReplay: false }) },
  reprocessing: { one: async () => video },
  health: { ready: async () => {} },
});

export type Changes = { readonly [Name in keyof Services]?: Partial<Services[Name]> };

export interface Kit {
  readonly app: Express;
  /** Every line the application logged, as text. */
  readonly lines: readonly string[];
}

interface Setup {
  readonly settings?: Partial<AppSettings>;
  readonly limits?: Partial<RateLimitSettings>;
  readonly receivePart?: ReceivePart;
}

const UNLIMITED: RateLimitSettings = { perKey: 1e9, perSession: 1e9, perTenant: 1e9, refusalsPerAddress: 1e9, processes: 1 };

/** The application over fake services, some of whose methods are `changes`. */
export function appWith(changes: Changes = {}, { settings = {}, limits = {}, receivePart }: Setup = {}): Kit {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const base = fakeServices();
  const services = Object.fromEntries(
    Object.entries(base).map(([name, service]) => [name, { ...(service as object), ...changes[name as keyof Services] }]),
  ) as unknown as Services;
  const defaults = { publicUrl: 'https://api.example', docsUrl: 'https://docs.example/errors', trustProxyHops: 0, checkResponses: true };
  const app = createApp({
    ...{ services, log, settings: { ...defaults, ...settings }, limits: rateLimits({ ...UNLIMITED, ...limits }) },
    ...(receivePart ? { receivePart } : {}),
  });
  return { app, lines };
}

/** What a POST is sent under. The kit's services remember none. */
export const KEY = 'a-key-of-the-test';

/** One well-formed call of every operation, and what answers it. */
export const CALLS: Readonly<Record<string, { path: string; body?: Readonly<Record<string, unknown>>; status: number }>> = {
  getLiveness: { path: '/health/live', status: 200 },
  getReadiness: { path: '/health/ready', status: 200 },
  createSession: {
    path: '/api/v1/sessions',
    body: { actor: { externalId: 'partner-17', role: 'coach', displayName: 'Kari' }, origins: [SITE] },
    status: 201,
  },
  getCurrentSession: { path: '/api/v1/sessions/current', status: 200 },
  endCurrentSession: { path: '/api/v1/sessions/current', status: 204 },
  listKeys: { path: '/api/v1/keys', status: 200 },
  rotateKey: { path: `/api/v1/keys/${idOf(60)}/rotate`, body: { overlapHours: 1 }, status: 201 },
  revokeKey: { path: `/api/v1/keys/${idOf(60)}`, status: 204 },
  listPlayers: { path: '/api/v1/players', status: 200 },
  listPeople: { path: '/api/v1/people?role=coach', status: 200 },
  getPerson: { path: '/api/v1/people/partner-17', status: 200 },
  upsertPerson: { path: '/api/v1/people/partner-17', body: { displayName: 'Kari', role: 'coach', birthDate: '1980-05-05' }, status: 200 },
  deactivatePerson: { path: '/api/v1/people/partner-17/deactivate', status: 204 },
  erasePerson: { path: '/api/v1/people/partner-17/erasure', status: 202 },
  takeOutPerson: { path: '/api/v1/people/partner-17/takeout', status: 202 },
  getErasure: { path: `/api/v1/erasures/${idOf(40)}`, status: 200 },
  getTakeout: { path: `/api/v1/takeouts/${idOf(41)}`, status: 200 },
  downloadTakeout: { path: `/api/v1/takeouts/${idOf(41)}/archive`, status: 200 },
  listTies: { path: '/api/v1/people/partner-17/ties', status: 200 },
  linkCoach: { path: '/api/v1/people/partner-18/coaches/partner-17', status: 204 },
  unlinkCoach: { path: '/api/v1/people/partner-18/coaches/partner-17', status: 204 },
  linkGuardian: { path: '/api/v1/people/partner-18/guardians/partner-17', status: 204 },
  unlinkGuardian: { path: '/api/v1/people/partner-18/guardians/partner-17', status: 204 },
  listConsents: { path: `/api/v1/players/${PERSON}/consents`, status: 200 },
  grantConsent: {
    path: `/api/v1/players/${PERSON}/consents`,
    body: { purpose: 'coach_review', textVersion: '1', locale: 'nb-NO', evidence: { method: 'in_app' }, expiresAt: '2030-01-01T00:00:00Z' },
    status: 200,
  },
  withdrawConsent: {
    path: `/api/v1/players/${PERSON}/consents/coach_review/withdraw`,
    body: { evidence: { method: 'paper', reference: 'binder 7' } },
    status: 200,
  },
  listAuditEvents: { path: `/api/v1/audit-events?actorId=${PERSON}&action=VIDEO_UPDATED&from=2026-07-01T00%3A00%3A00Z`, status: 200 },
  exportAuditEvents: { path: '/api/v1/audit-events/export?from=2026-07-01T00%3A00%3A00Z&to=2026-08-01T00%3A00%3A00Z', status: 200 },
  initUpload: {
    path: '/api/v1/media/upload/init',
    body: { clientUploadId: idOf(30), sizeBytes: 10, contentType: 'video/mp4', title: 'Driver', capturedAt: '2026-07-01T12:00:00+02:00' },
    status: 200,
  },
  signUploadParts: { path: '/api/v1/media/upload/parts', body: { videoId: VIDEO, uploadId: UPLOAD }, status: 200 },
  completeUpload: {
    path: '/api/v1/media/upload/complete',
    body: { videoId: VIDEO, uploadId: UPLOAD, parts: [{ partNumber: 1, etag: 'e1' }] },
    status: 200,
  },
  abortUpload: { path: '/api/v1/media/upload/abort', body: { videoId: VIDEO, uploadId: UPLOAD }, status: 204 },
  listOpenUploads: { path: `/api/v1/media/uploads?fingerprint=${'f'.repeat(64)}`, status: 200 },
  listVideos: { path: '/api/v1/videos', status: 200 },
  getVideo: { path: `/api/v1/videos/${VIDEO}`, status: 200 },
  updateVideo: { path: `/api/v1/videos/${VIDEO}`, body: { title: 'Iron', category: null, capturedAt: null }, status: 200 },
  deleteVideo: { path: `/api/v1/videos/${VIDEO}`, status: 204 },
  setVideoSubjects: { path: `/api/v1/videos/${VIDEO}/subjects`, body: { playerIds: [PERSON] }, status: 200 },
  reprocessVideo: { path: `/api/v1/videos/${VIDEO}/reprocess`, status: 202 },
  getVideoPoster: { path: `/api/v1/videos/${VIDEO}/poster`, status: 200 },
  openPlayback: { path: `/api/v1/videos/${VIDEO}/playback`, status: 200 },
  renewPlayback: { path: `/api/v1/play/${LEASE}/renew`, status: 200 },
  streamPlaybackFile: { path: `/api/v1/play/${LEASE}/analysis.mp4`, status: 200 },
  listAnnotations: { path: `/api/v1/videos/${VIDEO}/annotations`, status: 200 },
  createAnnotation: { path: `/api/v1/videos/${VIDEO}/annotations`, body: { id: ANNOTATION, document }, status: 201 },
  getAnnotation: { path: `/api/v1/videos/${VIDEO}/annotations/${ANNOTATION}`, status: 200 },
  updateAnnotation: { path: `/api/v1/videos/${VIDEO}/annotations/${ANNOTATION}`, body: { version: 1, document }, status: 200 },
  deleteAnnotation: { path: `/api/v1/videos/${VIDEO}/annotations/${ANNOTATION}?version=1`, status: 204 },
  listShares: { path: `/api/v1/videos/${VIDEO}/shares`, status: 200 },
  createShare: { path: `/api/v1/videos/${VIDEO}/shares`, body: { recipientIds: [PERSON], canComment: true, message: 'Look' }, status: 201 },
  revokeShare: { path: `/api/v1/videos/${VIDEO}/shares/${idOf(60)}`, status: 204 },
  listShareCandidates: { path: `/api/v1/videos/${VIDEO}/share-candidates`, status: 200 },
  createViewLink: { path: `/api/v1/videos/${VIDEO}/links`, body: { label: 'Grandfather', maxViews: 7 }, status: 201 },
  revokeViewLink: { path: `/api/v1/videos/${VIDEO}/links/${idOf(61)}`, status: 204 },
  listUploadLinks: { path: '/api/v1/upload-links', status: 200 },
  createUploadLink: { path: '/api/v1/upload-links', body: { playerId: PERSON, maxUploads: 3 }, status: 201 },
  revokeUploadLink: { path: `/api/v1/upload-links/${idOf(61)}`, status: 204 },
  openLink: { path: '/api/v1/links/open', body: { token: 'va_ln_x', password: 'fore! fore!' }, status: 200 },
  listAnnotationRevisions: { path: `/api/v1/videos/${VIDEO}/annotations/${ANNOTATION}/revisions`, status: 200 },
};

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** What came back, without the test client's own untyped members. */
export async function answered(sending: Test): Promise<Answered> {
  const response = await sending;
  return { status: response.status, headers: response.headers, body: response.body as Answered['body'], text: response.text };
}
