import type { ProcessingErrorCode } from './limits.ts';

const MESSAGES: Readonly<Record<ProcessingErrorCode, string>> = {
  NOT_A_VIDEO: 'This file is not a video. Choose the video itself, as your phone or camera saved it.',
  NO_VIDEO: 'This file has sound but no picture. Choose a recording with a picture.',
  TYPE_REJECTED: 'This kind of video file is not supported. Export it as MP4 or MOV and upload it again.',
  CODEC_UNSUPPORTED: 'The pictures in this video are stored in a way we cannot read. Export it as MP4 (H.264 or HEVC) and upload it again.',
  PROBE_INVALID: 'This video is damaged or incomplete. Check that it plays on your device, then upload it again.',
  DURATION_EXCEEDED: 'This video is longer than allowed. Trim it to the part you want to review and upload that.',
  TOO_LARGE: 'This video is larger than allowed. Trim it, or record in a lower resolution, and upload it again.',
  TOO_SMALL: 'The picture in this video is too small to review. Upload the original recording.',
  TOO_MANY_FRAMES: 'This video has more pictures than we can handle. Trim it to the part you want to review and upload that.',
  CHECKSUM_MISMATCH: 'The file changed on its way to us. Upload it again.',
  SOURCE_MISSING: 'The uploaded file is no longer there. Upload it again.',
  FFMPEG_FAIL: 'This video could not be converted. Try again; if it fails once more, export it as MP4 and upload that.',
  TIMEOUT: 'Converting this video took too long. Try again, or trim it to the part you want to review.',
  UPLOAD_ABORTED: 'The upload was cancelled before it was complete. Upload the video again.',
  CONSENT_MISSING:
    'Somebody in the picture has not agreed to a review of it, or has taken that back, so the video was not prepared. Upload or process it again once everybody has agreed.',
  MALWARE_FOUND:
    'Our malware scan found something harmful in this file, so nobody can open it. Check your device, then upload the original recording.',
  SCAN_FAIL: 'We could not check this file for malware, so it was not published. Upload it again later.',
  INTERNAL: 'Something went wrong on our side. Try again in a few minutes.',
};

/** One sentence or two for the person who uploaded: what is wrong and what to do. English; the elements translate by code. */
export const refusalMessage = (code: ProcessingErrorCode): string => MESSAGES[code];
