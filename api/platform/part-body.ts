import type { Readable } from 'node:stream';
import { DomainError } from '../../domain/errors.ts';

/** With the length announced, a wrong part is refused before a byte of it is read. */
export function refuseOtherLength(contentLength: string | undefined, sizeBytes: number): void {
  if (contentLength === undefined || contentLength === String(sizeBytes)) return;
  throw Number(contentLength) > sizeBytes ? tooLong(sizeBytes) : tooShort(sizeBytes);
}

/** The body, as long as it keeps to the signed size. It is left where it stopped, so that the refusal can still be answered. */
export async function* exactly(body: Readable, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      received += chunk.byteLength;
      if (received > sizeBytes) throw tooLong(sizeBytes);
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof DomainError ? cause : tooShort(sizeBytes, cause);
  }
  if (received < sizeBytes) throw tooShort(sizeBytes);
}

const tooLong = (sizeBytes: number): DomainError =>
  new DomainError('upload.too_large', { detail: `the address was signed for ${String(sizeBytes)} bytes and more came` });

const tooShort = (sizeBytes: number, cause?: unknown): DomainError =>
  new DomainError('request.invalid', { detail: `the address was signed for ${String(sizeBytes)} bytes and fewer came`, cause });
