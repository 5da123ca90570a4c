import { DomainError } from '../../domain/errors.ts';
import type { ByteRange } from '../platform/object-store.ts';

/** The headers of a request that decide which part of a file is sent, as they came; null where there was none. */
export interface Wanted {
  readonly range: string | null;
  readonly ifRange: string | null;
  readonly ifNoneMatch: string | null;
}

/** What is asked of a server in one request for several parts is ignored up to here, and refused beyond (RFC 9110, 14.2). */
const MAX_RANGES = 8;

/**
 * The one range a `Range` header asks for (RFC 9110, 14.1.2), or null for the whole file: an unknown unit, several ranges and
 * nonsense are answered with everything, as the standard allows.
 * @throws DomainError `playback.range_unsatisfiable` when the file has none of the bytes, and for a request of many small parts.
 */
export function byteRange(header: string | null, totalBytes: number): ByteRange | null {
  if (header !== null && header.split(',', MAX_RANGES + 1).length > MAX_RANGES) throw unsatisfiable(totalBytes);
  const match = header === null ? null : /^bytes=(\d*)-(\d*)$/i.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [first, last] = [match[1] === '' ? null : Number(match[1]), match[2] === '' ? null : Number(match[2])];
  if (first !== null && last !== null && last < first) return null;
  const range: ByteRange =
    first === null
      ? { first: Math.max(0, totalBytes - (last ?? 0)), last: totalBytes - 1 }
      : { first, last: Math.min(last ?? totalBytes - 1, totalBytes - 1) };
  if (range.first > range.last) throw unsatisfiable(totalBytes);
  return range;
}

const unsatisfiable = (totalBytes: number): DomainError => new DomainError('playback.range_unsatisfiable', { extra: { totalBytes } });

/**
 * What is to be sent, in the order of RFC 9110, 13.2.2: nothing when the caller has this version; otherwise the range, unless it was
 * wanted of another version.
 * @param etag a strong validator, with its quotes.
 * @throws DomainError `playback.range_unsatisfiable`
 */
export function wantedPart(
  { range, ifRange, ifNoneMatch }: Wanted,
  etag: string,
  totalBytes: number,
): { readonly isUnchanged: boolean; readonly range: ByteRange | null } {
  if (ifNoneMatch !== null && matches(ifNoneMatch, etag)) return { isUnchanged: true, range: null };
  // A date proves nothing here: no answer tells one.
  const holds = ifRange === null || ifRange.trim() === etag;
  return { isUnchanged: false, range: holds ? byteRange(range, totalBytes) : null };
}

/** Weakly, as `If-None-Match` compares. */
const matches = (header: string, etag: string): boolean =>
  header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
