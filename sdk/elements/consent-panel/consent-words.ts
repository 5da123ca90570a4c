import type { EvidenceMethod } from '../../../domain/access/consent.ts';
import type { Consent } from '../../client/client.ts';
import type { LocaleController } from '../../locales/locale.ts';
import type { ConsentState } from './consent-state.ts';

/** In whose eyes and about whom something is said. */
export interface Reader {
  readonly locale: LocaleController;
  readonly viewerId: string;
  readonly athleteId: string;
  readonly athleteName: string;
}

/** What the button for a yes or a no says, and the question it leads to. Whoever holds a form on paper says neither for themselves. */
const DECISIONS = {
  in_app: {
    grant: { button: 'consent.agree', buttonOf: 'consent.agreeOf', title: 'consent.agreeTitle' },
    withdraw: { button: 'consent.withdraw', buttonOf: 'consent.withdrawOf', title: 'consent.withdrawTitle' },
  },
  paper: {
    grant: { button: 'consent.recordYes', buttonOf: 'consent.recordYesOf', title: 'consent.recordYesTitle' },
    withdraw: { button: 'consent.recordNo', buttonOf: 'consent.recordNoOf', title: 'consent.recordNoTitle' },
  },
} as const;

export const decisionWords = (method: EvidenceMethod, what: 'grant' | 'withdraw') => DECISIONS[method][what];

type Party = Consent['grantedBy'];

const dayOf = ({ locale }: Reader, at: string): string => locale.date(new Date(at), { dateStyle: 'long' });
const isViewer = ({ viewerId }: Reader, party: Party | null): boolean => party?.id === viewerId;
const isAboutViewer = ({ viewerId, athleteId }: Reader): boolean => viewerId === athleteId;

/** How a purpose stands, in whole sentences: since when, by whom, until when. */
export function stateWords(state: ConsentState, reader: Reader): string[] {
  const { t } = reader.locale;
  const { kind, record } = state;
  if (kind === 'never') return [];
  if (kind === 'agreed') return [sinceWords(record, reader), ...paperWords(record.evidence, reader), ...endWords(record, reader)];
  if (kind === 'withdrawn') {
    const values = { date: dayOf(reader, record.withdrawnAt ?? record.grantedAt), name: record.withdrawnBy?.displayName ?? '' };
    const sentence = t(isViewer(reader, record.withdrawnBy) ? 'consent.withdrawnByYou' : 'consent.withdrawnBy', values);
    return [sentence, ...(record.withdrawal ? paperWords(record.withdrawal, reader) : [])];
  }
  if (record.expiresAt !== null) return [t('consent.endedOn', { date: dayOf(reader, record.expiresAt) })];
  return [t(isAboutViewer(reader) ? 'consent.endedAtYourMajority' : 'consent.endedAtMajority', { athlete: reader.athleteName })];
}

const sinceWords = ({ grantedAt, grantedBy }: Consent, reader: Reader): string =>
  reader.locale.t(isViewer(reader, grantedBy) ? 'consent.agreedByYou' : 'consent.agreedBy', {
    date: dayOf(reader, grantedAt),
    name: grantedBy.displayName,
  });

const paperWords = ({ method, reference }: Consent['evidence'], { locale }: Reader): string[] =>
  method === 'paper' ? [reference === undefined ? locale.t('consent.onPaper') : locale.t('consent.onPaperAt', { reference })] : [];

function endWords({ expiresAt, endsAtMajority }: Consent, reader: Reader): string[] {
  const { t } = reader.locale;
  if (endsAtMajority)
    return [t(isAboutViewer(reader) ? 'consent.endsAtYourMajority' : 'consent.endsAtMajority', { athlete: reader.athleteName })];
  return expiresAt === null ? [] : [t('consent.endsOn', { date: dayOf(reader, expiresAt) })];
}

/** Who said it, for a line of the history. */
export const sayerWords = (record: Consent, what: 'granted' | 'withdrawn', reader: Reader): string => {
  const party = what === 'granted' ? record.grantedBy : record.withdrawnBy;
  const evidence = what === 'granted' ? record.evidence : record.withdrawal;
  const by = isViewer(reader, party) ? reader.locale.t('consent.byYou') : reader.locale.t('consent.by', { name: party?.displayName ?? '' });
  return [by, ...(evidence ? paperWords(evidence, reader) : [])].join(' ');
};
