/** `npm run admin -- <command>`: what an operator does from the command line. Without a command it tells what there is. */
import { parseArgs } from 'node:util';
import { CONSENT_PURPOSES } from '../domain/access/consent.ts';
import { ROLES } from '../domain/access/roles.ts';
import { verifyAuditFile } from './admin-audit-file.ts';
import { tellAnomalies, verifyAudit } from './admin-audit.ts';
import { readEgressLog } from './admin-egress.ts';
import { createKey, rotateKey, showKeys } from './admin-keys.ts';
import { erasePerson, replayErasureLog, showErasure, takeOutPerson, tellErasureLog } from './admin-erasure.ts';
import { changeQuota } from './admin-quota.ts';
import { reprocessAsTold } from './admin-reprocess.ts';
import { applyToStorage } from './admin-storage.ts';
import { changeTenant } from './admin-tenant.ts';
import { ConfigError, readTenantDefaults } from './platform/config.ts';
import { connectDatabase, refusePowerfulRole } from './platform/database.ts';
import { migrate, prepareRoles } from './platform/migrate.ts';
import { sayAndExit } from './platform/process-life.ts';
import { administration, type Administration } from './services/administration.ts';

/** Something is missing or wrong on the command line or in the environment. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Given = Readonly<Record<string, string | undefined>>;

/** The value of an option. @throws UsageError when it was left out. */
type Need = (option: string) => string;

interface Command {
  readonly words: string;
  /** `name` must be given, `name?` may be, `name!` is a switch without a value. */
  readonly options: readonly string[];
  readonly does: string;
  run(need: Need, given: Given): Promise<string>;
}

