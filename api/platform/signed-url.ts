import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from '../../domain/errors.ts';

/** What a signed address of the disk store permits: one PUT of one part of exactly this size, until it expires. */
export interface PartGrant {
  readonly key: string;
  readonly uploadId: string;
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Unix time in seconds. */
  readonly expiresAt: number;
}

/** Where the HTTP layer mounts the disk store's door. */
const STORE_PATH = '/store/';

/** `publicUrl` is the API's own address as browsers see it, without `/store`. */
export function signPartUrl(publicUrl: string, secret: string, grant: PartGrant): string {
  const query = new URLSearchParams({
    uploadId: grant.uploadId,
    partNumber: String(grant.partNumber),
    sizeBytes: String(grant.sizeBytes),
    expires: String(grant.expiresAt),
    signature: signatureOf(secret, grant),
  });
  return `${publicUrl.replace(/\/+$/, '')}${STORE_PATH}${grant.key}?${query.toString()}`;
}

/**
 * The grant an address carries. The signature is compared in constant time and before anything else is believed.
 * @throws DomainError `store.signature_invalid` when the address was altered, was not made here, or has expired.
 */
export function readPartUrl(secret: string, key: string, query: URLSearchParams, now: Date): PartGrant {
  const grant: PartGrant = {
    key,
    uploadId: only(query, 'uploadId'),
    partNumber: wholeNumber(only(query, 'partNumber')),
    sizeBytes: wholeNumber(only(query, 'sizeBytes')),
    expiresAt: wholeNumber(only(query, 'expires')),
  };
  if (!sameText(signatureOf(secret, grant), only(query, 'signature'))) throw refused('the signature does not match the address');
  if (now.getTime() >= grant.expiresAt * 1000) throw refused('the address has expired');
  return grant;
}

/** The first line keeps these signatures apart from anything else the same secret may sign one day. */
function signatureOf(secret: string, { key, uploadId, partNumber, sizeBytes, expiresAt }: PartGrant): string {
  const signed = ['va-store-part-1', 'PUT', key, uploadId, partNumber, sizeBytes, expiresAt].join('\n');
  return createHmac('sha256', secret).update(signed).digest('base64url');
}

/** A name that comes twice could be read as one value here and as another elsewhere. */
function only(query: URLSearchParams, name: string): string {
  const [value, ...more] = query.getAll(name);
  if (value === undefined || more.length > 0) throw refused(`the address needs exactly one ${name}`);
  return value;
}

/** `7`, never `07`, `7.0` or `+7`: one number has one spelling, so that an address has one form. */
function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw refused('the address holds a malformed number');
  return Number(text);
}

function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const refused = (detail: string): DomainError => new DomainError('store.signature_invalid', { detail });
