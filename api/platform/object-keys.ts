/** The one place that knows how object keys are made. Ids only: a person's file name never becomes part of a key. */

export const tenantPrefix = (tenantId: string): string => `t/${tenantId}/`;

export const videoPrefix = (tenantId: string, videoId: string): string => `${tenantPrefix(tenantId)}v/${videoId}/`;

export const sourceKey = (tenantId: string, videoId: string, uploadId: string): string =>
  `${videoPrefix(tenantId, videoId)}o/${uploadId}/source`;

/** Where the archive of one take-out lies: of no video, and gone after some days. */
export const takeoutPrefix = (tenantId: string, takeoutId: string): string => `${tenantPrefix(tenantId)}x/${takeoutId}/`;

export const takeoutKey = (tenantId: string, takeoutId: string): string => `${takeoutPrefix(tenantId, takeoutId)}takeout.zip`;

/** What somebody sent, as against what was made of it. */
export const isOriginal = (key: string): boolean => key.split('/')[4] === 'o';

/** Every attempt writes under a prefix of its own, so that nothing published is ever overwritten. */
export const renditionPrefix = (tenantId: string, videoId: string, processingVersion: number, attemptId: string): string =>
  `${videoPrefix(tenantId, videoId)}r/${String(processingVersion)}/${attemptId}/`;

/** Where the ladders of one published attempt are written, each under a name of its own. */
export const laddersPrefix = (tenantId: string, videoId: string, processingVersion: number, attemptId: string): string =>
  `${renditionPrefix(tenantId, videoId, processingVersion, attemptId)}hls/`;

export const ladderPrefix = (tenantId: string, videoId: string, processingVersion: number, attemptId: string, runId: string): string =>
  `${laddersPrefix(tenantId, videoId, processingVersion, attemptId)}${runId}/`;

/** Two dots are refused anywhere, also where they could not climb. */
const SAFE_KEY = /^(?!.*\.\.)t\/[0-9a-f-]{36}\/[vx]\/[0-9a-f-]{36}\/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*(?:[A-Za-z0-9_-][A-Za-z0-9._-]*)?$/;

/** Whose keys they are: a tenant's, or those of one of its videos. */
export interface KeyOwner {
  readonly tenantId: string;
  readonly videoId?: string;
}

/** @throws Error when a key is not one of ours or not the owner's: a programming fault, never a person's. */
export function assertOwnKey({ tenantId, videoId }: KeyOwner, key: string): void {
  const prefix = videoId === undefined ? tenantPrefix(tenantId) : videoPrefix(tenantId, videoId);
  if (!key.startsWith(prefix) || !SAFE_KEY.test(key)) throw new Error('an object key of somebody else was refused');
}

/** @throws Error when a key is not the shape of an object's key: with a `..`, an escape, a control character or an empty name in it. */
export function assertObjectKey(key: string): void {
  if (!SAFE_KEY.test(key) || key.endsWith('/')) throw new Error('a malformed object key was refused');
}

const TENANT_PREFIX = /^t\/[0-9a-f-]{36}\/$/;

/** As `assertKeyPrefix`, or all of one tenant: an upload that nobody noted may be under any of its videos. @throws Error */
export function assertUploadsPrefix(prefix: string): void {
  if (!TENANT_PREFIX.test(prefix)) assertKeyPrefix(prefix);
}

/** @throws Error when a prefix is not whole: without its last `/`, `…/r/1` would also mean `…/r/10/`. */
export function assertKeyPrefix(prefix: string): void {
  if (!SAFE_KEY.test(prefix) || !prefix.endsWith('/')) throw new Error('a malformed key prefix was refused');
}
