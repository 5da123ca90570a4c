import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ApiProblem } from '../client/problem.ts';

/** What an upload needs to know of its file's content. Each throws ApiProblem `file.unreadable`. */
export interface FileReading {
  /** Tells the same content on any device, from a few samples: see `Fingerprint` in the contract. */
  fingerprint(file: Blob): Promise<string>;
  /** SHA-256 of the whole file, as 64 hex digits. */
  checksum(file: Blob, signal: AbortSignal): Promise<string>;
}

const MIB = 1024 * 1024;

/** Short enough to hash within one frame of a slow phone's page, long enough that reading does not dominate. */
const PIECE_BYTES = MIB;

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

/**
 * Reads the file itself rather than the parts on their way: parts leave in any order and some left before a reload, while a
 * hash needs every byte in the file's order, and a local disk is faster than any line. WebCrypto can hash neither piece by piece
 * nor on a page without HTTPS.
 */
export const fileReading: FileReading = {
  async fingerprint(file) {
    const hash = sha256.create().update(bigEndian(file.size));
    for (const [start, end] of samplesOf(file.size)) hash.update(await bytesOf(file, start, end));
    return bytesToHex(hash.digest());
  },

  async checksum(file, signal) {
    const hash = sha256.create();
    for (let start = 0; start < file.size; start += PIECE_BYTES) {
      signal.throwIfAborted();
      // Reading each piece gives the page its turn: nothing is blocked for longer than one piece takes.
      hash.update(await bytesOf(file, start, Math.min(start + PIECE_BYTES, file.size)));
    }
    return bytesToHex(hash.digest());
  },
};

const bigEndian = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
};

async function bytesOf(file: Blob, start: number, end: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer());
  } catch (cause) {
    throw new ApiProblem({ code: 'file.unreadable', status: 0 }, { cause });
  }
}
