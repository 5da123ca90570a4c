import { QUOTA_KINDS, type QuotaKind } from '../../domain/video/limits.ts';
import type { Video } from '../client/client.ts';
import type { ApiProblem } from '../client/problem.ts';
import { isMessageKey, type LocaleController } from './locale.ts';
import { fullWords } from './quota-words.ts';

/** What happened and what to do about it, in the reader's language. A code nobody has words for gets general ones. */
export function problemWords({ code, members }: ApiProblem, locale: LocaleController): string {
  const { sizeBytes, maxSizeBytes } = members;
  if (code === 'upload.too_large' && typeof sizeBytes === 'number' && typeof maxSizeBytes === 'number')
    return locale.t('problem.upload.too_large_numbers', { size: locale.bytes(sizeBytes), limit: locale.bytes(maxSizeBytes) });
  const key = `problem.${code}`;
  const reason = `refusal.${String(members['reason'])}`;
  if (code === 'access.denied' && isMessageKey(reason)) return locale.t(reason);
  return quotaProblem(code, members, locale) ?? locale.t(isMessageKey(key) ? key : 'problem.unknown');
}

/** A quota that refused, with its numbers; undefined for anything else. */
function quotaProblem(code: string, members: ApiProblem['members'], locale: LocaleController): string | undefined {
  const { which, limit, used, reserved, requested } = members;
  if (code !== 'quota.exceeded' || !isQuotaKind(which)) return undefined;
  if (typeof limit !== 'number' || typeof used !== 'number' || typeof reserved !== 'number' || typeof requested !== 'number')
    return undefined;
  return fullWords({ which, limit, used: used + reserved }, requested, locale);
}

const isQuotaKind = (value: unknown): value is QuotaKind => QUOTA_KINDS.some((kind) => kind === value);

/** Why a video could not be processed and what to do about it. */
export const processingWords = ({ errorCode }: Video, locale: LocaleController): string =>
  locale.t(`processing.${errorCode ?? 'INTERNAL'}`);
