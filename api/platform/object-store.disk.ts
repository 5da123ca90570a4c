import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../domain/errors.ts';
import { beginUpload, concatenated, findUpload, multipartEtag, partsOf, removeUpload, storePart, uploadsUnder } from './disk-uploads.ts';
import type { DiskUpload } from './disk-uploads.ts';
import { duplicate, hasErrno, makeDirectory, move, placeIn, sweep, vanish } from './durable-files.ts';
import type { Scratch } from './durable-files.ts';
import { assertKeyPrefix, assertObjectKey, assertUploadsPrefix } from './object-keys.ts';
import type {
  ByteRange,
  Holding,
  HoldingCounts,
  ObjectHead,
  ObjectStore,
  OpenUpload,
  PutFileOptions,
  SignPartRequest,
  StoredBytes,
  StoredPart,
} from './object-store.ts';
import { exactly, refuseOtherLength } from './part-body.ts';
import { readSealed } from './sealed-bytes.ts';
import { seal, sealOf, writeSealed } from './sealed-file.ts';
import { readPartUrl, signPartUrl } from './signed-url.ts';
import { assertSignable, matchParts } from './upload-parts.ts';

export interface DiskStoreOptions {
  /** A directory of the store's own. Several processes may use it at once. */
  readonly root: string;
  /** The API's address as browsers see it, without `/store`. */
  readonly publicUrl: string;
  /** At least 32 characters, the same in every process. */
  readonly signingSecret: string;
  readonly clock?: () => Date;
}

/** One PUT as it arrived. `key` is the path behind `/store/`. */
export interface PartRequest {
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface DiskStore extends ObjectStore {
  /**
   * Takes the PUT of a signed address; the answer is 200 with `ETag: "<etag>"`. After a refusal part of the body may be
   * unread: answer with `Connection: close`.
   * @throws DomainError `store.signature_invalid`, `upload.too_large` (more bytes than signed), `request.invalid` (fewer),
   *   `upload.not_open` (aborted or completed since), `service.unavailable`.
   */
  receivePart(request: PartRequest, body: Readable): Promise<{ readonly etag: string }>;
}

/** What a killed process left unseen is removed after this long: nothing writes one file for a day. */
const LEFTOVER_MS = 24 * 60 * 60 * 1000;

/** The store in a directory: no server of its own, nothing but files. */
export const diskStore = (options: DiskStoreOptions): DiskStore => new FilesInDirectory(options);

/**
 * Objects are sealed files at `<root>/<key>`, open uploads are directories in `<root>/.uploads`, and whatever is being
 * written or removed is in `<root>/.tmp`: things appear, and vanish, by one rename or link. No key begins with a dot.
 */
class FilesInDirectory implements DiskStore {
  readonly #options: Required<DiskStoreOptions>;
  readonly #uploads: string;
  readonly #scratch: Scratch;
  #prepared: Promise<void> | undefined;

  constructor(options: DiskStoreOptions) {
    if (options.signingSecret.length < 32) throw new Error('the signing secret of the disk store needs at least 32 characters');
    this.#options = { clock: () => new Date(), ...options };
    this.#uploads = join(options.root, '.uploads');
    this.#scratch = () => join(options.root, '.tmp', randomUUID());
  }

