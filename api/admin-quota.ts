import type { QuotaLimits } from '../domain/video/limits.ts';
import { ConfigError } from './platform/config.ts';
import type { Administration } from './services/administration.ts';

type Given = Readonly<Record<string, string | undefined>>;

const UNITS = ['', 'KB', 'MB', 'GB', 'TB'];

/** `5GB`, `40`, `unlimited`: powers of 1024; null takes a limit away. */
function amount(text: string): number | null {
  if (text === 'unlimited') return null;
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?B?)$/i.exec(text) ?? [];
  const power = UNITS.indexOf(unit.toUpperCase());
  const value = Math.round(Number(digits) * 1024 ** power);
  if (digits === '' || power < 0 || !Number.isSafeInteger(value))
    throw new ConfigError(`"${text}" is not an amount: a number that may end in KB, MB, GB or TB, or "unlimited"`);
  return value;
}

/** Changes the limits that are given and tells what is taken of all of them. @throws ConfigError when an amount cannot be meant. */
export async function changeQuota(operator: Administration, tenantId: string, given: Given): Promise<string> {
  const { bytes, videos, egress, 'monthly-bytes': monthlyBytes } = given;
  const limits: Partial<QuotaLimits> = {
    ...(bytes !== undefined && { maxBytes: amount(bytes) }),
    ...(videos !== undefined && { maxVideos: amount(videos) }),
    ...(monthlyBytes !== undefined && { maxMonthlyBytes: amount(monthlyBytes) }),
    ...(egress !== undefined && { maxMonthlyEgressBytes: amount(egress) }),
  };
  const now = await operator.setQuota(tenantId, limits);
  const line = (what: string, taken: number, reserved: number, limit: number | null): string =>
    `${what.padEnd(16)}${String(taken)} used, ${String(reserved)} reserved, of ${limit === null ? 'unlimited' : String(limit)}`;
  return [
    line('bytes', now.usedBytes, now.reservedBytes, now.maxBytes),
    line('videos', now.usedVideos, now.reservedVideos, now.maxVideos),
    line('monthly bytes', now.monthBytes, 0, now.maxMonthlyBytes),
    line('monthly egress', now.egressBytes, 0, now.maxMonthlyEgressBytes),
  ].join('\n');
}
