import type { LocaleController } from '../../locales/locale.ts';
import { warningWords } from './clip-check.ts';
import { stateWords } from './upload-card.ts';
import type { Entry, EntryPhase } from './upload-queue.ts';

/** Changes only, never each percent. */
const SAID: Partial<Record<EntryPhase, 'saidStarted' | 'saidPaused' | 'saidWaiting' | 'saidArrived' | 'saidReady'>> = {
  starting: 'saidStarted',
  paused: 'saidPaused',
  waiting: 'saidWaiting',
  processing: 'saidArrived',
  ready: 'saidReady',
};

/** What a screen reader is told of a file that has entered another phase or has been looked at; null when nothing. */
export function saidOf(entry: Entry, locale: LocaleController): string | null {
  const { phase, title: name } = entry;
  const key = SAID[phase];
  if (key) return locale.t(`uploader.${key}`, { name });
  const reason = phase === 'failed' ? stateWords(entry, locale) : phase === 'staged' ? warningWords(entry, locale).join(' ') : '';
  return reason === '' ? null : locale.t('uploader.saidFailed', { name, reason });
}
