import { ConfigError, readStoreConfig } from './platform/config.ts';
import { applyStorage } from './platform/storage-apply.ts';

/** Uploads nobody finished are removed after two days; originals stay in their tier, and everything stays, unless told otherwise. */
const DEFAULTS = { 'abort-after-days': '2', 'tier-class': 'STANDARD_IA' } as const;

function days(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new ConfigError(`--${name} must be a whole number of days, not "${text}"`);
  return value;
}

/** @returns one line for each setting of each bucket, and whether the engine accepted all. @throws ConfigError */
export async function applyToStorage(
  given: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly lines: readonly string[]; readonly isAccepted: boolean }> {
  const [tierAfter, expireAfter] = [given['tier-after-days'], given['expire-after-days']];
  const storageClass = (['STANDARD_IA', 'GLACIER_IR'] as const).find((known) => known === (given['tier-class'] ?? DEFAULTS['tier-class']));
  if (!storageClass) throw new ConfigError('--tier-class is STANDARD_IA or GLACIER_IR');
  const settings = {
    abortUploadsAfterDays: days('abort-after-days', given['abort-after-days'] ?? DEFAULTS['abort-after-days']),
    originalsTier: tierAfter === undefined ? null : { afterDays: days('tier-after-days', tierAfter), storageClass },
    expireAfterDays: expireAfter === undefined ? null : days('expire-after-days', expireAfter),
  };
  const config = readStoreConfig(process.env);
  if (config.kind !== 's3') throw new ConfigError('STORE is not s3: a disk has no CORS, lifecycle or encryption to set');
  const applied = await applyStorage(config, settings);
  const lines = applied.map(({ bucket, setting, outcome, detail }) => `${bucket}  ${setting.padEnd(10)}  ${outcome}  ${detail}`);
  return { lines, isAccepted: applied.every(({ outcome }) => outcome === 'accepted') };
}
