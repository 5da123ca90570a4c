import { readFileSync } from 'node:fs';

/** A club that uses this site: a tenant of the API, with a secret key that never leaves this server. */
export interface Club {
  readonly id: string;
  readonly name: string;
  readonly secretKey: string;
}

/** Somebody who can sign in here. */
export interface User {
  readonly username: string;
  /** `scrypt:<salt>:<hash>` in hexadecimal digits. */
  readonly passwordHash: string;
  readonly displayName: string;
  readonly role: 'admin' | 'coach' | 'player' | 'guardian';
  /** Our own id of the person: how the API knows who it is. */
  readonly externalId: string;
  readonly clubId: string;
}

export interface PortalConfig {
  readonly host: string;
  readonly port: number;
  /** Where browsers find this site. */
  readonly publicUrl: string;
  /** Where browsers and this server find the API. */
  readonly apiUrl: string;
  readonly cookieSecret: string;
  readonly clubs: readonly Club[];
  readonly users: readonly User[];
  /** The sign-in page offers every user with one click: for a demo on one's own machine only. */
  readonly hasDemoLogins: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws Error in one sentence, with what to do. */
export function readConfig(env: Env): PortalConfig {
  const port = Number(env['PORTAL_PORT'] || 4100);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORTAL_PORT must be a port, not "${env['PORTAL_PORT'] ?? ''}".`);
  return {
    port,
    host: env['PORTAL_HOST'] || '127.0.0.1',
    publicUrl: address(env['PORTAL_PUBLIC_URL'] || `http://127.0.0.1:${String(port)}`, 'PORTAL_PUBLIC_URL'),
    apiUrl: address(env['API_PUBLIC_URL'] || 'http://127.0.0.1:4000', 'API_PUBLIC_URL'),
    hasDemoLogins: env['PORTAL_DEMO_LOGINS'] === 'true',
    ...readPeople(env['PORTAL_CONFIG']),
  };
}

function address(text: string, name: string): string {
  if (!URL.canParse(text)) throw new Error(`${name} is not a web address: "${text}".`);
  return new URL(text).origin;
}

function readPeople(file: string | undefined): Pick<PortalConfig, 'cookieSecret' | 'clubs' | 'users'> {
  if (!file)
    throw new Error('PORTAL_CONFIG is not set: it names the JSON file with cookieSecret, clubs and users (.env.example shows one).');
  try {
    const { cookieSecret, clubs, users } = JSON.parse(readFileSync(file, 'utf8')) as Partial<PortalConfig>;
    if (typeof cookieSecret === 'string' && cookieSecret.length >= 32 && Array.isArray(clubs) && Array.isArray(users))
      return { cookieSecret, clubs, users };
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON.`, { cause });
  }
  throw new Error(`${file} needs a cookieSecret of at least 32 characters, clubs and users.`);
}
