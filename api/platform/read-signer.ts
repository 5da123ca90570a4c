import { createHash, createHmac } from 'node:crypto';
import { assertObjectKey, assertOwnKey, isOriginal, type KeyOwner } from './object-keys.ts';
import type { S3StoreOptions } from './s3-client.ts';

/** Addresses under which somebody else may fetch an object for a moment. A CDN's signer would stand in the same place. */
export interface ReadSigner {
  /**
   * @param expiresInSeconds at most 60.
   * @throws Error for a key that is not the video's, for an original, and for a longer life: programming faults.
   */
  sign(video: Required<KeyOwner>, key: string, expiresInSeconds: number): string;
}

/** Longer than a player takes to follow a redirect, and no longer. */
export const MAX_SIGNED_SECONDS = 60;

export type SigningOptions = Pick<
  S3StoreOptions,
  'endpoint' | 'region' | 'bucket' | 'mediaBucket' | 'accessKeyId' | 'secretAccessKey' | 'forcePathStyle' | 'clock'
>;

const UNSIGNED = 'UNSIGNED-PAYLOAD';
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
/** RFC 3986, as the signature demands: more is escaped than by `encodeURIComponent`. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * AWS Signature Version 4 in the query of a GET. By hand, because one is needed for every segment a player fetches: the SDK's takes
 * more than a millisecond of CPU, this one a twentieth. The key of a day is derived once.
 */
export function s3ReadSigner(options: SigningOptions): ReadSigner {
  const { region, accessKeyId, secretAccessKey, clock = () => new Date() } = options;
  const { origin, host, path } = placeOf(options);
  let day: { readonly stamp: string; readonly key: Buffer } = { stamp: '', key: Buffer.alloc(0) };
  const keyOf = (stamp: string): Buffer => {
    if (day.stamp !== stamp) {
      const scoped = [stamp, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
      day = { stamp, key: Buffer.from(scoped) };
    }
    return day.key;
  };

  return {
    sign: (video, key, expiresInSeconds) => {
      assertOwnKey(video, key);
      assertObjectKey(key);
      if (isOriginal(key)) throw new Error('an original is never handed out');
      if (!(expiresInSeconds >= 1 && expiresInSeconds <= MAX_SIGNED_SECONDS)) throw new Error('a signed address lives 1 to 60 seconds');
      const time = clock()
        .toISOString()
        .replaceAll(/[-:]|\.\d+/g, '');
      const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
      const query = [
        ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
        ['X-Amz-Content-Sha256', UNSIGNED],
        ['X-Amz-Credential', `${accessKeyId}/${scope}`],
        ['X-Amz-Date', time],
        ['X-Amz-Expires', String(Math.floor(expiresInSeconds))],
        ['X-Amz-SignedHeaders', 'host'],
        ['response-cache-control', 'private, no-store'],
      ]
        .map(([name = '', value = '']) => `${escaped(name)}=${escaped(value)}`)
        .join('&');
      const where = `${path}/${key.split('/').map(escaped).join('/')}`;
      const request = ['GET', where, query, `host:${host}`, '', 'host', UNSIGNED].join('\n');
      const signature = hmac(keyOf(time.slice(0, 8)), ['AWS4-HMAC-SHA256', time, scope, hex(request)].join('\n')).toString('hex');
      return `${origin}${where}?${query}&X-Amz-Signature=${signature}`;
    },
  };
}

/** Where the bucket of renditions is, in one of the two styles S3 knows. */
function placeOf({ endpoint, region, bucket, mediaBucket, forcePathStyle }: SigningOptions): {
  origin: string;
  host: string;
  path: string;
} {
  const media = mediaBucket ?? bucket;
  const { protocol, host } = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  return forcePathStyle
    ? { origin: `${protocol}//${host}`, host, path: `/${media}` }
    : { origin: `${protocol}//${media}.${host}`, host: `${media}.${host}`, path: '' };
}
