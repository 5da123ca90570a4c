/** S3's own bounds: every part but the last has at least 5 MiB, and there are at most 10 000. */
export const MIN_PART_SIZE_BYTES = 5 * 1024 * 1024;
export const MAX_PARTS = 10_000;

export interface Part {
  /** From 1, as the store counts. */
  readonly partNumber: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** The size of all parts but the last: 8 MiB, or more where the file would otherwise need too many parts. */
export const partSizeFor = (fileSizeBytes: number): number => {
  const comfortable = 8 * 1024 * 1024;
  const needed = Math.ceil(fileSizeBytes / MAX_PARTS);
  return Math.max(comfortable, Math.ceil(needed / MIN_PART_SIZE_BYTES) * MIN_PART_SIZE_BYTES);
};

/** How a file is cut. @throws RangeError for an empty file. */
export function planParts(fileSizeBytes: number, partSizeBytes = partSizeFor(fileSizeBytes)): readonly Part[] {
  if (!Number.isSafeInteger(fileSizeBytes) || fileSizeBytes <= 0) throw new RangeError('a file to upload has at least one byte');
  const count = Math.ceil(fileSizeBytes / partSizeBytes);
  return Array.from({ length: count }, (_, i) => {
    const offsetBytes = i * partSizeBytes;
    return { partNumber: i + 1, offsetBytes, sizeBytes: Math.min(partSizeBytes, fileSizeBytes - offsetBytes) };
  });
}
