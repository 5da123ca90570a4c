/**
 * Every background job and what it carries. Ids and versions only: the row is read afresh under its tenant, so a job can
 * neither leak nor outdate anything.
 */
export interface JobRefs {
  'video.process': { readonly videoId: string; readonly processingVersion: number };
  /** `attemptId`: the published attempt that the ladder belongs to. */
  'video.ladder': { readonly videoId: string; readonly processingVersion: number; readonly attemptId: string };
  'person.erase': { readonly erasureId: string };
  'person.takeout': { readonly takeoutId: string };
}

export type JobName = keyof JobRefs;

export type JobPayloads = { readonly [Name in JobName]: JobRefs[Name] & { readonly tenantId: string } };

export interface SendOptions {
  /** Behind everything that somebody waits for. */
  readonly isBackground?: boolean;
}

export interface JobSettings {
  readonly retryLimit: number;
  readonly retryDelaySeconds: number;
  /** The queue gives the job to another worker when this long has passed without a sign of life. */
  readonly heartbeatSeconds: number;
  /** No attempt runs longer than this. */
  readonly expireInSeconds: number;
}

export const JOBS: Readonly<Record<JobName, JobSettings>> = {
  'video.process': { retryLimit: 3, retryDelaySeconds: 5, heartbeatSeconds: 30, expireInSeconds: 2 * 60 * 60 },
  'video.ladder': { retryLimit: 2, retryDelaySeconds: 30, heartbeatSeconds: 30, expireInSeconds: 2 * 60 * 60 },
  'person.erase': { retryLimit: 5, retryDelaySeconds: 5, heartbeatSeconds: 30, expireInSeconds: 2 * 60 * 60 },
  'person.takeout': { retryLimit: 3, retryDelaySeconds: 5, heartbeatSeconds: 30, expireInSeconds: 2 * 60 * 60 },
};

export const JOB_NAMES = Object.keys(JOBS) as readonly JobName[];

/** Jobs that failed for good wait here for an operator. */
export const deadLetterQueue = (job: JobName): string => `${job}.dead`;

/** Two sends for the same version of the same video, for the same erasure or the same take-out are one job. */
export const jobKey = (ref: JobRefs[JobName]): string => {
  if ('erasureId' in ref) return ref.erasureId;
  return 'takeoutId' in ref ? ref.takeoutId : `${ref.videoId}:${String(ref.processingVersion)}`;
};
