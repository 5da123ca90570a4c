import { createHash } from 'node:crypto';
import { CHECKSUM_PIECE_BYTES, type ToldChecksums } from '../../domain/upload/checksum.ts';

/** The two checksums of a source, as 64 hex digits each. */
export interface FoundChecksums {
  readonly checksumSha256: string;
  readonly checksumSha256OfPieces: string;
}

export interface SourceChecksum {
  /** The next bytes of the source, cut anywhere. */
  update(chunk: Uint8Array): void;
  /** Once, after the last bytes. */
  found(): FoundChecksums;
}

/** Both checksums of a source in one pass. */
export function sourceChecksum(): SourceChecksum {
  const [whole, digests] = [createHash('sha256'), createHash('sha256')];
  let [piece, left] = [createHash('sha256'), CHECKSUM_PIECE_BYTES];
  const endPiece = (): void => {
    digests.update(piece.digest());
    [piece, left] = [createHash('sha256'), CHECKSUM_PIECE_BYTES];
  };
  return {
    update(chunk) {
      whole.update(chunk);
      for (let start = 0; start < chunk.length;) {
        const slice = chunk.subarray(start, start + left);
        piece.update(slice);
        start += slice.length;
        left -= slice.length;
        if (left === 0) endPiece();
      }
    },
    found() {
      if (left < CHECKSUM_PIECE_BYTES) endPiece();
      return { checksumSha256: whole.digest('hex'), checksumSha256OfPieces: digests.digest('hex') };
    },
  };
}

/** Whether the bytes are the ones that were sent, as far as the uploader told what they are. */
export const isAsTold = (told: ToldChecksums, found: FoundChecksums): boolean =>
  (told.checksumSha256 ?? found.checksumSha256) === found.checksumSha256 &&
  (told.checksumSha256OfPieces ?? found.checksumSha256OfPieces) === found.checksumSha256OfPieces;
