import type { QuotaKind } from '../../domain/video/limits.ts';
import type { UploadQuota } from '../upload/wire.ts';
import type { LocaleController } from './locale.ts';

/** One limit of a tenant and what is taken of it: bytes, or a number of videos. */
interface Taken {
  readonly which: QuotaKind;
  readonly used: number;
  readonly limit: number;
}

export const takenOf = ({ which, usedBytes, usedVideos, limitBytes, limitVideos }: UploadQuota): Taken => ({
  which,
  used: usedBytes ?? usedVideos ?? 0,
  limit: limitBytes ?? limitVideos ?? 0,
});

/** How much of a limit is taken. */
export function quotaWords({ which, used, limit }: Taken, locale: LocaleController): string {
  const figures = which === 'videos' ? { used, limit } : { used: locale.bytesIn(used, limit), limit: locale.bytes(limit) };
  return locale.t(`quota.${which}`, figures);
}

/** What a person can do about a limit that is near. */
export const quotaHint = ({ which }: Taken, locale: LocaleController, today = new Date()): string =>
  which === 'monthly_bytes' ? locale.t('quota.hintMonth', { date: nextMonth(today, locale) }) : locale.t('quota.hint');

/** Why a clip does not fit, and what to do about it. @param needed Bytes of the clip. */
export function fullWords({ which, used, limit }: Taken, needed: number, locale: LocaleController, today = new Date()): string {
  if (which === 'videos') return locale.t('problem.quota.exceeded_videos', { used, limit });
  const figures = { used: locale.bytesIn(used, limit), limit: locale.bytes(limit), needed: locale.bytes(needed) };
  if (which === 'bytes') return locale.t('problem.quota.exceeded_bytes', figures);
  return locale.t('problem.quota.exceeded_monthly_bytes', { ...figures, date: nextMonth(today, locale) });
}

/** Months are counted in UTC, wherever the reader is. */
const nextMonth = (today: Date, locale: LocaleController): string =>
  locale.date(new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1)), { day: 'numeric', month: 'long', timeZone: 'UTC' });
