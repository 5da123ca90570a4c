import { DomainError } from '../../domain/errors.ts';
import { MAX_PARTS } from '../../domain/upload/part-plan.ts';
import type { SignPartRequest, StoredPart } from './object-store.ts';

export const bareEtag = (etag: string): string => etag.replaceAll('"', '');

interface NamedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** The parts as a completion names them, in order. @throws DomainError `upload.parts_incomplete` when none is named, or one twice. */
export function partsInOrder(named: readonly NamedPart[]): readonly NamedPart[] {
  if (named.length === 0) throw new DomainError('upload.parts_incomplete', { detail: 'no part is named' });
  if (new Set(named.map((part) => part.partNumber)).size !== named.length)
    throw new DomainError('upload.parts_incomplete', { detail: 'a part is named twice' });
  return named.toSorted((a, b) => a.partNumber - b.partNumber);
}

/**
 * The stored parts that a completion names, in order.
 * @throws DomainError `upload.parts_incomplete` when none is named, one is named twice, or one is absent or has other bytes.
 */
export function matchParts(named: readonly NamedPart[], stored: readonly StoredPart[]): readonly StoredPart[] {
  const arrived = new Map(stored.map((part) => [part.partNumber, part]));
  return partsInOrder(named).map(({ partNumber, etag }) => {
    const part = arrived.get(partNumber);
    if (!part) throw new DomainError('upload.parts_incomplete', { detail: `part ${String(partNumber)} has not arrived` });
    if (part.etag !== bareEtag(etag))
      throw new DomainError('upload.parts_incomplete', { detail: `part ${String(partNumber)} has another ETag than the one named` });
    return part;
  });
}

/** @throws RangeError for a part that could never be sent: a programming fault. */
export function assertSignable({ partNumber, sizeBytes, expiresInSeconds }: SignPartRequest): void {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PARTS) throw new RangeError('there is no such part number');
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1) throw new RangeError('a part has at least one byte');
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1) throw new RangeError('an address lives for at least one whole second');
}
