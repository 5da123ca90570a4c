import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { CHECKSUM_PIECE_BYTES } from '../../domain/upload/checksum.ts';
import { ApiProblem } from '../client/problem.ts';

/** What an upload needs to know of its file's content. Each throws ApiProblem `file.unreadable`. */
export interface FileReading {
  /** Tells the same content on any device, from a few samples: see `Fingerprint` in the contract. */
  fingerprint(file: Blob): Promise<string>;
  /** `checksumSha256OfPieces` of the contract, as 64 hex digits. */
  checksumOfPieces(file: Blob, signal: AbortSignal): Promise<string>;
}

/** SHA-256 of a few MiB, one after another. */
export type Digest = (blobs: readonly Blob[]) => Promise<Uint8Array>;

const MIB = 1024 * 1024;

/** The samples of a fingerprint: all of a small file, otherwise its first, middle and last MiB. */
export const samplesOf = (sizeBytes: number): readonly (readonly [start: number, end: number])[] => {
  if (sizeBytes <= 3 * MIB) return [[0, sizeBytes]];
  const middle = Math.floor((sizeBytes - MIB) / 2);
  return [
    [0, MIB],
    [middle, middle + MIB],
    [sizeBytes - MIB, sizeBytes],
  ];
};

/** The browser's own code, beside the page: as fast as the machine. */
const nativeDigest: Digest = async (blobs) => {
  const bytes = await Promise.all(blobs.map(bytesOf));
  const all = bytes.length === 1 && bytes[0] ? bytes[0] : await new Blob(bytes).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
};

/** Short enough to hash within one frame of a slow phone's page: reading the next piece gives the page its turn. */
const TURN_BYTES = MIB;

/** The same on a page without HTTPS, where browsers offer no WebCrypto: a club's test page on the local network. */
export const scriptDigest: Digest = async (blobs) => {
  const hash = sha256.create();
  for (const blob of blobs)
    for (let start = 0; start < blob.size; start += TURN_BYTES) hash.update(await bytesOf(blob.slice(start, start + TURN_BYTES)));
  return hash.digest();
};

/**
 * Reads the file itself rather than the parts on their way: parts leave in any order and some left before a reload, and a local disk
 * is faster than any line.
 */
export const fileReadingWith = (digest: Digest): FileReading => ({
  async fingerprint(file) {
    const samples = samplesOf(file.size).map(([start, end]) => file.slice(start, end));
    return bytesToHex(await digest([new Blob([bigEndian(file.size)]), ...samples]));
  },

  async checksumOfPieces(file, signal) {
    const digests = sha256.create();
    for (let start = 0; start < file.size; start += CHECKSUM_PIECE_BYTES) {
      signal.throwIfAborted();
      digests.update(await digest([file.slice(start, start + CHECKSUM_PIECE_BYTES)]));
    }
    return bytesToHex(digests.digest());
  },
});

export const fileReading: FileReading = fileReadingWith('subtle' in crypto ? nativeDigest : scriptDigest);

const bigEndian = (value: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
};

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new ApiProblem({ code: 'file.unreadable', status: 0 }, { cause });
  }
}
