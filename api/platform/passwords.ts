import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** RFC 7914. */
interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * 32 MiB and a tenth of a second for every guess. The password stands behind a token of 256 random bits: what its hash protects is other
 * places where people use the same one. Kept in the hash, so that it may be raised.
 */
const NOW: Cost = { N: 2 ** 15, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Node hashes on the threads that also read files. */
const AT_ONCE = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    // Two ways to write the same letters are one password: keyboards differ in which they send.
    const text = password.normalize('NFC');
    return await new Promise<Buffer>((resolve, reject) => {
      scrypt(text, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, hash) => {
        if (error) reject(error);
        else resolve(hash);
      });
    });
  } finally {
    // The turn goes to whoever waits longest, or comes back.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** `scrypt$N$r$p$salt$hash`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, NOW);
  return ['scrypt', NOW.N, NOW.r, NOW.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

const FORM = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/;
const NOBODYS_SALT = randomBytes(SALT_BYTES);

/** Takes as long where there is no hash to hold the password against. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored === null ? null : FORM.exec(stored)) ?? [];
  if (salt === undefined || hash === undefined) {
    await derive(password, NOBODYS_SALT, NOW);
    return false;
  }
  const derived = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url'));
}
