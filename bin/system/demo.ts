import { randomBytes, randomUUID, scryptSync } from 'node:crypto';
import type { Role } from '../../domain/access/roles.ts';
import { connectDatabase } from '../../api/platform/database.ts';
import { administration, type Administration } from '../../api/services/administration.ts';
import type { DataDirectory, Secrets } from './data-directory.ts';
import { isRecord, readJson, writeJson } from './files.ts';
import type { Settings } from './settings.ts';

/** A person of the demo, with the login of the portal. */
export interface DemoLogin {
  readonly username: string;
  readonly password: string;
  readonly displayName: string;
  readonly role: Role;
  /** The portal's own id of the person: what it tells the API. */
  readonly externalId: string;
  readonly personId: string;
}

export interface DemoClub {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly secretKey: string;
  readonly logins: readonly DemoLogin[];
}

export interface DemoSample {
  readonly title: string;
  readonly clientUploadId: string;
  videoId: string | null;
  isDone: boolean;
}

/** `demo.json`: what was seeded, with everything one needs to try it. */
export interface Demo {
  readonly clubs: readonly [DemoClub, DemoClub];
  readonly samples: readonly [DemoSample, DemoSample];
}

type Someone = readonly [username: string, displayName: string, role: Role, birthDate?: string];

const FAIRWAY: readonly Someone[] = [
  ['kari', 'Kari Nordli', 'coach'],
  ['lars', 'Lars Moen', 'coach'],
  ['anna', 'Anna Berg', 'player', '2012-05-17'],
  ['emil', 'Emil Berg', 'player', '2014-09-02'],
  ['jonas', 'Jonas Lie', 'player', '2001-03-08'],
  ['ingrid', 'Ingrid Berg', 'guardian'],
  ['per', 'Per Solberg', 'admin'],
];
const FJORD: readonly Someone[] = [['ola', 'Ola Vik', 'coach']];

const isDemo = (value: unknown): value is Demo => isRecord(value) && Array.isArray(value['clubs']) && Array.isArray(value['samples']);

const demoFile = (data: DataDirectory): string => data.file('demo.json');
export const portalFile = (data: DataDirectory): string => data.file('portal.json');

/** Two clubs with their people, made once; the logins are kept in `demo.json`, the portal's own copy holds hashes. */
export async function seedDemo(data: DataDirectory, appUrl: string, { tenantDefaults }: Settings, secrets: Secrets): Promise<Demo> {
  const known = readJson(demoFile(data), isDemo);
  if (known) return known;
  const database = connectDatabase({ url: appUrl, poolSize: 2, name: 'va-seed' });
  try {
    const operator = administration(database);
    const fairway = await seedClub(operator, { id: 'fairway', name: 'Fairway Golfklubb', ...tenantDefaults }, FAIRWAY);
    const fjord = await seedClub(operator, { id: 'fjord', name: 'Fjordbyen Golfklubb', ...tenantDefaults }, FJORD);
    await relate(operator, fairway);
    const demo: Demo = {
      clubs: [fairway, fjord],
      samples: [sample('Driver, forfra'), sample('Jern 7, bakfra')],
    };
    writeJson(portalFile(data), portalConfig(demo, secrets.portalCookie));
    saveDemo(data, demo);
    return demo;
  } finally {
    await database.destroy();
  }
}

export const saveDemo = (data: DataDirectory, demo: Demo): void => writeJson(demoFile(data), demo);

const sample = (title: string): DemoSample => ({ title, clientUploadId: randomUUID(), videoId: null, isDone: false });

interface NewClub {
  readonly id: string;
  readonly name: string;
  readonly maxUploadBytes: number;
  readonly maxDurationMs: number;
}

async function seedClub(operator: Administration, { id, ...club }: NewClub, people: readonly Someone[]): Promise<DemoClub> {
  const tenantId = await operator.createTenant(club);
  const secretKey = await operator.createKey(tenantId, `${club.name}: portal`);
  const logins: DemoLogin[] = [];
  for (const [username, displayName, role, birthDate] of people) {
    const externalId = `${id}-${username}`;
    const personId = await operator.upsertPerson(tenantId, {
      externalId,
      role,
      displayName,
      ...(birthDate !== undefined && { birthDate }),
    });
    logins.push({ username, password: `${username}-${randomBytes(4).toString('hex')}`, displayName, role, externalId, personId });
  }
  return { id, name: club.name, tenantId, secretKey, logins };
}

/** Kari coaches Anna and Jonas, Lars coaches Emil. Anna and Emil are minors: for Anna their mother has said yes, for Emil nobody yet. */
async function relate(operator: Administration, { tenantId, logins }: DemoClub): Promise<void> {
  const person = (username: string): string => {
    const login = logins.find((one) => one.username === username);
    if (!login) throw new Error(`nobody is called ${username}`);
    return login.personId;
  };
  const [kari, lars, ingrid] = [person('kari'), person('lars'), person('ingrid')];
  const [anna, emil, jonas] = [person('anna'), person('emil'), person('jonas')];
  for (const athlete of [anna, jonas]) await operator.linkCoach(tenantId, kari, athlete);
  await operator.linkCoach(tenantId, lars, emil);
  for (const child of [anna, emil]) await operator.linkGuardian(tenantId, ingrid, child);
  const purpose = 'coach_review';
  await operator.grantConsent(tenantId, { playerId: anna, givenById: ingrid, purpose, evidence: 'Demoperm, ark 1' });
  await operator.grantConsent(tenantId, { playerId: jonas, givenById: jonas, purpose, evidence: 'Demoperm, ark 2' });
}

/** What the portal of the two clubs knows: their keys, and its own users. */
function portalConfig({ clubs }: Demo, cookieSecret: string): unknown {
  return {
    cookieSecret,
    clubs: clubs.map(({ id, name, secretKey }) => ({ id, name, secretKey })),
    users: clubs.flatMap(({ id, logins }) =>
      logins.map(({ username, password, displayName, role, externalId }) => ({
        ...{ username, passwordHash: hashPassword(password), displayName, role, externalId, clubId: id },
      })),
    ),
  };
}

/** `scrypt:<salt>:<hash>`, as the portal reads it. */
function hashPassword(password: string): string {
  const salt = randomBytes(16);
  return `scrypt:${salt.toString('hex')}:${scryptSync(password, salt, 32).toString('hex')}`;
}
