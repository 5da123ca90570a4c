import { DomainError, type ErrorCode } from '../../domain/errors.ts';

/** What an id was expected to be. The database knows the same names. */
export type RowKind = 'video' | 'annotation' | 'upload' | 'person' | 'share' | 'link' | 'key';

const CODES: Readonly<Record<RowKind, ErrorCode>> = {
  video: 'video.not_found',
  annotation: 'annotation.not_found',
  upload: 'video.not_found',
  person: 'user.not_found',
  share: 'share.not_found',
  link: 'link.not_found',
  key: 'key.not_found',
};

/** An id that does not exist for this tenant. If it exists for another, the unit of work that ended with this is audited. */
export class MissingRow extends DomainError {
  readonly kind: RowKind;
  readonly wantedId: string;

  constructor(kind: RowKind, wantedId: string, field?: string) {
    super(CODES[kind], { field });
    this.kind = kind;
    this.wantedId = wantedId;
  }
}
