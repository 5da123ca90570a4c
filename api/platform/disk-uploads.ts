import { createHash, randomUUID, type Hash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../domain/errors.ts';
import { hasErrno, placeIn, syncDirectory } from './durable-files.ts';
import type { Scratch } from './durable-files.ts';
import type { OpenUpload, StoredPart } from './object-store.ts';
import { openSealed, sealOf, writeSealed } from './sealed-file.ts';

/** What was said when an upload began. */
export interface BegunUpload {
  readonly key: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface DiskUpload {
  readonly uploadId: string;
  readonly directory: string;
  readonly begun: BegunUpload;
}

const UPLOAD_ID = /^[0-9a-f]{32}$/;
const partsIn = (directory: string): string => join(directory, 'parts');
const partFile = (directory: string, partNumber: number): string => join(partsIn(directory), String(partNumber).padStart(5, '0'));

/** The upload appears whole, by one rename, or not at all. */
export async function beginUpload(uploads: string, scratch: Scratch, begun: BegunUpload): Promise<string> {
  const uploadId = randomUUID().replaceAll('-', '');
  const draft = scratch();
  await mkdir(draft, { mode: 0o700 });
  await mkdir(partsIn(draft), { mode: 0o700 });
  await writeFile(join(draft, 'upload.json'), JSON.stringify(begun), { mode: 0o600, flush: true });
  await syncDirectory(draft);
  await placeIn(uploads, () => rename(draft, join(uploads, uploadId)));
  return uploadId;
}

/** Null when there is no such upload for this key. An id of another shape is never made into a path. */
export async function findUpload(uploads: string, key: string, uploadId: string): Promise<DiskUpload | null> {
  if (!UPLOAD_ID.test(uploadId)) return null;
  const directory = join(uploads, uploadId);
  const begun = await readBegun(join(directory, 'upload.json'));
  return begun?.key === key ? { uploadId, directory, begun } : null;
}

/** The uploads that are open at keys under a prefix. */
export async function* uploadsUnder(uploads: string, prefix: string): AsyncGenerator<OpenUpload> {
  for (const uploadId of (await namesIn(uploads)).toSorted()) {
    const file = join(uploads, uploadId, 'upload.json');
    const begun = await readBegun(file);
    if (begun?.key.startsWith(prefix)) yield { key: begun.key, uploadId, begunAt: (await stat(file)).mtime };
  }
}

/** The parts first and the note last: what is left by a process that dies on the way is found again by its note. */
export async function removeUpload(uploads: string, uploadId: string): Promise<void> {
  if (!UPLOAD_ID.test(uploadId)) return;
  const directory = join(uploads, uploadId);
  await rm(partsIn(directory), { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Writes one part, over an earlier one of the same number. Returns its MD5 in hex. */
export async function storePart(
  upload: DiskUpload,
  partNumber: number,
  bytes: AsyncIterable<Uint8Array>,
  scratch: Scratch,
): Promise<string> {
  const draft = scratch();
  try {
    const md5 = createHash('md5');
    const { etag } = await writeSealed(draft, hashed(bytes, md5), (sizeBytes) => ({ sizeBytes, etag: md5.digest('hex') }));
    await rename(draft, partFile(upload.directory, partNumber));
    await syncDirectory(partsIn(upload.directory));
    return etag;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The parts that are there whole, in order. */
export async function partsOf({ directory }: DiskUpload): Promise<readonly StoredPart[]> {
  const parts: StoredPart[] = [];
  for (const name of (await namesIn(partsIn(directory))).toSorted()) {
    const seal = await sealOf(join(partsIn(directory), name));
    if (seal) parts.push({ partNumber: Number(name), sizeBytes: seal.sizeBytes, etag: seal.etag });
  }
  return parts;
}

/** The bytes of the parts, one after the other. A part that was replaced since it was listed is not what the caller named. */
export async function* concatenated({ directory }: DiskUpload, parts: readonly StoredPart[]): AsyncGenerator<Uint8Array> {
  for (const { partNumber, etag } of parts) {
    const sealed = await openSealed(partFile(directory, partNumber));
    if (sealed?.seal.etag !== etag) {
      await sealed?.handle.close();
      throw new DomainError('upload.parts_incomplete', { detail: `part ${String(partNumber)} changed while the object was made` });
    }
    yield* sealed.handle.createReadStream({ start: 0, end: sealed.seal.sizeBytes - 1 });
  }
}

/** As S3 counts: the MD5 of the parts' MD5s, and how many there were. */
export function multipartEtag(parts: readonly StoredPart[]): string {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  return `${createHash('md5').update(digests).digest('hex')}-${String(parts.length)}`;
}

async function readBegun(file: string): Promise<BegunUpload | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as BegunUpload;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
