import { CONSENT_PURPOSES, EVIDENCE_METHODS, type ConsentPurpose } from '../../domain/access/consent.ts';
import { ACTIONS, type Action } from '../../domain/access/actions.ts';
import { AUDIENCES, may, POLICY_VERSION, type Audience, type Decision, type Facts } from '../../domain/access/policy.ts';
import { VISIBILITIES, type Visibility } from '../../domain/access/roles.ts';
import { ATHLETE, factsFor, PEOPLE, type Who } from '../../domain/access/who.test-kit.ts';

interface Situation {
  readonly who: Who;
  readonly action: Action;
  readonly visibility: Visibility;
  readonly variant: Variant;
}

/** What an action is asked about besides the video: something that the asker made or another did, or whom a share would reach. */
type Variant = 'own' | 'another’s' | Audience | null;

const VARIANTS: Readonly<Partial<Record<Action, readonly Variant[]>>> = {
  'annotation.edit': ['own', 'another’s'],
  'annotation.delete': ['own', 'another’s'],
  'comment.edit': ['own', 'another’s'],
  'comment.delete': ['own', 'another’s'],
  'share.create': AUDIENCES,
  'share.revoke': ['own', 'another’s'],
  'upload_link.revoke': ['own', 'another’s'],
};

const isAudience = (variant: Variant): variant is Audience => AUDIENCES.some((audience) => audience === variant);

const decide = ({ who, action, visibility, variant }: Situation, consent: readonly ConsentPurpose[]): Decision =>
  may(who.actor, action, {
    ...factsFor(who, { visibility: isBeforeVideo(action) ? null : visibility, consent }),
    ...(isAudience(variant)
      ? { audience: variant }
      : variant !== null && { authored: { createdById: variant === 'own' ? who.actor.id : 'another' } }),
  });

/** Before there is a video nobody has uploaded it, nobody sees it and nobody has been shown it. */
const isBeforeVideo = (action: Action): boolean => action === 'video.upload' || action.startsWith('upload_link.');

/** `yes`, the consents it takes, or why never. */
function cell(situation: Situation): string {
  const withAll = decide(situation, CONSENT_PURPOSES);
  if (!withAll.allowed) return `no: ${withAll.reason.replaceAll('_', ' ')}`;
  const needed = CONSENT_PURPOSES.filter(
    (purpose) =>
      !decide(
        situation,
        CONSENT_PURPOSES.filter((other) => other !== purpose),
      ).allowed,
  );
  return needed.length === 0 ? 'yes' : `with \`${needed.join('` and `')}\``;
}

function tableOf(action: Action, variant: Variant): string {
  const isEarly = isBeforeVideo(action);
  const people = PEOPLE.filter((who) => !isEarly || who.isThereBefore);
  const columns = isEarly ? VISIBILITIES.slice(0, 1) : VISIBILITIES;
  const rows = people.map((who) => [who.name, ...columns.map((visibility) => cell({ who, action, visibility, variant }))]);
  const head = ['who', ...(isEarly ? ['may'] : columns)];
  return [
    `## \`${action}\`${variant === null ? '' : isAudience(variant) ? `, to ${REACHED[variant]}` : `, ${variant}`}`,
    '',
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

const REACHED: Readonly<Record<Audience, string>> = {
  family: 'the athlete or a guardian',
  coach: 'a coach',
  member: 'somebody else in the club',
  link: 'whoever has the link',
};

type ConsentAction = Extract<Action, `consent.${string}`>;
const isAboutConsent = (action: Action): action is ConsentAction => action.startsWith('consent.');

const AGES = [
  { name: 'a minor', isMinor: true },
  { name: 'a minor of the age of digital consent, `coach_review`', isMinor: true, isOfDigitalAge: true, purpose: 'coach_review' },
  { name: 'of age', isMinor: false },
  { name: 'no birth date', isMinor: null },
] as const;

/** What is asked about an athlete, and no video: the columns are the athlete's age, and how it is said. */
function consentTable(action: ConsentAction): string {
  const people = PEOPLE.filter(({ isAboutPeople }) => isAboutPeople);
  const agreements = EVIDENCE_METHODS.flatMap((method) => AGES.map(({ name, ...age }) => ({ name, agreement: { ...age, method } })));
  const columns = action === 'consent.view' ? agreements.slice(0, 1) : agreements;
  const cellOf = (who: Who, { agreement }: (typeof agreements)[number]): string => {
    const facts: Facts = { ...factsFor(who, { visibility: null, consent: [] }), playerId: ATHLETE, agreement };
    const decision = may(who.actor, action, facts);
    return decision.allowed ? 'yes' : `no: ${decision.reason.replaceAll('_', ' ')}`;
  };
  const head =
    action === 'consent.view' ? ['may'] : columns.map(({ name, agreement }) => `${name}, ${agreement.method.replaceAll('_', ' ')}`);
  const rows = people.map((who) => [who.name, ...columns.map((column) => cellOf(who, column))]);
  return [
    `## \`${action}\``,
    '',
    ...[['who', ...head], ['---', ...head.map(() => '---')], ...rows].map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

/** The policy as people can read it: asked of the one function that decides, never written by hand. */
export const accessPage = (): string =>
  [
    '# Who may do what',
    '',
    `Printed by \`npm run docs:access\` from \`domain/access/policy.ts\`, version ${String(POLICY_VERSION)}; a test fails when the two differ. The columns are the video's visibility. "with" names the consent that the athlete, or a guardian for a minor, must have given and not withdrawn; "no" gives the reason that the refusal carries. With several athletes in the picture each of them must have given it. Everybody here holds the widest scopes of the role; a session with fewer is refused with \`scope missing\`, one that is restricted to other videos or athletes with \`session restricted\`. Nothing of another club is ever asked about: for this one it does not exist.`,
    '',
    'A list (`video.list`) is open to everybody and holds what `video.view` allows.',
    '',
    'People (`person.read`, `person.write`) are the business of a secret key that has the scope, and for reading of an admin; no session carries the scope to write.',
    '',
    'The audit log (`audit.read`) is read by an admin, and by a secret key that has the scope.',
    '',
    'Keys (`key.manage`) are the business of a secret key that has the scope; no session carries it.',
    '',
    ACTIONS.filter(
      (action) =>
        action !== 'video.list' &&
        action !== 'audit.read' &&
        action !== 'key.manage' &&
        !action.startsWith('person.') &&
        !isAboutConsent(action),
    )
      .flatMap((action) => (VARIANTS[action] ?? [null]).map((variant) => tableOf(action, variant)))
      .join('\n\n'),
    '',
    ACTIONS.filter(isAboutConsent).map(consentTable).join('\n\n'),
    '',
  ].join('\n');
