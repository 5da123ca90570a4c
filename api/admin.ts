import { parseArgs } from 'node:util';
import type { QuotaLimits } from '../domain/video/limits.ts';
import { applyToStorage, STORAGE_USAGE } from './admin-storage.ts';
import { ConfigError, readOperatorConfig } from './platform/config.ts';
import { connectDatabase, refusePowerfulRole } from './platform/database.ts';
import { sayAndExit } from './platform/process-life.ts';
import { administration, type Administration } from './services/administration.ts';

const USAGE = `npm run admin -- quota <tenant id> [--bytes <n>] [--videos <n>] [--monthly-bytes <n>]
  What a tenant may keep and upload, and what of it is taken. A number may end in KB, MB, GB or TB (powers of 1024); "unlimited" takes a limit away.`;

const UNITS = ['', 'KB', 'MB', 'GB', 'TB'];

/** Something the operator typed that cannot be meant. */
class Mistake extends Error {}

function amount(text: string): number | null {
  if (text === 'unlimited') return null;
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?B?)$/i.exec(text) ?? [];
  const power = UNITS.indexOf(unit.toUpperCase());
  const value = Math.round(Number(digits) * 1024 ** power);
  if (digits === '' || power < 0 || !Number.isSafeInteger(value)) throw new Mistake(`"${text}" is not an amount.\n\n${USAGE}`);
  return value;
}

async function quota(operator: Administration, [tenantId, ...rest]: readonly string[]): Promise<void> {
  const options = { bytes: { type: 'string' }, videos: { type: 'string' }, 'monthly-bytes': { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...rest], options });
  if (tenantId === undefined) throw new Mistake(USAGE);
  const limits: Partial<QuotaLimits> = {
    ...(values.bytes !== undefined && { maxBytes: amount(values.bytes) }),
    ...(values.videos !== undefined && { maxVideos: amount(values.videos) }),
    ...(values['monthly-bytes'] !== undefined && { maxMonthlyBytes: amount(values['monthly-bytes']) }),
  };
  const now = await operator.setQuota(tenantId, limits);
  const line = (what: string, taken: number, reserved: number, limit: number | null): string =>
    `${what.padEnd(16)}${String(taken)} used, ${String(reserved)} reserved, of ${limit === null ? 'unlimited' : String(limit)}`;
  console.log(line('bytes', now.usedBytes, now.reservedBytes, now.maxBytes));
  console.log(line('videos', now.usedVideos, now.reservedVideos, now.maxVideos));
  console.log(line('monthly bytes', now.monthBytes, 0, now.maxMonthlyBytes));
}

async function storage([action, ...rest]: readonly string[]): Promise<void> {
  if (action !== 'apply') throw new Mistake(STORAGE_USAGE);
  const { lines, isAccepted } = await applyToStorage(rest);
  for (const line of lines) console.log(line);
  if (!isAccepted) process.exitCode = 1;
}

async function main([command, ...rest]: readonly string[]): Promise<void> {
  if (command === 'storage') return storage(rest);
  if (command !== 'quota') throw new Mistake(`${USAGE}\n\n${STORAGE_USAGE}`);
  const database = connectDatabase({ url: readOperatorConfig(process.env).databaseUrl, poolSize: 2, name: 'va-admin' });
  try {
    await refusePowerfulRole(database);
    await quota(administration(database), rest);
  } finally {
    await database.destroy();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => sayAndExit('admin', error, error instanceof ConfigError || error instanceof Mistake));
