import { TenantModel } from './model.ts';

export class UploadModel extends TenantModel {
  static override tableName = 'upload';
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
  declare createdAt: Date;
}
