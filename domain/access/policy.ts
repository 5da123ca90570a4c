import type { ErrorCode } from '../errors.ts';
import type { ConsentPurpose, EvidenceMethod } from './consent.ts';
import type { Role, Scope, Visibility } from './roles.ts';

/** Raised whenever the rules below change, and told with every playback, so that a decision can be explained later. */
export const POLICY_VERSION = 2;

export const ACTIONS = [
  'video.upload',
  'video.list',
  'video.view',
  'video.edit',
  'video.publish',
  'video.delete',
  'video.reprocess',
  'annotation.view',
  'annotation.create',
  'annotation.edit',
  'annotation.delete',
  'person.read',
  'person.write',
  'person.erase',
  'person.export',
  'consent.view',
  'consent.grant',
  'consent.withdraw',
  'audit.read',
] as const;
export type Action = (typeof ACTIONS)[number];

/** The person who asks, and what their credential carries. */
export interface Actor {
  readonly id: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** When set, only these athletes' videos exist for this credential. */
  readonly onlyPlayerIds: ReadonlySet<string> | null;
  /** When set, only these videos exist for this credential. */
  readonly onlyVideoIds: ReadonlySet<string> | null;
}

/** What the service found out before asking. All of it is of the actor's own tenant. */
export interface Facts {
  /** The athlete in the picture; null while nobody has been named. */
  readonly playerId: string | null;
  readonly relationship: { readonly isCoach: boolean; readonly isGuardian: boolean };
  /** The athlete's consent in force now; empty when there is no athlete. */
  readonly consent: ReadonlySet<ConsentPurpose>;
  /** Absent while the video does not exist yet (upload). */
  readonly video?: { readonly id: string; readonly uploadedById: string; readonly visibility: Visibility };
  /** Present when the action is about one annotation. */
  readonly annotation?: { readonly createdById: string };
  /** Present when the action is about what the athlete agrees to. */
  readonly agreement?: {
    /** Null while no birth date is known. */
    readonly isMinor: boolean | null;
    readonly method: EvidenceMethod;
  };
}

export type DenialReason =
  | 'scope_missing'
  | 'session_restricted'
  | 'role_not_allowed'
  | 'not_related'
  | 'not_visible'
  | 'consent_missing'
  | 'not_author'
  | 'athlete_is_minor'
  | 'athlete_is_of_age'
  | 'evidence_not_accepted';

export type Decision =
  { readonly allowed: true } | { readonly allowed: false; readonly reason: DenialReason; readonly purpose?: ConsentPurpose };

const SCOPE_OF: Readonly<Record<Action, Scope>> = {
  'video.upload': 'uploads:write',
  'video.list': 'videos:read',
  'video.view': 'videos:read',
  'video.edit': 'videos:write',
  'video.publish': 'videos:write',
  'video.delete': 'videos:write',
  'video.reprocess': 'videos:write',
  'annotation.view': 'annotations:read',
  'annotation.create': 'annotations:write',
  'annotation.edit': 'annotations:write',
  'annotation.delete': 'annotations:write',
  'person.read': 'people:read',
  'person.write': 'people:write',
  'person.erase': 'people:erase',
  'person.export': 'people:erase',
  'consent.view': 'consents:read',
  'consent.grant': 'consents:write',
  'consent.withdraw': 'consents:write',
  'audit.read': 'audit:read',
};

const ALLOWED: Decision = { allowed: true };
const deny = (reason: DenialReason, purpose?: ConsentPurpose): Decision =>
  purpose === undefined ? { allowed: false, reason } : { allowed: false, reason, purpose };

/**
 * The one place where access is decided: role + relationship + visibility + consent, within one tenant.
 * Another tenant's rows never reach it: they do not exist for the asker.
 */
export function may(actor: Actor, action: Action, facts: Facts): Decision {
  if (!actor.scopes.has(SCOPE_OF[action])) return deny('scope_missing');
  if (action === 'video.list') return ALLOWED;
  if (!isWithinRestriction(actor, facts)) return deny('session_restricted');
  if (action === 'video.upload') return mayUpload(actor, facts);
  if (isAboutPeople(action) || action === 'audit.read')
    return actor.role === 'admin' ? ALLOWED : deny('role_not_allowed');
  if (action === 'consent.view') return maySeeConsents(actor, facts);
  if (action === 'consent.grant' || action === 'consent.withdraw') return mayDecide(actor, action, facts);

  const viewing = mayView(actor, facts);
  if (!viewing.allowed) return viewing;
  return WITH_THE_PICTURE[action](actor, facts);
}

const isAboutPeople = (action: Action): action is Extract<Action, `person.${string}`> => action.startsWith('person.');

const isWithinRestriction = (actor: Actor, facts: Facts): boolean => {
  const { onlyPlayerIds, onlyVideoIds } = actor;
  if (onlyPlayerIds && (facts.playerId === null || !onlyPlayerIds.has(facts.playerId))) return false;
  return !onlyVideoIds || (facts.video !== undefined && onlyVideoIds.has(facts.video.id));
};

