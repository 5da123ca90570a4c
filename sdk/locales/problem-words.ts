import type { Video } from '../client/client.ts';
import type { ApiProblem } from '../client/problem.ts';
import { isMessageKey, type LocaleController } from './locale.ts';

/** What happened and what to do about it, in the reader's language. A code nobody has words for gets general ones. */
export function problemWords({ code, members }: ApiProblem, locale: LocaleController): string {
  const { sizeBytes, maxSizeBytes } = members;
  if (code === 'upload.too_large' && typeof sizeBytes === 'number' && typeof maxSizeBytes === 'number')
    return locale.t('problem.upload.too_large_numbers', { size: locale.bytes(sizeBytes), limit: locale.bytes(maxSizeBytes) });
  const key = `problem.${code}`;
  return locale.t(isMessageKey(key) ? key : 'problem.unknown');
}

/** Why a video could not be processed and what to do about it. */
export const processingWords = ({ errorCode }: Video, locale: LocaleController): string =>
  locale.t(`processing.${errorCode ?? 'INTERNAL'}`);
