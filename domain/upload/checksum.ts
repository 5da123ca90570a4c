/**
 * The pieces of a checksum of pieces: SHA-256 over the 32-byte SHA-256 digests of a file's consecutive pieces, the last one shorter.
 * Browsers hash a whole buffer natively and nothing piece by piece. Part of the contract: never changed.
 */
export const CHECKSUM_PIECE_BYTES = 4 * 1024 * 1024;

/** What an uploader told of the whole file, as 64 hex digits each; null where it told none. */
export interface ToldChecksums {
  readonly checksumSha256: string | null;
  readonly checksumSha256OfPieces: string | null;
}
