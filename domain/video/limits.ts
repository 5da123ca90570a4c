/** What one tenant may upload. The defaults hold where the tenant has no setting of its own. */
export interface UploadLimits {
  readonly maxSizeBytes: number;
  readonly maxDurationMs: number;
}

export const DEFAULT_UPLOAD_LIMITS: UploadLimits = {
  maxSizeBytes: 500 * 1024 * 1024,
  maxDurationMs: 5 * 60 * 1000,
};

/** Media types a client may declare. Content is checked again, by probe: the declaration is only the first filter. */
export const UPLOAD_CONTENT_TYPES = [
  'video/mp4',
  'video/quicktime',
  'video/webm',
  'video/x-matroska',
  'video/x-msvideo',
  'video/mp2t',
  'video/3gpp',
  'video/x-m4v',
] as const;

export type UploadContentType = (typeof UPLOAD_CONTENT_TYPES)[number];

/** Smallest and largest side and pixel count of a picture we accept, in pixels. 8192 × 4320 is the largest level of H.264 and HEVC in phones. */
export const PICTURE_LIMITS = { minSide: 16, maxSide: 8192, maxPixels: 8192 * 4320 } as const;

/** No more pictures than this in one video: five minutes at 240 fps, with a margin for a camera that runs a little fast. */
export const MAX_FRAMES = 5 * 60 * 240 + 2000;

/** Why a source could not become a video. Public API: stored on the video, shown to people, never renamed. */
export const PROCESSING_ERROR_CODES = [
  'NOT_A_VIDEO',
  'NO_VIDEO',
  'TYPE_REJECTED',
  'CODEC_UNSUPPORTED',
  'PROBE_INVALID',
  'DURATION_EXCEEDED',
  'TOO_LARGE',
  'TOO_SMALL',
  'TOO_MANY_FRAMES',
  'CHECKSUM_MISMATCH',
  'SOURCE_MISSING',
  'FFMPEG_FAIL',
  'TIMEOUT',
  'UPLOAD_ABORTED',
  'CONSENT_MISSING',
  'MALWARE_FOUND',
  'SCAN_FAIL',
  'INTERNAL',
] as const;

export type ProcessingErrorCode = (typeof PROCESSING_ERROR_CODES)[number];

/** What one tenant may keep and send. Null: as much as it likes. */
export interface QuotaLimits {
  /** Of originals kept at one time. */
  readonly maxBytes: number | null;
  readonly maxVideos: number | null;
  /** Uploaded in one calendar month of UTC; removing a video gives nothing of it back. */
  readonly maxMonthlyBytes: number | null;
  /** Sent to players in one calendar month of UTC. */
  readonly maxMonthlyEgressBytes: number | null;
}

/** The limits of a quota. Public API: told in refusals and warnings. */
export const QUOTA_KINDS = ['bytes', 'videos', 'monthly_bytes'] as const;
export type QuotaKind = (typeof QUOTA_KINDS)[number];

/** From this share of a limit on, people are warned. */
export const NEAR_LIMIT_SHARE = 0.8;
