import type { ProcessingErrorCode } from '../../domain/video/limits.ts';

/**
 * Every word the elements say, in English. The other languages have the same keys and placeholders: this table is their type.
 * `{name}` is a placeholder; numbers are written as the language does. An entry with `one` and `other` is chosen by `{count}`.
 */
export const en = {
  common: {
    cancel: 'Cancel',
    close: 'Close',
    delete: 'Delete',
    retry: 'Try again',
    loading: 'Loading …',
    code: 'Code: {code}',
  },
  player: {},
  canvas: {},
  uploader: {},
  library: {},
  /** What went wrong and what to do about it, by the problem's code. */
  problem: {
    unknown: 'Something went wrong. Try again in a moment.',
    'network.unreachable': 'No connection. Check the network and try again.',
    'session.unavailable': 'The page could not sign you in. Reload it and sign in again.',
    'auth.missing': 'You are not signed in. Reload the page and sign in again.',
    'auth.invalid': 'Your sign-in has ended. Reload the page and sign in again.',
    'auth.origin_not_allowed': 'This site is not allowed to show the videos. Tell the people who run it.',
    'access.denied': 'You do not have access to this. Ask your coach or your club.',
    'access.scope_missing': 'This page was opened without the right to do that. Ask your club.',
    'access.consent_missing': 'The athlete has not said yes to this. Ask the athlete, or a parent of a minor, for consent first.',
    'video.not_found': 'This video does not exist, or it has been removed.',
    'video.not_ready': 'This video is not ready to play yet.',
    'video.illegal_transition': 'The video cannot do that now. Reload and look at its state.',
    'annotation.version_conflict': 'Somebody else changed this drawing first. Reload to see it.',
    'upload.type_not_allowed': 'This kind of file cannot be uploaded. Choose a video: MP4, MOV, WebM, MKV, AVI or 3GP.',
    'upload.empty': 'The file is empty. Choose it again, or another one.',
    'upload.too_large': 'The file is too large. Trim the clip or film at a lower quality.',
    'upload.too_large_numbers': 'The file is {size}; at most {limit} can be uploaded. Trim the clip or film at a lower quality.',
    'upload.not_open': 'This upload is no longer open. Choose the file again.',
    'upload.parameters_differ': 'This file was uploaded before with other details. Remove it here and choose it again.',
    'upload.parts_incomplete': 'Not everything arrived. Try again: only what is missing is sent.',
    'upload.already_completed': 'The upload is complete already.',
    'upload.in_progress': 'The upload is being completed. Try again in a moment.',
    'upload.object_conflict': 'What was stored is not this file. Choose the file again.',
    'upload.lost': 'The upload was left for too long. Choose the file again.',
    'file.unreadable': 'The file can no longer be read. Choose it again.',
    'service.unavailable': 'The service cannot answer right now. Try again in a moment.',
    'service.failed': 'Something went wrong on our side. Try again in a moment.',
  },
  /** Why a video could not be processed and what to do about it. */
  processing: {
    NOT_A_VIDEO: 'This file is not a video, whatever its name says. Choose the clip itself.',
    NO_VIDEO: 'The file has sound but no picture. Choose a clip with a picture.',
    TYPE_REJECTED: 'This kind of file is not accepted. Save it as MP4 or MOV and upload it again.',
    CODEC_UNSUPPORTED: 'The clip is recorded in a format we cannot read. Save it as MP4 (H.264 or HEVC) and upload it again.',
    PROBE_INVALID: 'The file is damaged or not complete. Copy it from the camera again and upload it again.',
    DURATION_EXCEEDED: 'The clip is too long. Trim it to the part you want to look at.',
    TOO_LARGE: 'The picture or the file is too large. Save it in a smaller size and upload it again.',
    TOO_SMALL: 'The picture is too small to work with. Choose the original clip.',
    TOO_MANY_FRAMES: 'The clip has too many pictures. Trim it, or film at a lower rate.',
    CHECKSUM_MISMATCH: 'The file changed on the way. Upload it again.',
    SOURCE_MISSING: 'The uploaded file is gone. Upload it again.',
    FFMPEG_FAIL: 'The clip could not be prepared. Upload it again; if that fails too, save it as MP4 first.',
    TIMEOUT: 'Preparing the clip took too long. Trim it and upload it again.',
    UPLOAD_ABORTED: 'The upload was never finished. Upload the clip again.',
    INTERNAL: 'Something went wrong on our side while preparing the clip. Upload it again.',
  } satisfies Record<ProcessingErrorCode, string>,
};