const COMMANDS: readonly Command[] = [
  {
    words: 'roles prepare',
    options: [],
    does: 'Makes the database roles. ADMIN_DATABASE_URL, and OWNER_PASSWORD, APP_PASSWORD, WORKER_PASSWORD, ERASER_PASSWORD, VERIFIER_PASSWORD for them',
    run: async () => {
      const [owner, app, worker] = [env('OWNER_PASSWORD'), env('APP_PASSWORD'), env('WORKER_PASSWORD')];
      const passwords = { owner, app, worker, eraser: env('ERASER_PASSWORD'), verifier: env('VERIFIER_PASSWORD') };
      await prepareRoles(env('ADMIN_DATABASE_URL'), passwords);
      return 'The roles va_owner, va_app, va_worker, va_eraser and va_verifier are ready.';
    },
  },
  {
    words: 'migrate',
    options: [],
    does: 'Brings the tables up to date. OWNER_DATABASE_URL',
    run: async () => {
      await migrate(env('OWNER_DATABASE_URL'));
      return 'The database is up to date.';
    },
  },
  {
    words: 'tenant create',
    options: ['name'],
    does: 'Makes a tenant and prints its id',
    run: (need) => operating((operator) => operator.createTenant({ name: need('name'), ...readTenantDefaults(process.env) })),
  },
  {
    words: 'tenant set',
    options: ['tenant', 'age-of-majority?', 'age-of-digital-consent?', 'time-zone?', 'two-adults?'],
    does: 'When people of a tenant come of age and may agree to what is done with data, by the day of which place, and whether what reaches a minor reaches a second adult too (on or off). Without a setting: what is set',
    run: (need, given) => operating((operator) => changeTenant(operator, need('tenant'), given)),
  },
  {
    words: 'key create',
    options: ['tenant', 'name', 'scopes?', 'expires?', 'test!'],
    does: 'Makes a secret key and prints it, this once. It may do everything but manage keys, or what --scopes names with commas between',
    run: (need, given) => operating((operator) => createKey(operator, need('tenant'), need('name'), given)),
  },
  {
    words: 'key list',
    options: ['tenant'],
    does: 'The keys of a tenant: what they may do, when they end, and when each of their secrets was last used',
    run: (need) => operating((operator) => showKeys(operator, need('tenant'))),
  },
  {
    words: 'key rotate',
    options: ['tenant', 'key', 'overlap-hours?'],
    does: 'Makes another secret for a key and prints it, this once. The old one ends after the overlap (24 hours); 0 ends it and what was opened with it at once',
    run: (need, given) => operating((operator) => rotateKey(operator, need('tenant'), need('key'), given)),
  },
  {
    words: 'key revoke',
    options: ['tenant', 'key'],
    does: 'Ends a key at once, with its sessions and what is being watched under them',
    run: (need) => done(operating((operator) => operator.revokeKey(need('tenant'), need('key')))),
  },
  {
    words: 'person save',
    options: ['tenant', 'external-id', 'role', 'name', 'birth-date?'],
    does: 'Makes a person, or brings one up to date, and prints the id',
    run: (need, given) => {
      const birthDate = given['birth-date'];
      const person = { externalId: need('external-id'), role: oneOf(ROLES, need('role')), displayName: need('name') };
      return operating((operator) => operator.upsertPerson(need('tenant'), { ...person, ...(birthDate !== undefined && { birthDate }) }));
    },
  },
  {
    words: 'person erase',
    options: ['tenant', 'external-id'],
    does: 'Erases a person: shut out and out of sight at once, removed by a job, and verified',
    run: (need) => erasePerson(env('DATABASE_URL'), need('tenant'), need('external-id')),
  },
  {
    words: 'person takeout',
    options: ['tenant', 'external-id'],
    does: 'Gathers what is kept about a person into a ZIP, by a job',
    run: (need) => takeOutPerson(env('DATABASE_URL'), need('tenant'), need('external-id')),
  },
  {
    words: 'erasure show',
    options: ['tenant', 'erasure'],
    does: 'How far an erasure is, what was removed and what is left over, and the receipt',
    run: (need) => showErasure(env('DATABASE_URL'), need('tenant'), need('erasure')),
  },
  {
    words: 'erasure log',
    options: [],
    does: 'Every erasure, one JSON object a line, to be kept where no backup is. WORKER_DATABASE_URL',
    run: () => tellErasureLog(env('WORKER_DATABASE_URL')),
  },
  {
    words: 'erasure replay',
    options: ['log'],
    does: 'Erases again whom a restored backup has brought back. Before anybody is let in',
    run: (need) => replayErasureLog(env('DATABASE_URL'), need('log')),
  },
  {
    words: 'coach link',
    options: ['tenant', 'coach', 'player'],
    does: 'Lets a coach work with an athlete, by their ids',
    run: (need) => done(operating((operator) => operator.linkCoach(need('tenant'), need('coach'), need('player')))),
  },
  {
    words: 'guardian link',
    options: ['tenant', 'guardian', 'player'],
    does: 'Makes somebody the guardian of an athlete',
    run: (need) => done(operating((operator) => operator.linkGuardian(need('tenant'), need('guardian'), need('player')))),
  },
  {
    words: 'consent grant',
    options: ['tenant', 'player', 'by', 'purpose', 'evidence'],
    does: `Records a consent given on paper. Purposes: ${CONSENT_PURPOSES.join(', ')}`,
    run: (need) => {
      const consent = { playerId: need('player'), givenById: need('by'), evidence: need('evidence') };
      const purpose = oneOf(CONSENT_PURPOSES, need('purpose'));
      return done(operating((operator) => operator.grantConsent(need('tenant'), { ...consent, purpose })));
    },
  },
  {
    words: 'quota',
    options: ['tenant', 'bytes?', 'videos?', 'monthly-bytes?', 'egress?'],
    does: 'What a tenant may keep, upload and send to players in a month, and what of it is taken. A number may end in KB, MB, GB or TB; "unlimited" takes a limit away',
    run: (need, given) => operating((operator) => changeQuota(operator, need('tenant'), given)),
  },
  {
    words: 'reprocess',
    options: ['tenant', 'video?', 'status?', 'older-than-version?', 'all!'],
    does: 'Processes videos again, one or many; what is played stays until the new version is there. --status ready or failed',
    run: (need, given) => reprocessAsTold(env('DATABASE_URL'), need('tenant'), given),
  },
  {
    words: 'egress read',
    options: ['log'],
    does: "Adds what nginx has sent to the tenants' egress. A log that is read twice counts twice: rotate it first",
    run: (need) => operatingOn((database) => readEgressLog(database, need('log'))),
  },
  {
    words: 'audit verify',
    options: ['tenant?', 'file?'],
    does: 'Works out the chain of the audit log, or of an exported file, again and names the first row that does not fit. WORKER_DATABASE_URL, none for a file',
    run: async (_need, { tenant, file }) => {
      const verifying =
        file === undefined ? operatingOn((database) => verifyAudit(database, tenant), 'WORKER_DATABASE_URL') : verifyAuditFile(file);
      const { lines, isWhole } = await verifying;
      if (!isWhole) process.exitCode = 1;
      return lines.join('\n');
    },
  },
  {
    words: 'audit anomalies',
    options: ['tenant?'],
    does: 'Counts the attempts to reach another tenant, by the tenant that made them. WORKER_DATABASE_URL',
    run: (_need, { tenant }) => operatingOn((database) => tellAnomalies(database, tenant), 'WORKER_DATABASE_URL'),
  },
  {
    words: 'storage apply',
    options: ['abort-after-days?', 'tier-after-days?', 'tier-class?', 'expire-after-days?'],
    does: 'Sets CORS, lifecycle and encryption of the S3 buckets in the environment, and says what the engine refused',
    run: async (_need, given) => {
      const { lines, isAccepted } = await applyToStorage(given);
      if (!isAccepted) process.exitCode = 1;
      return lines.join('\n');
    },
  },
];

