import type { Readable } from 'node:stream';

/** What the store knows of one object. */
export interface ObjectHead {
  readonly sizeBytes: number;
  readonly etag: string;
  /** Written once, when the object was begun. Keys are lower case. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** Bytes `first`..`last` of an object, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface SignPartRequest {
  readonly uploadId: string;
  readonly partNumber: number;
  /** Signed into the address: the store takes exactly so many bytes. */
  readonly sizeBytes: number;
  readonly expiresInSeconds: number;
}

/**
 * Where media lives. Keys are made by us from ids (`object-keys.ts`) and never from a request. Two adapters keep this
 * contract, a disk and S3; one test runs against both.
 */
export interface ObjectStore {
  /** Begins a multipart object. `metadata` is found again on the finished object. Returns the store's own upload id. */
  createMultipart(key: string, options: { contentType: string; metadata: Readonly<Record<string, string>> }): Promise<string>;
  /** An address that takes one PUT of one part, from a browser. The answer carries the part's `ETag`. */
  signPart(key: string, part: SignPartRequest): Promise<string>;
  /** The parts that have arrived, in order; null when the store knows no such upload (aborted, completed, never begun). */
  listParts(key: string, uploadId: string): Promise<readonly StoredPart[] | null>;
  /** Makes the object. `'gone'` when the store knows no such upload: the caller then looks whether the object is there. */
  completeMultipart(key: string, uploadId: string, parts: readonly { partNumber: number; etag: string }[]): Promise<'completed' | 'gone'>;
  /** Forgets an upload and its parts. Not an error when there is none. */
  abortMultipart(key: string, uploadId: string): Promise<void>;
  /** Null when there is no object. */
  head(key: string): Promise<ObjectHead | null>;
  /** The bytes. @throws DomainError `service.unavailable` when the object cannot be read. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Writes a whole object from a local file, at once or not at all. */
  putFile(key: string, file: string, options: { contentType: string }): Promise<void>;
  /** Keys under a prefix, which ends in `/`. */
  list(prefix: string): AsyncIterable<string>;
  /** Removes every object under a prefix, which ends in `/`. */
  removePrefix(prefix: string): Promise<void>;
  /** Resolves when the store answers; rejects when it does not. */
  ping(): Promise<void>;
}
