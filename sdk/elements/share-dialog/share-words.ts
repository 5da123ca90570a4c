import { CONSENT_PURPOSES } from '../../../domain/access/consent.ts';
import type { Share, ShareCandidate, ShareLink } from '../../client/client.ts';
import { consentText } from '../../locales/consent-texts.ts';
import { isMessageKey, type LocaleController } from '../../locales/locale.ts';

const DAY_MS = 86_400_000;

/** How long something may last, in days; 0 is until somebody stops it. */
export const SHARE_DAYS = [0, 1, 7, 30, 90] as const;
/** A link always ends by itself, after 90 days at the latest. */
export const LINK_DAYS = [1, 7, 30, 90] as const;

/** Clocks differ, and what ends a moment after the latest day allowed is refused. */
const MARGIN_MS = 300_000;

/** When so many days from now have passed; nothing for 0. */
export const untilOf = (days: number): { readonly expiresAt?: string } =>
  days > 0 ? { expiresAt: new Date(Date.now() + days * DAY_MS - MARGIN_MS).toISOString() } : {};

/** What somebody is, in a line under the name. */
export function whoWords({ person: { role }, relation, isMinor }: ShareCandidate, { t }: LocaleController): string {
  const known = { athlete: 'share.isAthlete', guardian: 'share.isGuardian', coach: 'share.isCoach', member: null } as const;
  const key = known[relation];
  const parts = [t(`share.role_${role}`), key && t(key), role === 'player' && isMinor === true && t('share.minor')];
  return parts.filter(Boolean).join(', ');
}

/** Why somebody cannot receive it, and what to do about it. */
export function whyNot({ reason, purpose }: ShareCandidate, locale: LocaleController): string {
  const { t } = locale;
  if (reason === 'consent_missing') {
    const known = CONSENT_PURPOSES.find((one) => one === purpose);
    if (known) return t('share.whyConsent', { title: consentText(known, locale.language).title });
  }
  if (reason === 'second_adult_missing') return t('share.whyAlone');
  if (reason === 'role_not_allowed') return t('share.whyRole');
  if (reason === 'not_visible') return t('share.whyNoAthlete');
  const key = `refusal.${String(reason)}`;
  return t(isMessageKey(key) ? key : 'share.whyUnknown');
}

/** Names as the language lists them. */
export const listed = (names: readonly string[], { language }: LocaleController): string =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(names);

export const recipientsOf = ({ recipients }: Share, locale: LocaleController): string =>
  listed(
    recipients.map(({ person }) => person.displayName),
    locale,
  );

export const nameOfLink = ({ label }: ShareLink, { t }: LocaleController): string =>
  label === null ? t('share.linkUnnamed') : t('share.linkNamed', { label });

const dayOf = (moment: string, locale: LocaleController): string =>
  locale.date(new Date(moment), { day: 'numeric', month: 'short', year: 'numeric' });

/** How a share stands, in small print. */
export function shareFacts({ createdBy, createdAt, expiresAt, canComment }: Share, locale: LocaleController): string {
  const { t } = locale;
  const parts = [
    t('share.by', { name: createdBy.displayName }),
    t('share.since', { date: dayOf(createdAt, locale) }),
    expiresAt !== null && t('share.untilDate', { date: dayOf(expiresAt, locale) }),
    canComment && t('share.comments'),
  ];
  return parts.filter(Boolean).join(', ');
}

export function linkFacts(
  { createdBy, expiresAt, canComment, hasPassword, useCount, maxUses }: ShareLink,
  locale: LocaleController,
): string {
  const { t } = locale;
  const parts = [
    t('share.by', { name: createdBy.displayName }),
    maxUses === null ? t('share.uses', { count: useCount }) : t('share.usesOf', { count: useCount, limit: maxUses }),
    t('share.untilDate', { date: dayOf(expiresAt, locale) }),
    hasPassword && t('share.withPassword'),
    canComment && t('share.comments'),
  ];
  return parts.filter(Boolean).join(', ');
}
