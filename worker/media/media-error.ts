import type { ProcessingErrorCode } from '../../domain/video/limits.ts';

/** The file itself is at fault: another attempt would end the same way. */
const REFUSALS: ReadonlySet<ProcessingErrorCode> = new Set<ProcessingErrorCode>([
  'NOT_A_VIDEO',
  'NO_VIDEO',
  'TYPE_REJECTED',
  'CODEC_UNSUPPORTED',
  'PROBE_INVALID',
  'DURATION_EXCEEDED',
  'TOO_LARGE',
  'TOO_SMALL',
  'TOO_MANY_FRAMES',
  'MALWARE_FOUND',
]);

/**
 * Why a source could not be made into a video. `detail` and `cause` are for logs and developers: they may quote ffmpeg and are
 * never shown to people, who read `refusalMessage(code)`.
 */
export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly code: ProcessingErrorCode;
  readonly detail: string;

  constructor(code: ProcessingErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }

  /** True when a retry cannot help, because the file is the reason. */
  get isRefusal(): boolean {
    return REFUSALS.has(this.code);
  }
}
