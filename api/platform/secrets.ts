import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, as 43 characters that fit a URL path. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

export const SECRET_KEY_PREFIX = 'va_sk_';

/** Live, or for trying things out. Both do the same; which one it is can be told from the secret. */
export const KEY_MODES = ['live', 'test'] as const;
export type KeyMode = (typeof KEY_MODES)[number];

/**
 * What every secret of this row begins with: `va_sk_<id>_`, or `va_sk_test_<id>_`. The id is the end of the row's own, so that one
 * that was found in a log or a repository can be ended without being compared.
 */
export const secretBeginning = (mode: KeyMode, secretId: string): string =>
  `${SECRET_KEY_PREFIX}${mode === 'test' ? 'test_' : ''}${secretId.slice(-12)}_`;

/** Told once, stored as its hash alone. */
export const newSecret = (mode: KeyMode, secretId: string): string => secretBeginning(mode, secretId) + randomSecret();

export const SESSION_TOKEN_PREFIX = 'va_st_';
export const LINK_TOKEN_PREFIX = 'va_ln_';