  createMultipart(key: string, { contentType, metadata }: Parameters<ObjectStore['createMultipart']>[1]): Promise<string> {
    return onDisk(async () => {
      assertObjectKey(key);
      await this.#prepare();
      return beginUpload(this.#uploads, this.#scratch, { key, contentType, metadata: lowerCased(metadata) });
    });
  }

  async signPart(key: string, part: SignPartRequest): Promise<string> {
    assertObjectKey(key);
    assertSignable(part);
    const { uploadId, partNumber, sizeBytes, expiresInSeconds } = part;
    const { publicUrl, signingSecret, clock } = this.#options;
    const expiresAt = Math.floor(clock().getTime() / 1000) + expiresInSeconds;
    return Promise.resolve(signPartUrl(publicUrl, signingSecret, { key, uploadId, partNumber, sizeBytes, expiresAt }));
  }

  receivePart({ key, query, headers }: PartRequest, body: Readable): Promise<{ readonly etag: string }> {
    return onDisk(async () => {
      const { uploadId, partNumber, sizeBytes } = readPartUrl(this.#options.signingSecret, key, query, this.#options.clock());
      refuseOtherLength(headers['content-length'], sizeBytes);
      const upload = await this.#open(key, uploadId);
      if (!upload) throw new DomainError('upload.not_open');
      await this.#prepare();
      return { etag: await storePart(upload, partNumber, exactly(body, sizeBytes), this.#scratch) };
    });
  }

  listParts(key: string, uploadId: string): Promise<readonly StoredPart[] | null> {
    return onDisk(async () => {
      const upload = await this.#open(key, uploadId);
      return upload && partsOf(upload);
    });
  }

  completeMultipart(key: string, uploadId: string, named: Parameters<ObjectStore['completeMultipart']>[2]): Promise<'completed' | 'gone'> {
    return onDisk(async () => {
      const upload = await this.#open(key, uploadId);
      if (!upload) return 'gone';
      const parts = matchParts(named, await partsOf(upload));
      await this.#prepare();
      try {
        await this.#assemble(upload, parts);
        await vanish(upload.directory, this.#scratch);
        return 'completed';
      } catch (error) {
        if (hasErrno(error, 'EEXIST') || !(await this.#open(key, uploadId))) return 'gone';
        throw error;
      }
    });
  }

  abortMultipart(key: string, uploadId: string): Promise<void> {
    return onDisk(async () => {
      const upload = await this.#open(key, uploadId);
      if (upload) await vanish(upload.directory, this.#scratch);
    });
  }

  listUploads(prefix: string): AsyncIterable<OpenUpload> {
    assertUploadsPrefix(prefix);
    return this.#openUnder(prefix);
  }

  head(key: string): Promise<ObjectHead | null> {
    return onDisk(async () => {
      const found = await sealOf(this.#fileOf(key));
      return found && { sizeBytes: found.sizeBytes, etag: found.etag, metadata: found.metadata ?? {} };
    });
  }

  read(key: string, range?: ByteRange): Promise<StoredBytes> {
    return onDisk(async () => {
      const bytes = await readSealed(this.#fileOf(key), range ?? null);
      if (!bytes) throw unavailable(range ? 'there is no such object with these bytes' : 'there is no such object');
      return bytes;
    });
  }

  putFile(key: string, file: string, { contentType, mayTake = false }: PutFileOptions): Promise<void> {
    return onDisk(async () => {
      const target = this.#fileOf(key);
      await this.#prepare();
      const draft = this.#scratch();
      try {
        // nobody compares it with the bytes: it tells one writing from the next
        const etag = randomBytes(16).toString('hex');
        await (mayTake ? move : duplicate)(file, draft);
        await seal(draft, (sizeBytes) => ({ sizeBytes, etag, contentType }));
        await placeIn(dirname(target), () => rename(draft, target));
      } finally {
        await rm(draft, { force: true });
      }
    });
  }

  list(prefix: string): AsyncIterable<string> {
    assertKeyPrefix(prefix);
    return keysUnder(this.#options.root, prefix);
  }

  removePrefix(prefix: string): Promise<void> {
    return onDisk(async () => {
      assertKeyPrefix(prefix);
      await this.#prepare();
      await vanish(join(this.#options.root, prefix.slice(0, -1)), this.#scratch);
    });
  }

  async *holdings(prefix: string): AsyncGenerator<Holding> {
    for await (const key of this.list(prefix)) yield { kind: 'object', key };
    // Also those whose object is there, and directories of which only the note is left.
    for await (const { key } of uploadsUnder(this.#uploads, prefix)) yield { kind: 'upload', key };
  }

  /** In place, file by file: what is renamed first and removed after could be left behind where nobody knows whose it was. */
  purgePrefix(prefix: string): Promise<HoldingCounts> {
    return onDisk(async () => {
      const counts = { object: 0, version: 0, marker: 0, upload: 0 };
      for await (const { kind } of this.holdings(prefix)) counts[kind] += 1;
      for await (const { uploadId } of uploadsUnder(this.#uploads, prefix)) await removeUpload(this.#uploads, uploadId);
      await rm(join(this.#options.root, prefix.slice(0, -1)), { recursive: true, force: true });
      return counts;
    });
  }

  async refusesPart(key: string, uploadId: string): Promise<boolean> {
    const address = new URL(await this.signPart(key, { uploadId, partNumber: 1, sizeBytes: 1, expiresInSeconds: 60 }));
    try {
      await this.receivePart({ key, query: address.searchParams, headers: {} }, Readable.from([Buffer.alloc(1)]));
      return false;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'upload.not_open') return true;
      throw error;
    }
  }

  ping(): Promise<void> {
    return onDisk(async () => {
      await this.#prepare();
      const probe = this.#scratch();
      try {
        await writeFile(probe, probe, { mode: 0o600, flush: true });
        if ((await readFile(probe, 'utf8')) !== probe) throw unavailable('the disk gives back other bytes than it took');
      } finally {
        await rm(probe, { force: true });
      }
    });
  }

  #fileOf(key: string): string {
    assertObjectKey(key);
    return join(this.#options.root, key);
  }

  async *#openUnder(prefix: string): AsyncGenerator<OpenUpload> {
    const found = uploadsUnder(this.#uploads, prefix);
    for (;;) {
      const next = await onDisk(() => found.next());
      if (next.done) return;
      if (await onDisk(() => this.#open(next.value.key, next.value.uploadId))) yield next.value;
    }
  }

  /** A completed upload whose process died before it was forgotten is forgotten here. */
  async #open(key: string, uploadId: string): Promise<DiskUpload | null> {
    const file = this.#fileOf(key);
    const upload = await findUpload(this.#uploads, key, uploadId);
    if (!upload || (await sealOf(file))?.uploadId !== uploadId) return upload;
    await vanish(upload.directory, this.#scratch);
    return null;
  }

  /** A link, unlike a rename, never replaces what stands there: of two completions one makes the object, the other gets EEXIST. */
  async #assemble(upload: DiskUpload, parts: readonly StoredPart[]): Promise<void> {
    const { contentType, metadata, key } = upload.begun;
    const about = { etag: multipartEtag(parts), contentType, metadata, uploadId: upload.uploadId };
    const file = this.#fileOf(key);
    const draft = this.#scratch();
    try {
      await writeSealed(draft, concatenated(upload, parts), (sizeBytes) => ({ sizeBytes, ...about }));
      await placeIn(dirname(file), () => link(draft, file));
    } finally {
      await rm(draft, { force: true });
    }
  }

  #prepare(): Promise<void> {
    this.#prepared ??= this.#makeRoot().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async #makeRoot(): Promise<void> {
    await makeDirectory(this.#uploads);
    await makeDirectory(dirname(this.#scratch()));
    await sweep(dirname(this.#scratch()), LEFTOVER_MS);
  }
}

/** Keys in the order of their bytes, as S3 lists them: a directory sorts with its `/`, behind `a-b` and `a.b`. */
async function* keysUnder(root: string, prefix: string): AsyncGenerator<string> {
  const entries = await onDisk(() => readdir(join(root, prefix), { withFileTypes: true })).catch((error: unknown) => {
    if (error instanceof DomainError && hasErrno(error.cause, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  });
  for (const name of entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort()) {
    if (name.endsWith('/')) yield* keysUnder(root, prefix + name);
    else yield prefix + name;
  }
}

const lowerCased = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));

const unavailable = (detail: string, cause?: unknown): DomainError => new DomainError('service.unavailable', { detail, cause });

/** What the file system reports is the store's own trouble; everything else passes as it is. */
async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && 'syscall' in cause) throw unavailable('the disk did not answer as it should', cause);
    throw cause;
  }
}
