import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * What is tried against services that take JSON Web Tokens (RFC 8725): each says that it is an admin. We take none, so none may work.
 * @param trap an address that somebody who followed a header would fetch a key from
 */
export function jwtTricks(claims: Readonly<Record<string, unknown>>, trap: string): Readonly<Record<string, string>> {
  const body = part({ ...claims, role: 'admin', exp: 4_102_444_800 });
  const unsigned = (alg: string): string => `${part({ alg, typ: 'JWT' })}.${body}.`;
  const hmac = (header: object, key: string): string => {
    const text = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${body}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' });
  const ownKey = (header: object): string => {
    const text = `${part({ alg: 'RS256', typ: 'JWT', ...header })}.${body}`;
    return `${text}.${createSign('sha256').update(text).sign(privateKey, 'base64url')}`;
  };
  return {
    ...{ 'alg none': unsigned('none'), 'alg nOnE': unsigned('nOnE'), 'no algorithm': unsigned('') },
    'an empty secret': hmac({}, ''),
    'HS256 with a public key': hmac({}, publicPem.toString()),
    'kid /dev/null': hmac({ kid: '../../../../../../dev/null' }, ''),
    'kid with SQL': hmac({ kid: "x' union select 'k" }, 'k'),
    'a key of its own (jwk)': ownKey({ jwk: publicKey.export({ format: 'jwk' }) }),
    'a key from elsewhere (jku)': ownKey({ jku: `${trap}/jwks.json` }),
    'a certificate from elsewhere (x5u)': ownKey({ x5u: `${trap}/cert.pem` }),
  };
}
