import { DomainError } from '../../domain/errors.ts';
import type { ByteRange } from '../platform/object-store.ts';

/**
 * The one range a `Range` header asks for (RFC 9110, 14.2), or null for the whole file: an unknown unit, several ranges and
 * nonsense are answered with everything, as the standard allows.
 * @throws DomainError `playback.range_unsatisfiable` when the file has none of the bytes.
 */
export function byteRange(header: string | null, totalBytes: number): ByteRange | null {
  const match = header === null ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [first, last] = [match[1] === '' ? null : Number(match[1]), match[2] === '' ? null : Number(match[2])];
  if (first !== null && last !== null && last < first) return null;
  const range: ByteRange =
    first === null
      ? { first: Math.max(0, totalBytes - (last ?? 0)), last: totalBytes - 1 }
      : { first, last: Math.min(last ?? totalBytes - 1, totalBytes - 1) };
  if (range.first > range.last) throw new DomainError('playback.range_unsatisfiable', { extra: { totalBytes } });
  return range;
}
