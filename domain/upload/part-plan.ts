/** S3's own bounds: every part but the last has at least 5 MiB, and there are at most 10 000. */
export const MIN_PART_SIZE_BYTES = 5 * 1024 * 1024;
export const MAX_PARTS = 10_000;

export interface Part {
  /** From 1, as the store counts. */
  readonly partNumber: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** Parts that travel side by side on a good line: what browsers open to one host over HTTP/1.1. */
const SIDE_BY_SIDE = 6;

/** More than this is a lot to send again when a line breaks. */
const COMFORTABLE_BYTES = 8 * 1024 * 1024;

/** The size of all parts but the last: whole rounds of parts side by side make up the file, so that no lane is idle at the end. */
export function partSizeFor(fileSizeBytes: number): number {
  const rounds = Math.min(Math.ceil(fileSizeBytes / (SIDE_BY_SIDE * COMFORTABLE_BYTES)), Math.floor(MAX_PARTS / SIDE_BY_SIDE));
  return Math.max(MIN_PART_SIZE_BYTES, Math.ceil(fileSizeBytes / (rounds * SIDE_BY_SIDE)));
}

/** How a file is cut. @throws RangeError for an empty file. */
export function planParts(fileSizeBytes: number, partSizeBytes = partSizeFor(fileSizeBytes)): readonly Part[] {
  if (!Number.isSafeInteger(fileSizeBytes) || fileSizeBytes <= 0) throw new RangeError('a file to upload has at least one byte');
  const count = Math.ceil(fileSizeBytes / partSizeBytes);
  return Array.from({ length: count }, (_, i) => {
    const offsetBytes = i * partSizeBytes;
    return { partNumber: i + 1, offsetBytes, sizeBytes: Math.min(partSizeBytes, fileSizeBytes - offsetBytes) };
  });
}