const isFamily = (actor: Actor, facts: Facts): boolean =>
  actor.id === facts.playerId || (actor.role === 'guardian' && facts.relationship.isGuardian);

function mayUpload(actor: Actor, facts: Facts): Decision {
  if (isFamily(actor, facts)) return ALLOWED;
  if (actor.role === 'player' || actor.role === 'guardian') return deny('not_related');
  if (facts.playerId === null) return ALLOWED;
  if (actor.role === 'coach' && !facts.relationship.isCoach) return deny('not_related');
  return facts.consent.has('coach_review') ? ALLOWED : deny('consent_missing', 'coach_review');
}

const maySeeConsents = (actor: Actor, facts: Facts): Decision =>
  isFamily(actor, facts) || actor.role === 'admin' ? ALLOWED : denyOutsider(actor);

const denyOutsider = ({ role }: Actor): Decision => deny(role === 'coach' ? 'role_not_allowed' : 'not_related');

/** The athlete, or a guardian for a minor, says so here; an admin writes down what they have on paper. Never a coach. */
function mayDecide(actor: Actor, action: 'consent.grant' | 'consent.withdraw', facts: Facts): Decision {
  const { isMinor, method } = facts.agreement ?? { isMinor: null, method: 'in_app' };
  if (!isFamily(actor, facts)) {
    if (actor.role !== 'admin') return denyOutsider(actor);
    return method === 'paper' ? ALLOWED : deny('evidence_not_accepted');
  }
  if (method === 'paper') return deny('evidence_not_accepted');
  // A minor cannot say yes alone, but always no.
  if (actor.id === facts.playerId) return isMinor === true && action === 'consent.grant' ? deny('athlete_is_minor') : ALLOWED;
  return isMinor === false ? deny('athlete_is_of_age') : ALLOWED;
}

function mayView(actor: Actor, facts: Facts): Decision {
  const { video } = facts;
  if (video === undefined) return deny('not_visible');
  if (isFamily(actor, facts)) return ALLOWED;

  const isUploader = video.uploadedById === actor.id;
  if (facts.playerId === null) return isUploader || actor.role === 'admin' ? ALLOWED : deny('not_visible');

  const reviews = actor.role === 'admin' || (actor.role === 'coach' && facts.relationship.isCoach);
  if (reviews && (isUploader || video.visibility !== 'private')) return needs('coach_review', facts);
  if (video.visibility === 'tenant' || video.visibility === 'link') return needs('tenant_library', facts);
  return deny(reviews || isUploader ? 'not_visible' : 'not_related');
}

const needs = (purpose: ConsentPurpose, facts: Facts): Decision =>
  facts.consent.has(purpose) ? ALLOWED : deny('consent_missing', purpose);

type PictureAction = Exclude<Action, 'video.upload' | 'video.list' | 'audit.read' | `person.${string}` | `consent.${string}`>;

const isResponsible = (actor: Actor, facts: Facts): boolean =>
  isFamily(actor, facts) ||
  actor.role === 'admin' ||
  facts.video?.uploadedById === actor.id ||
  (actor.role === 'coach' && facts.relationship.isCoach);

const isAuthor = (actor: Actor, facts: Facts): boolean => facts.annotation?.createdById === actor.id;

/** What else is asked once the picture itself may be seen. */
const WITH_THE_PICTURE: Readonly<Record<PictureAction, (actor: Actor, facts: Facts) => Decision>> = {
  'video.view': () => ALLOWED,
  'video.edit': (actor, facts) => (isResponsible(actor, facts) ? ALLOWED : deny('not_related')),
  // Showing the athlete to more people is for the athlete, the guardian or the club, never for a coach alone.
  'video.publish': (actor, facts) => (isFamily(actor, facts) || actor.role === 'admin' ? ALLOWED : deny('role_not_allowed')),
  'video.delete': (actor, facts) =>
    isFamily(actor, facts) || actor.role === 'admin' || facts.video?.uploadedById === actor.id ? ALLOWED : deny('role_not_allowed'),
  // It costs what an upload costs and changes nothing anybody may see: for those who run the club's account.
  'video.reprocess': (actor) => (actor.role === 'admin' ? ALLOWED : deny('role_not_allowed')),
  'annotation.view': () => ALLOWED,
  'annotation.create': (actor, facts) => (actor.role !== 'guardian' && isResponsible(actor, facts) ? ALLOWED : deny('role_not_allowed')),
  'annotation.edit': (actor, facts) => (isAuthor(actor, facts) ? ALLOWED : deny('not_author')),
  'annotation.delete': (actor, facts) => (isAuthor(actor, facts) || actor.role === 'admin' ? ALLOWED : deny('not_author')),
};

/** The error a refusal becomes. */
export const denialCode = (reason: DenialReason): ErrorCode =>
  reason === 'scope_missing' ? 'access.scope_missing' : reason === 'consent_missing' ? 'access.consent_missing' : 'access.denied';
