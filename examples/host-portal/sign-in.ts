import { createHmac, scrypt, timingSafeEqual } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import type { User } from './config.ts';

const COOKIE = 'portal';
const LIFE_MS = 12 * 60 * 60 * 1000;

/** Whether this is the user's password. Takes as long for a user that does not exist. */
export function isPassword(user: User | undefined, password: string): Promise<boolean> {
  const [, salt, hash] = (user?.passwordHash ?? `scrypt:00:${'00'.repeat(32)}`).split(':');
  const expected = Buffer.from(hash ?? '', 'hex');
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from(salt ?? '', 'hex'), expected.length, (error, derived) => {
      if (error) reject(error);
      else resolve(user !== undefined && timingSafeEqual(derived, expected));
    });
  });
}

/** Who is signed in, in a cookie that scripts cannot read, other sites cannot send with a form, and nobody can forge. */
export class SignIn {
  readonly #secret: string;
  readonly #users: ReadonlyMap<string, User>;
  readonly #options: CookieOptions;

  constructor(secret: string, users: readonly User[], isHttps: boolean) {
    this.#secret = secret;
    this.#users = new Map(users.map((user) => [user.username, user]));
    this.#options = { httpOnly: true, sameSite: 'lax', secure: isHttps, path: '/' };
  }

  find(username: string): User | undefined {
    return this.#users.get(username);
  }

  begin(res: Response, user: User): void {
    const claim = Buffer.from(JSON.stringify([user.username, Date.now() + LIFE_MS])).toString('base64url');
    res.cookie(COOKIE, `${claim}.${this.#seal(claim)}`, { ...this.#options, maxAge: LIFE_MS });
  }

  end(res: Response): void {
    res.clearCookie(COOKIE, this.#options);
  }

  userOf(req: Request): User | undefined {
    const [claim = '', seal = ''] = cookieOf(req, COOKIE).split('.');
    const expected = Buffer.from(this.#seal(claim));
    const given = Buffer.from(seal);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [username, until] = JSON.parse(Buffer.from(claim, 'base64url').toString()) as [string, number];
    return until > Date.now() ? this.find(username) : undefined;
  }

  #seal(claim: string): string {
    return createHmac('sha256', this.#secret).update(claim).digest('base64url');
  }
}

/** @returns The cookie's value, or nothing. */
export const cookieOf = (req: Request, name: string): string =>
  (req.get('cookie') ?? '')
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? '';
