/**
 * Every failure the platform can name. The code is public API: never rename one.
 * `status` is the HTTP status on the wire; `title` is what a person reads when nothing more specific is known.
 */
const CATALOGUE = {
  'request.invalid': { status: 400, title: 'The request does not follow the contract' },
  'request.malformed': { status: 400, title: 'The request body cannot be read' },
  'request.too_large': { status: 413, title: 'The request body is too large' },
  'request.unsupported_type': { status: 415, title: 'The request body must be application/json' },
  'idempotency.key_missing': { status: 400, title: 'An Idempotency-Key header is required' },
  'idempotency.key_invalid': { status: 400, title: 'The Idempotency-Key cannot be used' },
  'idempotency.in_progress': { status: 409, title: 'The same request is being answered' },
  'idempotency.key_reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'cursor.invalid': { status: 400, title: 'The cursor does not belong to this list' },
  'auth.invalid': { status: 401, title: 'A valid credential is required' },
  'auth.secret_key_in_browser': { status: 403, title: 'A secret key must never be used in a browser' },
  'auth.origin_not_allowed': { status: 403, title: 'This session may not be used from this site' },
  'auth.secret_key_required': { status: 403, title: 'Only a secret key may do this' },
  'rate.limited': { status: 429, title: 'Too many requests' },
  'key.not_found': { status: 404, title: 'No such key' },
  'key.ended': { status: 409, title: 'The key has been revoked, or has run out' },
  'access.denied': { status: 403, title: 'You may not do this' },
  'access.scope_missing': { status: 403, title: 'The session does not carry the scope for this' },
  'access.consent_missing': { status: 403, title: 'The athlete has not consented to this' },
  'route.not_found': { status: 404, title: 'There is nothing at this address' },
  'route.method_not_allowed': { status: 405, title: 'This address does not accept the method' },
  'user.not_found': { status: 404, title: 'No such person' },
  'person.deactivated': { status: 409, title: 'The person has been deactivated' },
  'person.being_erased': { status: 409, title: 'The person is being erased' },
  'erasure.not_found': { status: 404, title: 'No such erasure' },
  'takeout.not_found': { status: 404, title: 'No such take-out' },
  'takeout.not_ready': { status: 409, title: 'The take-out is not ready' },
  'takeout.expired': { status: 410, title: 'The take-out is no longer kept' },
  'person.birth_date_impossible': { status: 422, title: 'Nobody was born on that day' },
  'relation.role_mismatch': { status: 422, title: 'The roles do not fit' },
  'consent.not_in_force': { status: 409, title: 'There is no consent in force to withdraw' },
  'consent.expiry_passed': { status: 422, title: 'The consent would have ended already' },
  'consent.reference_missing': { status: 422, title: 'A form on paper needs a reference' },
  'share.not_found': { status: 404, title: 'No such share' },
  'share.expiry_invalid': { status: 422, title: 'It cannot end then' },
  'share.recipient_not_allowed': { status: 403, title: 'It may not be shown to this person' },
  'share.second_adult_missing': { status: 422, title: 'No second adult can be reached' },
  'link.not_found': { status: 404, title: 'There is no such link' },
  'link.ended': { status: 410, title: 'The link does not open any more' },
  'link.password_required': { status: 401, title: 'The link has a password' },
  'link.password_wrong': { status: 403, title: 'That is not the password' },
  'link.locked': { status: 429, title: 'The password was wrong too often' },
  'video.not_found': { status: 404, title: 'No such video' },
  'video.about_nobody': { status: 422, title: 'Nobody has been named whom the video is about' },
  'video.not_ready': { status: 409, title: 'The video is not ready to play' },
  'video.illegal_transition': { status: 409, title: 'The video cannot do that now' },
  'video.not_reprocessable': { status: 409, title: 'The video cannot be processed again' },
  'annotation.not_found': { status: 404, title: 'No such annotation' },
  'annotation.version_conflict': { status: 409, title: 'Somebody else changed the annotation first' },
  'annotation.id_taken': { status: 409, title: 'The annotation id is in use with other content' },
  'annotation.frame_out_of_range': { status: 422, title: 'The video has no such frame' },
  'annotation.document_invalid': { status: 422, title: 'The drawing is not valid' },
  'upload.type_not_allowed': { status: 415, title: 'This kind of file cannot be uploaded' },
  'upload.empty': { status: 422, title: 'The file is empty' },
  'upload.too_large': { status: 413, title: 'The file is larger than allowed' },
  'quota.exceeded': { status: 409, title: 'The storage granted is used up' },
  'upload.not_open': { status: 409, title: 'No upload is open for this video' },
  'upload.parameters_differ': { status: 409, title: 'The upload was started with other parameters' },
  'upload.parts_incomplete': { status: 409, title: 'Not every part has arrived' },
  'upload.already_completed': { status: 409, title: 'The upload is complete and cannot be aborted' },
  'upload.in_progress': { status: 409, title: 'The upload is being completed by another request' },
  'upload.object_conflict': { status: 409, title: 'The stored object is not the one this upload wrote' },
  'upload.lost': { status: 410, title: 'The upload has expired and must start again' },
  'playback.not_found': { status: 404, title: 'There is nothing to play at this address' },
  'playback.expired': { status: 410, title: 'The playback address has expired' },
  'playback.egress_exceeded': { status: 402, title: 'The traffic granted for this month is used up' },
  'playback.range_unsatisfiable': { status: 416, title: 'The file does not have these bytes' },
  'store.signature_invalid': { status: 403, title: 'The signed address is not valid' },
  'service.unavailable': { status: 503, title: 'The service cannot answer right now' },
  'service.failed': { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof CATALOGUE;

export const ERROR_CODES = Object.keys(CATALOGUE) as readonly ErrorCode[];

export interface ErrorContext {
  /** What happened this time, in words for a developer. Never another tenant's data. */
  readonly detail?: string | undefined;
  /** The offending field, as a dotted path into the request (`document.shapes.0.to.x`). */
  readonly field?: string | undefined;
  /** Machine-readable extras that become members of the problem (limits, the current version …). */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/** A failure with a name. Thrown once, where it is known; rendered once, at the edge. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly context: ErrorContext;

  constructor(code: ErrorCode, context: ErrorContext = {}) {
    super(`${code}: ${context.detail ?? CATALOGUE[code].title}`, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.context = context;
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }

  get title(): string {
    return CATALOGUE[this.code].title;
  }
}
