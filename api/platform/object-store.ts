import type { Readable, Writable } from 'node:stream';

/** What the store knows of one object. */
export interface ObjectHead {
  readonly sizeBytes: number;
  /** Without the quotes of the HTTP header, here and everywhere in this port. */
  readonly etag: string;
  /** Written once, when the object was begun. Keys are lower case. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** A multipart upload that was begun and neither completed nor aborted. */
export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly begunAt: Date;
}

/** Something the store holds, also where nobody can read it any more. */
export interface Holding {
  readonly kind: HoldingKind;
  readonly key: string;
}

/** `object`: what stands at a key now. `version`: one that was written over or removed. `marker`: the note that a key was removed. */
export const HOLDING_KINDS = ['object', 'version', 'marker', 'upload'] as const;
export type HoldingKind = (typeof HOLDING_KINDS)[number];

export type HoldingCounts = Readonly<Record<HoldingKind, number>>;

/** An object's bytes, to be read or written out once. */
export interface StoredBytes extends Readable {
  /**
   * Writes all of them, with less copying than a stream of chunks; `written` hears of those the target has let go of. Left out where
   * the store has nothing better than the stream. The target is not ended. Rejects as soon as the target or the store fails.
   */
  writeTo?(target: Writable, written: (bytes: number) => void): Promise<void>;
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

export interface PutFileOptions {
  readonly contentType: string;
  /** The file may be gone afterwards, also when the call failed: a disk then gives it a new name instead of copying it. */
  readonly mayTake?: boolean;
}

/**
 * Where media lives. Keys are made by us from ids (`object-keys.ts`) and never from a request. Two adapters keep this
 * contract, a disk and S3; one test runs against both. Every call rejects with DomainError `service.unavailable` when the
 * store cannot answer, and with a plain Error when a key is malformed: a programming fault.
 */
export interface ObjectStore {
  /** Begins a multipart object. `metadata` is found again on the finished object. Returns the store's own upload id. */
  createMultipart(key: string, options: { contentType: string; metadata: Readonly<Record<string, string>> }): Promise<string>;
  /** An address that takes one PUT of one part, from a browser. The answer carries the part's `ETag`. */
  signPart(key: string, part: SignPartRequest): Promise<string>;
  /** The parts that have arrived, in order; null when the store knows no such upload (aborted, completed, never begun). */
  listParts(key: string, uploadId: string): Promise<readonly StoredPart[] | null>;
  /**
   * Makes the object, never over another one. `'gone'` when the store knows no such upload, or something stands at the key
   * already: the caller then looks at what is there. ETags may come with or without quotes, parts in any order.
   * @throws DomainError `upload.parts_incomplete` when a named part has not arrived or has other bytes.
   */
  completeMultipart(key: string, uploadId: string, parts: readonly { partNumber: number; etag: string }[]): Promise<'completed' | 'gone'>;
  /** Forgets an upload and its parts. Not an error when there is none. */
  abortMultipart(key: string, uploadId: string): Promise<void>;
  /** The uploads that are open at keys under a prefix, which ends in `/` and may be all of a tenant's. */
  listUploads(prefix: string): AsyncIterable<OpenUpload>;
  /** Null when there is no object. */
  head(key: string): Promise<ObjectHead | null>;
  /**
   * The bytes; a range may end behind the object's end. The caller consumes or destroys the stream.
   * @throws DomainError `service.unavailable` when the object, or the first byte of the range, is not there.
   */
  read(key: string, range?: ByteRange): Promise<StoredBytes>;
  /** Writes a whole object from a local file, at once or not at all, over what stood there. */
  putFile(key: string, file: string, options: PutFileOptions): Promise<void>;
  /** Keys under a prefix, which ends in `/`, in the order of their bytes. */
  list(prefix: string): AsyncIterable<string>;
  /** Removes every object under a prefix, which ends in `/`. Uploads under it stay open until they are aborted. */
  removePrefix(prefix: string): Promise<void>;
  /** Everything under a prefix, which ends in `/`, as the store itself keeps it: versions and what is left of uploads too. */
  holdings(prefix: string): AsyncIterable<Holding>;
  /** Removes for good what `holdings` names. May be stopped at any point and run again. @returns how much there was of each kind */
  purgePrefix(prefix: string): Promise<HoldingCounts>;
  /** Whether an address for a part, as it was given out earlier, is refused now. */
  refusesPart(key: string, uploadId: string): Promise<boolean>;
  /** Resolves when the store answers; rejects when it does not. */
  ping(): Promise<void>;
}
