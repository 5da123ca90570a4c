import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, as 43 characters that fit a URL path. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

export const SECRET_KEY_PREFIX = 'va_sk_';
export const SESSION_TOKEN_PREFIX = 'va_st_';
export const LINK_TOKEN_PREFIX = 'va_ln_';
