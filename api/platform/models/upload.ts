import type { ToldChecksums } from '../../../domain/upload/checksum.ts';
import { TenantModel } from './model.ts';

/** The parts as a client told them, none once the upload is done, and the whole file's checksums as far as it told them. */
export interface UploadCompletion extends ToldChecksums {
  readonly parts: readonly { readonly partNumber: number; readonly etag: string }[];
}

export class UploadModel extends TenantModel {
  static override tableName = 'upload';
  static override get jsonAttributes(): string[] {
    return ['completion'];
  }
  declare id: string;
  declare videoId: string;
  declare createdById: string;
  declare clientUploadId: string;
  /** Fingerprint of what was asked for at init: the same id must mean the same upload. */
  declare requestSha256: Buffer;
  declare contentType: string;
  /** Of the file's content, as the uploader told it; null when it told none. */
  declare fingerprint: string | null;
  declare sizeBytes: number;
  declare partSizeBytes: number;
  declare objectKey: string;
  declare storeUploadId: string | null;
  /** Stored with the object: proves that this upload wrote it. */
  declare writeToken: string;
  declare state: 'initiating' | 'open' | 'completing' | 'done' | 'aborted';
  declare stateSince: Date;
  /** What of the tenant's quota this upload takes: never more than once, and given back once. */
  declare holds: 'reserved' | 'used' | 'nothing';
  /** The month its bytes are counted in, as `YYYY-MM-DD`. */
  declare countedIn: string;
  /** What the client said when it asked to complete; null before. When it is done the checksums remain, to check the source against. */
  declare completion: UploadCompletion | null;
  /** When the store was last asked to forget it, after it was given up. */
  declare sweptAt: Date | null;
  declare createdAt: Date;
}
