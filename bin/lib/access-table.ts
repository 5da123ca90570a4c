import { CONSENT_PURPOSES, EVIDENCE_METHODS, type ConsentPurpose } from '../../domain/access/consent.ts';
import { ACTIONS, may, POLICY_VERSION, type Action, type Actor, type Decision, type Facts } from '../../domain/access/policy.ts';
import { ROLE_SCOPES, VISIBILITIES, type Role, type Visibility } from '../../domain/access/roles.ts';

const ATHLETE = 'athlete';
const ASKER = 'asker';
const ANOTHER = 'another';

interface Who {
  readonly name: string;
  readonly role: Role;
  readonly isAthlete?: boolean;
  readonly relation?: 'coach' | 'guardian';
  readonly isUploader?: boolean;
  /** No athlete has been named yet. */
  readonly isUnnamed?: boolean;
}

const PEOPLE: readonly Who[] = [
  { name: 'the athlete', role: 'player', isAthlete: true },
  { name: 'a guardian of the athlete', role: 'guardian', relation: 'guardian' },
  { name: 'a coach of the athlete', role: 'coach', relation: 'coach' },
  { name: 'a coach of the athlete who uploaded it', role: 'coach', relation: 'coach', isUploader: true },
  { name: 'an admin', role: 'admin' },
  { name: 'an admin who uploaded it', role: 'admin', isUploader: true },
  { name: 'another athlete', role: 'player' },
  { name: 'a guardian of others', role: 'guardian' },
  { name: 'a coach of others', role: 'coach' },
  { name: 'a coach of others who uploaded it', role: 'coach', isUploader: true },
  { name: 'a coach who uploaded it, no athlete named', role: 'coach', isUploader: true, isUnnamed: true },
  { name: 'a coach, no athlete named', role: 'coach', isUnnamed: true },
];

/** Actions on one annotation are asked about an own one and about another's. */
const AUTHORS: Readonly<Partial<Record<Action, readonly ('own' | 'another’s')[]>>> = {
  'annotation.edit': ['own', 'another’s'],
  'annotation.delete': ['own', 'another’s'],
};

const actorOf = ({ role, isAthlete }: Who): Actor => ({
  ...{ id: isAthlete ? ATHLETE : ASKER, role, scopes: new Set(ROLE_SCOPES[role]), onlyPlayerIds: null, onlyVideoIds: null },
});

interface Situation {
  readonly who: Who;
  readonly action: Action;
  readonly visibility: Visibility;
  readonly author: 'own' | 'another’s' | null;
}

function decide({ who, action, visibility, author }: Situation, consent: readonly ConsentPurpose[]): Decision {
  const actor = actorOf(who);
  const facts: Facts = {
    playerId: who.isUnnamed ? null : ATHLETE,
    relationship: { isCoach: who.relation === 'coach', isGuardian: who.relation === 'guardian' },
    consent: new Set(who.isUnnamed ? [] : consent),
    ...(action !== 'video.upload' && { video: { id: 'video', uploadedById: who.isUploader ? actor.id : ANOTHER, visibility } }),
    ...(author !== null && { annotation: { createdById: author === 'own' ? actor.id : ANOTHER } }),
  };
  return may(actor, action, facts);
}

/** `yes`, the consent it takes, or why never. */
function cell(situation: Situation): string {
  if (decide(situation, []).allowed) return 'yes';
  const enough = CONSENT_PURPOSES.filter((purpose) => decide(situation, [purpose]).allowed);
  if (enough.length > 0) return `with \`${enough.join('` or `')}\``;
  const withAll = decide(situation, CONSENT_PURPOSES);
  return withAll.allowed ? 'with several consents' : `no: ${withAll.reason.replaceAll('_', ' ')}`;
}

function tableOf(action: Action, author: Situation['author']): string {
  // before there is a video nobody has uploaded it, and nobody can see it
  const isUpload = action === 'video.upload';
  const people = PEOPLE.filter(({ isUploader }) => !(isUpload && isUploader));
  const columns = isUpload ? VISIBILITIES.slice(0, 1) : VISIBILITIES;
  const rows = people.map((who) => [who.name, ...columns.map((visibility) => cell({ who, action, visibility, author }))]);
  const head = ['who', ...(isUpload ? ['may'] : columns)];
  return [
    `## \`${action}\`${author === null ? '' : `, ${author}`}`,
    '',
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

type ConsentAction = Extract<Action, `consent.${string}`>;
const isAboutConsent = (action: Action): action is ConsentAction => action.startsWith('consent.');

const AGES = [
  { name: 'a minor', isMinor: true },
  { name: 'of age', isMinor: false },
  { name: 'no birth date', isMinor: null },
] as const;

/** What is asked about an athlete, and no video: the columns are the athlete's age, and how it is said. */
function consentTable(action: ConsentAction): string {
  const people = PEOPLE.filter(({ isUploader, isUnnamed }) => !isUploader && !isUnnamed);
  const agreements = EVIDENCE_METHODS.flatMap((method) => AGES.map(({ name, isMinor }) => ({ name, isMinor, method })));
  const columns = action === 'consent.view' ? agreements.slice(0, 1) : agreements;
  const cellOf = (who: Who, { isMinor, method }: (typeof agreements)[number]): string => {
    const relationship = { isCoach: who.relation === 'coach', isGuardian: who.relation === 'guardian' };
    const facts: Facts = { playerId: ATHLETE, relationship, consent: new Set(), agreement: { isMinor, method } };
    const decision = may(actorOf(who), action, facts);
    return decision.allowed ? 'yes' : `no: ${decision.reason.replaceAll('_', ' ')}`;
  };
  const head = action === 'consent.view' ? ['may'] : columns.map(({ name, method }) => `${name}, ${method.replaceAll('_', ' ')}`);
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
    `Printed by \`npm run docs:access\` from \`domain/access/policy.ts\`, version ${String(POLICY_VERSION)}; a test fails when the two differ. The columns are the video's visibility. "with" names the consent that the athlete, or a guardian for a minor, must have given and not withdrawn; "no" gives the reason that the refusal carries. Everybody here holds the widest scopes of the role; a session with fewer is refused with \`scope missing\`, one that is restricted to other videos or athletes with \`session restricted\`. Nothing of another club is ever asked about: for this one it does not exist.`,
    '',
    'A list (`video.list`) is open to everybody and holds what `video.view` allows.',
    '',
    'People (`person.read`, `person.write`) are the business of a secret key that has the scope, and for reading of an admin; no session carries the scope to write.',
    '',
    'The audit log (`audit.read`) is read by an admin, and by a secret key that has the scope.',
    '',
    ACTIONS.filter(
      (action) => action !== 'video.list' && action !== 'audit.read' && !action.startsWith('person.') && !isAboutConsent(action),
    )
      .flatMap((action) => (AUTHORS[action] ?? [null]).map((author) => tableOf(action, author)))
      .join('\n\n'),
    '',
    ACTIONS.filter(isAboutConsent).map(consentTable).join('\n\n'),
    '',
  ].join('\n');
