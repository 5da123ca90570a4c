import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { ListMultipartUploadsCommandOutput, ListPartsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { DomainError } from '../../domain/errors.ts';
import { assertKeyPrefix, assertObjectKey, assertUploadsPrefix, isOriginal } from './object-keys.ts';
import type {
  ByteRange,
  Holding,
  HoldingCounts,
  ObjectHead,
  ObjectStore,
  OpenUpload,
  PutFileOptions,
  SignPartRequest,
  StoredPart,
} from './object-store.ts';
import { ATTEMPTS, asked, clientFor, isNamed, isTransient } from './s3-client.ts';
import type { S3StoreOptions } from './s3-client.ts';
import { purgeVersions, versionsUnder } from './s3-versions.ts';
import { assertSignable, bareEtag, partsInOrder } from './upload-parts.ts';

/** A completion copies nothing on AWS, but may take minutes where the store assembles the bytes. */
const COMPLETE_TIMEOUT_MS = 120_000;
/** The store in one S3 bucket or two, on AWS or on an engine that speaks its protocol. */
export const s3Store = (options: S3StoreOptions): ObjectStore => new ObjectsInBucket(options);

class ObjectsInBucket implements ObjectStore {
  readonly #options: S3StoreOptions;
  readonly #client: S3Client;
  readonly #signer: S3Client;
  readonly #ingest: string;
  readonly #media: string;

  constructor(options: S3StoreOptions) {
    this.#options = options;
    this.#client = clientFor(options, options.endpoint);
    this.#signer = clientFor(options, options.publicEndpoint ?? options.endpoint);
    this.#ingest = options.ingestBucket ?? options.bucket;
    this.#media = options.mediaBucket ?? options.bucket;
  }

  createMultipart(key: string, { contentType, metadata }: Parameters<ObjectStore['createMultipart']>[1]): Promise<string> {
    return this.#askAbout(key, 'begin an upload', async (at) => {
      const begin = new CreateMultipartUploadCommand({
        ...at,
        ...this.#encryption(),
        ContentType: contentType,
        Metadata: metadata,
      });
      const { UploadId } = await this.#client.send(begin);
      if (!UploadId) throw new Error('the store began an upload without an id');
      return UploadId;
    });
  }

  async signPart(key: string, part: SignPartRequest): Promise<string> {
    assertObjectKey(key);
    assertSignable(part);
    const { uploadId: UploadId, partNumber: PartNumber, sizeBytes: ContentLength, expiresInSeconds: expiresIn } = part;
    const put = new UploadPartCommand({ Bucket: this.#bucketOf(key), Key: key, UploadId, PartNumber, ContentLength });
    return getSignedUrl(this.#signer, put, { expiresIn, signingDate: this.#options.clock?.() ?? new Date() });
  }

  listParts(key: string, uploadId: string): Promise<readonly StoredPart[] | null> {
    return this.#askAbout(key, 'list parts', async (at) => {
      const parts: StoredPart[] = [];
      let marker: string | undefined;
      try {
        // By hand: the SDK's paginator overlooks IsTruncated and goes round for ever on the marker of the last page.
        do {
          const page: ListPartsCommandOutput = await this.#client.send(
            new ListPartsCommand({ ...at, UploadId: uploadId, PartNumberMarker: marker }),
          );
          for (const { PartNumber, Size, ETag } of page.Parts ?? [])
            parts.push({ partNumber: PartNumber ?? 0, sizeBytes: Size ?? 0, etag: bareEtag(ETag ?? '') });
          marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
        } while (marker !== undefined);
        return parts;
      } catch (error) {
        // Ceph says NoSuchKey where AWS says NoSuchUpload.
        if (isNamed(error, 'NoSuchUpload', 'NoSuchKey')) return null;
        throw error;
      }
    });
  }

  /**
   * The store's own answer cannot be trusted to say who made the object: Ceph answers 200 to a completion of any upload id
   * once an object stands at the key, and heeds `If-None-Match` only on a plain PUT. So the object is looked for first; which parts
   * have arrived is then the store's to say.
   */
  completeMultipart(key: string, uploadId: string, named: Parameters<ObjectStore['completeMultipart']>[2]): Promise<'completed' | 'gone'> {
    return this.#askAbout(key, 'complete an upload', async (at) => {
      if (await this.head(key)) return 'gone';
      const Parts = partsInOrder(named).map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: `"${bareEtag(etag)}"` }));
      const complete = new CompleteMultipartUploadCommand({
        ...at,
        UploadId: uploadId,
        IfNoneMatch: '*',
        MultipartUpload: { Parts },
      });
      try {
        await this.#client.send(complete, { requestTimeout: COMPLETE_TIMEOUT_MS });
        return 'completed';
      } catch (cause) {
        if (isNamed(cause, 'NoSuchUpload', 'PreconditionFailed')) return 'gone';
        if (isNamed(cause, 'InvalidPart'))
          throw new DomainError('upload.parts_incomplete', { detail: 'a part is absent or has other bytes', cause });
        if (isNamed(cause, 'EntityTooSmall'))
          throw new DomainError('upload.parts_incomplete', { detail: 'a part other than the last has fewer than 5 MiB', cause });
        // Ceph fails with 500 where AWS says NoSuchUpload, and the answer to a completion that succeeded may have been lost.
        if ((await this.listParts(key, uploadId)) === null) return 'gone';
        throw cause;
      }
    });
  }

  /** A part that was on its way during the first abort may still have been stored: hence again, until none is left. */
  abortMultipart(key: string, uploadId: string): Promise<void> {
    return this.#askAbout(key, 'abort an upload', async (at) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        await this.#client.send(new AbortMultipartUploadCommand({ ...at, UploadId: uploadId })).catch((error: unknown) => {
          if (!isNamed(error, 'NoSuchUpload')) throw error;
        });
        if (!(await this.listParts(key, uploadId))?.length) return;
      }
      throw new Error('parts kept arriving');
    });
  }

  head(key: string): Promise<ObjectHead | null> {
    return this.#askAbout(key, 'look at an object', async (at) => {
      try {
        const { ContentLength, ETag, Metadata } = await this.#client.send(new HeadObjectCommand(at));
        return { sizeBytes: ContentLength ?? 0, etag: bareEtag(ETag ?? ''), metadata: Metadata ?? {} };
      } catch (error) {
        if (isNamed(error, 'NotFound')) return null;
        throw error;
      }
    });
  }

  read(key: string, range?: ByteRange): Promise<Readable> {
    return this.#askAbout(key, 'read an object', async (at) => {
      const bytes = range && { Range: `bytes=${String(range.first)}-${String(range.last)}` };
      const { Body } = await this.#client.send(new GetObjectCommand({ ...at, ...bytes }));
      if (Body instanceof Readable) return Body;
      throw new Error('the store answered without a body');
    });
  }

  /** The MD5 goes with the bytes, so that the store refuses what was altered on the way. */
  putFile(key: string, file: string, { contentType }: PutFileOptions): Promise<void> {
    return this.#askAbout(key, 'write an object', async (at) => {
      const { sizeBytes, md5 } = await measured(file);
      const about = { ContentLength: sizeBytes, ContentMD5: md5, ContentType: contentType, ...this.#encryption() };
      for (let attempt = 1; ; attempt += 1) {
        const Body = createReadStream(file);
        // The SDK does not listen: a file that cannot be read would end the process, or leave the call waiting for bytes.
        const unreadable = new AbortController();
        Body.once('error', () => {
          unreadable.abort();
        });
        try {
          await this.#client.send(new PutObjectCommand({ ...at, ...about, Body }), { requestTimeout: 0, abortSignal: unreadable.signal });
          return;
        } catch (error) {
          Body.destroy();
          // The SDK cannot rewind a stream, so it never repeats a call that carries one.
          if (attempt === ATTEMPTS || !isTransient(error)) throw error;
          await pause(2 ** attempt * 100 * (1 + Math.random()));
        }
      }
    });
  }

  list(prefix: string): AsyncIterable<string> {
    assertKeyPrefix(prefix);
    const [first, second] = this.#buckets().map((bucket) => this.#keysUnder(bucket, prefix));
    return first && second ? inOrder(first, second) : (first ?? this.#keysUnder(this.#ingest, prefix));
  }

  listUploads(prefix: string): AsyncIterable<OpenUpload> {
    assertUploadsPrefix(prefix);
    return this.#uploadsUnder(prefix);
  }

  async removePrefix(prefix: string): Promise<void> {
    assertKeyPrefix(prefix);
    return asked('remove objects', async () => {
      for (const Bucket of this.#buckets())
        for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, { Bucket, Prefix: prefix })) {
          if (Contents.length === 0) continue;
          const Objects = Contents.map(({ Key }) => ({ Key }));
          const { Errors = [] } = await this.#client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
          if (Errors[0]) throw new Error(`${String(Errors.length)} objects were not removed: ${Errors[0].Code ?? 'no reason given'}`);
        }
    });
  }

  async *holdings(prefix: string): AsyncGenerator<Holding> {
    assertKeyPrefix(prefix);
    for (const bucket of this.#buckets()) yield* versionsUnder(this.#client, bucket, prefix);
    for await (const { key } of this.#uploadsUnder(prefix)) yield { kind: 'upload', key };
  }

  async purgePrefix(prefix: string): Promise<HoldingCounts> {
    assertKeyPrefix(prefix);
    const counts = { object: 0, version: 0, marker: 0, upload: 0 };
    // Uploads first, so that none becomes an object after.
    for await (const { key, uploadId } of this.#uploadsUnder(prefix)) {
      await this.abortMultipart(key, uploadId);
      counts.upload += 1;
    }
    for (const bucket of this.#buckets()) await purgeVersions(this.#client, bucket, prefix, counts);
    return counts;
  }

  refusesPart(key: string, uploadId: string): Promise<boolean> {
    return this.#askAbout(key, 'refuse a part', async (at) => {
      try {
        await this.#client.send(new UploadPartCommand({ ...at, UploadId: uploadId, PartNumber: 1, Body: Buffer.alloc(1) }));
        return false;
      } catch (error) {
        if (isNamed(error, 'NoSuchUpload', 'NoSuchKey')) return true;
        throw error;
      }
    });
  }

  ping(): Promise<void> {
    return asked('answer', async () => {
      for (const Bucket of this.#buckets()) await this.#client.send(new HeadBucketCommand({ Bucket }));
    });
  }

  async *#keysUnder(Bucket: string, prefix: string): AsyncGenerator<string> {
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket, Prefix: prefix });
    for (;;) {
      const page = await asked('list objects', () => pages.next());
      if (page.done) return;
      for (const { Key } of page.value.Contents ?? []) if (Key !== undefined) yield Key;
    }
  }

  /** By hand, as the parts are: there is no paginator. */
  async *#uploadsUnder(prefix: string): AsyncGenerator<OpenUpload> {
    for (const Bucket of this.#buckets())
      for (let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {}; marker;) {
        const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({ Bucket, Prefix: prefix, ...marker });
        const page: ListMultipartUploadsCommandOutput = await asked('list uploads', () => this.#client.send(command));
        for (const { Key, UploadId, Initiated } of page.Uploads ?? [])
          if (Key !== undefined && UploadId !== undefined) yield { key: Key, uploadId: UploadId, begunAt: Initiated ?? new Date() };
        marker = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
      }
  }

  #bucketOf(key: string): string {
    return isOriginal(key) ? this.#ingest : this.#media;
  }

  #buckets(): readonly string[] {
    return [...new Set([this.#ingest, this.#media])];
  }

  async #askAbout<T>(key: string, what: string, work: (at: { Bucket: string; Key: string }) => Promise<T>): Promise<T> {
    assertObjectKey(key);
    return asked(what, () => work({ Bucket: this.#bucketOf(key), Key: key }));
  }

  #encryption(): { ServerSideEncryption?: 'AES256' | 'aws:kms' } {
    const { serverSideEncryption } = this.#options;
    return serverSideEncryption ? { ServerSideEncryption: serverSideEncryption } : {};
  }
}

/** What a file holds: one more reading from the local disk, the price of a checksum before the first byte is sent. */
async function measured(file: string): Promise<{ sizeBytes: number; md5: string }> {
  const hash = createHash('md5');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    sizeBytes += chunk.byteLength;
  }
  return { sizeBytes, md5: hash.digest('base64') };
}

/** Two sorted lists as one. */
async function* inOrder(one: AsyncGenerator<string>, other: AsyncGenerator<string>): AsyncGenerator<string> {
  let [left, right] = [await one.next(), await other.next()];
  while (!left.done || !right.done)
    if (!left.done && (right.done || left.value < right.value)) {
      yield left.value;
      left = await one.next();
    } else if (!right.done) {
      yield right.value;
      right = await other.next();
    }
}
