import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { hasErrno } from './durable-files.ts';

/**
 * A file that carries what is known of it behind its bytes, so that both appear, and are replaced, in one rename:
 *
 *     bytes | seal as JSON | length of that JSON, 4 bytes, big endian | 8 bytes that say what this is
 */
const MARK = Buffer.from('VASEAL01', 'latin1');
const FOOTER_BYTES = 4 + MARK.length;

export interface Seal {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** The upload that made the object: tells a repeated completion that its work is done. */
  readonly uploadId?: string;
}

export interface OpenSealed {
  readonly handle: FileHandle;
  readonly seal: Seal;
  /** The bytes themselves, where they were wanted with their seal and are few enough. */
  readonly held: Buffer | null;
}

/** Streams the bytes and their seal into a new file and waits until the disk has them. The caller removes what a failure leaves. */
export async function writeSealed(file: string, bytes: AsyncIterable<Uint8Array>, sealOf: (sizeBytes: number) => Seal): Promise<Seal> {
  let sizeBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      sizeBytes += chunk.byteLength;
      yield chunk;
    }
  }

  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(counted());
  const seal = sealOf(sizeBytes);
  await handle.writeFile(trailerOf(seal));
  await handle.sync();
  return seal;
}

/** Makes a sealed file of one that is there already, and ours alone. */
export async function seal(file: string, sealOf: (sizeBytes: number) => Seal): Promise<void> {
  await using handle = await open(file, 'a');
  await handle.chmod(0o600);
  const { size } = await handle.stat();
  await handle.writeFile(trailerOf(sealOf(size)));
  await handle.sync();
}

/**
 * The open file and its seal, from one descriptor: a file replaced meanwhile is still read whole. Null when there is no file.
 * @param holdUpTo a file of so many bytes is read at once, with its seal.
 */
export async function openSealed(file: string, holdUpTo = 0): Promise<OpenSealed | null> {
  const handle = await openIfThere(file);
  if (!handle) return null;
  try {
    const found = await readSeal(handle, holdUpTo);
    if (found) return { handle, ...found };
    await handle.close();
    return null;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Null when there is no file. */
export async function sealOf(file: string): Promise<Seal | null> {
  const sealed = await openSealed(file);
  await sealed?.handle.close();
  return sealed?.seal ?? null;
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

/** A seal is shorter, as a rule: footer and JSON come with one read. Each read is a trip to another thread and back. */
const TAIL_BYTES = 1024;

/** Null for a directory: opening one for reading succeeds on Linux. */
async function readSeal(handle: FileHandle, holdUpTo: number): Promise<Omit<OpenSealed, 'handle'> | null> {
  const stats = await handle.stat();
  if (!stats.isFile()) return null;

  const { size } = stats;
  const isHeld = holdUpTo > 0 && size <= holdUpTo + TAIL_BYTES;
  const tailBytes = isHeld ? size : Math.min(size, TAIL_BYTES);
  const tail = await readExactly(handle, size - tailBytes, tailBytes);
  if (tailBytes < FOOTER_BYTES || !tail.subarray(-MARK.length).equals(MARK)) throw damaged();
  const jsonBytes = tail.readUInt32BE(tailBytes - FOOTER_BYTES);
  const sizeBytes = size - FOOTER_BYTES - jsonBytes;
  const jsonAt = sizeBytes - (size - tailBytes);
  const json = jsonAt >= 0 ? tail.subarray(jsonAt, jsonAt + jsonBytes) : await readExactly(handle, sizeBytes, jsonBytes);
  const seal = parseSeal(json);
  if (seal.sizeBytes !== sizeBytes) throw damaged();
  return { seal, held: isHeld ? tail.subarray(0, sizeBytes) : null };
}

function parseSeal(json: Buffer): Seal {
  try {
    const seal: unknown = JSON.parse(json.toString('utf8'));
    if (isSeal(seal)) return seal;
  } catch (cause) {
    throw damaged(cause);
  }
  throw damaged();
}

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0) throw damaged();
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, position);
  if (bytesRead !== length) throw damaged();
  return buffer;
}

function trailerOf(seal: Seal): Buffer {
  const json = Buffer.from(JSON.stringify(seal), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, length, MARK]);
}

const isSeal = (value: unknown): value is Seal =>
  typeof value === 'object' && value !== null && 'sizeBytes' in value && 'etag' in value && typeof value.etag === 'string';

/** `EIO` is what a disk itself reports for bytes it cannot give back. */
const damaged = (cause?: unknown): Error =>
  Object.assign(new Error('a stored file is damaged', { cause }), { code: 'EIO', syscall: 'read' });