const done = async (work: Promise<void>): Promise<string> => work.then(() => 'Done.');

const operating = <T>(work: (operator: Administration) => Promise<T>): Promise<T> =>
  operatingOn((database) => work(administration(database)));

async function operatingOn<T>(work: (database: ReturnType<typeof connectDatabase>) => Promise<T>, address = 'DATABASE_URL'): Promise<T> {
  const database = connectDatabase({ url: env(address), poolSize: 2, name: 'va-admin' });
  try {
    await refusePowerfulRole(database);
    return await work(database);
  } finally {
    await database.destroy();
  }
}

function env(name: string): string {
  const value = process.env[name]?.trim();
  if (!value) throw new UsageError(`${name} is not set. See .env.example.`);
  return value;
}

function oneOf<Value extends string>(values: readonly Value[], text: string): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new UsageError(`"${text}" is none of ${values.join(', ')}.`);
  return found;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const signature = ({ words, options }: Command): string => [words, ...options.map(inUsage)].join(' ');

function inUsage(option: string): string {
  if (option.endsWith('!')) return `[--${option.slice(0, -1)}]`;
  return option.endsWith('?') ? `[--${option.slice(0, -1)} …]` : `--${option} …`;
}

const usage = (): string => COMMANDS.map((command) => `  ${signature(command)}\n      ${command.does}`).join('\n');

async function main(): Promise<void> {
  const options = Object.fromEntries(COMMANDS.flatMap((command) => command.options).map(toParse));
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const command = COMMANDS.find(({ words }) => words === positionals.join(' '));
  if (!command) {
    if (positionals.length > 0) throw new UsageError(`There is no command "${positionals.join(' ')}". There are:\n${usage()}`);
    say(`npm run admin -- <command>\n\n${usage()}`);
    return;
  }
  const given: Given = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === true ? 'yes' : value || undefined]),
  );
  const need: Need = (option) => {
    const value = given[option];
    if (value === undefined || value === '') throw new UsageError(`--${option} is missing: ${signature(command)}`);
    return value;
  };
  say(await command.run(need, given));
}

const toParse = (option: string): [name: string, how: { type: 'string' | 'boolean' }] => [
  option.replace(/[?!]$/, ''),
  { type: option.endsWith('!') ? 'boolean' : 'string' },
];

main().catch((error: unknown) =>
  sayAndExit('admin', error, error instanceof UsageError || error instanceof ConfigError || isParseError(error)),
);

const isParseError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
