import { parseArgs } from 'node:util';
import { ConfigError, readStoreConfig } from './platform/config.ts';
import { applyStorage } from './platform/storage-apply.ts';

export const STORAGE_USAGE = `npm run admin -- storage apply [--abort-after-days <n>] [--tier-after-days <n>] [--tier-class STANDARD_IA|GLACIER_IR] [--expire-after-days <n>]
  Sets CORS, lifecycle and encryption of the S3 buckets in the environment, and says what the engine refused. Uploads nobody finished are
  removed after 2 days; originals stay in their tier, and everything stays, unless told otherwise.`;

const OPTIONS = {
  'abort-after-days': { type: 'string', default: '2' },
  'tier-after-days': { type: 'string' },
  'tier-class': { type: 'string', default: 'STANDARD_IA' },
  'expire-after-days': { type: 'string' },
} as const;

function days(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new ConfigError(`--${name} must be a whole number of days, not "${text}"`);
  return value;
}

/** @returns one line for each setting of each bucket, and whether the engine accepted all. @throws ConfigError */
export async function applyToStorage(
  args: readonly string[],
): Promise<{ readonly lines: readonly string[]; readonly isAccepted: boolean }> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const [tierAfter, expireAfter] = [values['tier-after-days'], values['expire-after-days']];
  const storageClass = (['STANDARD_IA', 'GLACIER_IR'] as const).find((known) => known === values['tier-class']);
  if (!storageClass) throw new ConfigError('--tier-class is STANDARD_IA or GLACIER_IR');
  const settings = {
    abortUploadsAfterDays: days('abort-after-days', values['abort-after-days']),
    originalsTier: tierAfter === undefined ? null : { afterDays: days('tier-after-days', tierAfter), storageClass },
    expireAfterDays: expireAfter === undefined ? null : days('expire-after-days', expireAfter),
  };
  const config = readStoreConfig(process.env);
  if (config.kind !== 's3') throw new ConfigError('STORE is not s3: a disk has no CORS, lifecycle or encryption to set');
  const applied = await applyStorage(config, settings);
  const lines = applied.map(({ bucket, setting, outcome, detail }) => `${bucket}  ${setting.padEnd(10)}  ${outcome}  ${detail}`);
  return { lines, isAccepted: applied.every(({ outcome }) => outcome === 'accepted') };
}
