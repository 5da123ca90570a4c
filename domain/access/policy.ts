import type { ErrorCode } from '../errors.ts';
import { SCOPE_OF, type Action } from './actions.ts';
import { mayAgreeAlone } from './age-and-consent.ts';
import type { ConsentPurpose, EvidenceMethod } from './consent.ts';
import type { ActorRole, Scope, Visibility } from './roles.ts';

/** Raised whenever the rules below change, and told with every playback, so that a decision can be explained later. */
export const POLICY_VERSION = 4;

/** The person who asks, and what their credential carries. */
export interface Actor {
  readonly id: string;
  readonly role: ActorRole;
  readonly scopes: ReadonlySet<Scope>;
  /** When set, only these athletes' videos exist for this credential. */
  readonly onlyPlayerIds: ReadonlySet<string> | null;
  /** When set, only these videos exist for this credential. */
  readonly onlyVideoIds: ReadonlySet<string> | null;
}

/** Whom a share reaches, from the nearest to the widest. What goes to several is asked about as the widest of them. */
export const AUDIENCES = ['family', 'coach', 'member', 'link'] as const;
export type Audience = (typeof AUDIENCES)[number];

export interface Relationship {
  /** Of the athlete the video is about. */
  readonly isCoach: boolean;
  readonly isGuardian: boolean;
  /** The asker, or an athlete the asker is a guardian of, is in the picture too. */
  readonly isInThePicture: boolean;
}

/** Of somebody who asks about no athlete. */
export const UNRELATED: Relationship = { isCoach: false, isGuardian: false, isInThePicture: false };

/** What the service found out before asking. All of it is of the actor's own tenant. */
export interface Facts {
  /** The athlete the video is about; null while nobody has been named. */
  readonly playerId: string | null;
  readonly relationship: Relationship;
  /** What every athlete in the picture agrees to now; empty when there is no athlete. */
  readonly consent: ReadonlySet<ConsentPurpose>;
  /** Absent while the video does not exist yet (upload). */
  readonly video?: { readonly id: string; readonly uploadedById: string; readonly visibility: Visibility };
  /** A share in force that names the asker, or the link in force by which a guest came. */
  readonly share?: { readonly by: 'name' | 'link'; readonly canComment: boolean };
  /** Present when the action is about something that one person made: a drawing, a comment, a share, a link. */
  readonly authored?: { readonly createdById: string };
  /** Present when something is to be shared. */
  readonly audience?: Audience;
  /** Present when the action is about what the athlete agrees to. */
  readonly agreement?: {
    /** Null while no birth date is known. */
    readonly isMinor: boolean | null;
    /** Has reached the age at which the tenant's country lets a minor agree alone; absent: no. */
    readonly isOfDigitalAge?: boolean;
    /** Absent: whatever it is. */
    readonly purpose?: ConsentPurpose;
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
  if (isAboutPeople(action) || action === 'audit.read' || action === 'key.manage')
    return actor.role === 'admin' ? ALLOWED : deny('role_not_allowed');
  if (action === 'consent.view') return maySeeConsents(actor, facts);
  if (action === 'consent.grant' || action === 'consent.withdraw') return mayDecide(actor, action, facts);
  if (action === 'upload_link.create' || action === 'upload_link.revoke') return mayAskForSwings(actor, action, facts);
  // What is shared can be called back by whoever could share it, even where the picture itself is closed by now.
  if (action === 'share.revoke' && isClosing(actor, facts)) return ALLOWED;

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
  // The link was made for one athlete, and the session behind it is restricted to that one.
  if (actor.role === 'guest') return facts.playerId !== null && actor.onlyPlayerIds ? needs('coach_review', facts) : deny('not_related');
  if (facts.playerId === null) return ALLOWED;
  if (actor.role === 'coach' && !facts.relationship.isCoach) return deny('not_related');
  return needs('coach_review', facts);
}

/** A link by which an athlete, or a parent, sends a clip to the coach: made by those who may upload it themselves for the athlete. */
function mayAskForSwings(actor: Actor, action: 'upload_link.create' | 'upload_link.revoke', facts: Facts): Decision {
  if (action === 'upload_link.revoke' && (isAuthor(actor, facts) || isFamily(actor, facts) || actor.role === 'admin')) return ALLOWED;
  if (actor.role !== 'coach' && actor.role !== 'admin') return deny('role_not_allowed');
  if (action === 'upload_link.revoke') return deny('not_author');
  if (actor.role === 'coach' && !facts.relationship.isCoach) return deny('not_related');
  return needs('coach_review', facts);
}

const maySeeConsents = (actor: Actor, facts: Facts): Decision =>
  isFamily(actor, facts) || actor.role === 'admin' ? ALLOWED : denyOutsider(actor);

const denyOutsider = ({ role }: Actor): Decision => deny(role === 'coach' ? 'role_not_allowed' : 'not_related');

/** The athlete, or a guardian for a minor, says so here; an admin writes down what they have on paper. Never a coach. */
function mayDecide(actor: Actor, action: 'consent.grant' | 'consent.withdraw', facts: Facts): Decision {
  const { isMinor, method, purpose, isOfDigitalAge = false } = facts.agreement ?? { isMinor: null, method: 'in_app' };
  if (!isFamily(actor, facts)) {
    if (actor.role !== 'admin') return denyOutsider(actor);
    return method === 'paper' ? ALLOWED : deny('evidence_not_accepted');
  }
  if (method === 'paper') return deny('evidence_not_accepted');
  // A minor says no alone, always, and yes only to what is the least.
  if (actor.id === facts.playerId)
    return isMinor === true && action === 'consent.grant' && !mayAgreeAlone(purpose, isOfDigitalAge) ? deny('athlete_is_minor') : ALLOWED;
  return isMinor === false ? deny('athlete_is_of_age') : ALLOWED;
}

function mayView(actor: Actor, facts: Facts): Decision {
  const { video, share } = facts;
  if (video === undefined) return deny('not_visible');
  if (actor.role === 'guest') return mayViewByLink(video.visibility, facts);
  if (isFamily(actor, facts)) return ALLOWED;

  const isUploader = video.uploadedById === actor.id;
  if (facts.playerId === null) return isUploader || actor.role === 'admin' ? ALLOWED : deny('not_visible');
  // Whoever is seen, or answers for a child who is, may look at what is kept of them.
  if (facts.relationship.isInThePicture) return ALLOWED;

  const reviews = actor.role === 'admin' || (actor.role === 'coach' && facts.relationship.isCoach);
  if (reviews && (isUploader || video.visibility !== 'private')) return needs('coach_review', facts);
  if (share?.by === 'name' && video.visibility !== 'private')
    return needs(actor.role === 'coach' ? 'coach_review' : 'tenant_library', facts);
  if (video.visibility === 'tenant') return needs('tenant_library', facts);
  return deny(reviews || isUploader ? 'not_visible' : 'not_related');
}

const mayViewByLink = (visibility: Visibility, facts: Facts): Decision =>
  facts.playerId !== null && facts.share?.by === 'link' && (visibility === 'link' || visibility === 'tenant')
    ? needs('link_share', facts)
    : deny('not_visible');

const needs = (purpose: ConsentPurpose, facts: Facts): Decision =>
  facts.consent.has(purpose) ? ALLOWED : deny('consent_missing', purpose);

type PictureAction = Exclude<
  Action,
  'video.upload' | 'video.list' | 'audit.read' | 'key.manage' | `person.${string}` | `consent.${string}` | `upload_link.${string}`
>;

const isResponsible = (actor: Actor, facts: Facts): boolean =>
  isFamily(actor, facts) ||
  actor.role === 'admin' ||
  (facts.video?.uploadedById === actor.id && actor.role !== 'guest') ||
  (actor.role === 'coach' && facts.relationship.isCoach);

const isAuthor = (actor: Actor, facts: Facts): boolean => facts.authored?.createdById === actor.id;

const isClosing = (actor: Actor, facts: Facts): boolean =>
  facts.video !== undefined && (isAuthor(actor, facts) || isFamily(actor, facts) || actor.role === 'admin');

const onlyAuthors = (actor: Actor, facts: Facts): Decision => (isAuthor(actor, facts) ? ALLOWED : deny('not_author'));
const authorsAndAdmins = (actor: Actor, facts: Facts): Decision => (actor.role === 'admin' ? ALLOWED : onlyAuthors(actor, facts));
const theResponsible = (actor: Actor, facts: Facts): Decision => (isResponsible(actor, facts) ? ALLOWED : deny('not_related'));

/** A guardian watches over the analysis, and leaves it to the athlete and those who coach. */
const analysts = (actor: Actor, facts: Facts): Decision =>
  actor.role !== 'guardian' && isResponsible(actor, facts) ? ALLOWED : deny('role_not_allowed');

/** A file that leaves the platform is out of reach for good: the family's own, and for those who coach only where that was agreed to. */
const takers = (actor: Actor, facts: Facts): Decision => {
  if (isFamily(actor, facts)) return ALLOWED;
  const reviews = actor.role === 'admin' || (actor.role === 'coach' && facts.relationship.isCoach);
  return reviews ? needs('export', facts) : deny('role_not_allowed');
};

/** The conversation is between those who work on the video and those it was shown to for that. */
const talkers = (actor: Actor, facts: Facts): Decision =>
  isResponsible(actor, facts) || facts.share?.canComment === true ? ALLOWED : deny('not_related');

/**
 * A coach may show a video to those who see it anyway and to a colleague. To show the athlete to more people is for the athlete, the
 * guardian or the club.
 */
function mayShare(actor: Actor, facts: Facts): Decision {
  const { audience } = facts;
  if (audience === undefined || facts.playerId === null) return deny('not_visible');
  if (!isResponsible(actor, facts)) return deny('not_related');
  if (audience === 'family') return ALLOWED;
  if (audience === 'coach') return needs('coach_review', facts);
  if (!isFamily(actor, facts) && actor.role !== 'admin') return deny('role_not_allowed');
  return needs(audience === 'link' ? 'link_share' : 'tenant_library', facts);
}

/** What else is asked once the picture itself may be seen. */
const WITH_THE_PICTURE: Readonly<Record<PictureAction, (actor: Actor, facts: Facts) => Decision>> = {
  'video.view': () => ALLOWED,
  'video.edit': theResponsible,
  // Showing the athlete to more people is for the athlete, the guardian or the club, never for a coach alone.
  'video.publish': (actor, facts) => (isFamily(actor, facts) || actor.role === 'admin' ? ALLOWED : deny('role_not_allowed')),
  'video.delete': (actor, facts) =>
    isFamily(actor, facts) || actor.role === 'admin' || facts.video?.uploadedById === actor.id ? ALLOWED : deny('role_not_allowed'),
  // It costs what an upload costs and changes nothing anybody may see: for those who run the club's account.
  'video.reprocess': (actor) => (actor.role === 'admin' ? ALLOWED : deny('role_not_allowed')),
  'video.download': takers,
  'video.export': takers,
  // A model swing is shown to the whole club, by those who know one.
  'reference.add': (actor, facts) =>
    actor.role === 'admin' || (actor.role === 'coach' && facts.relationship.isCoach)
      ? needs('reference_library', facts)
      : deny('role_not_allowed'),
  'annotation.view': () => ALLOWED,
  'annotation.create': analysts,
  'annotation.edit': onlyAuthors,
  'annotation.delete': authorsAndAdmins,
  'voice.record': analysts,
  'comment.view': talkers,
  'comment.create': talkers,
  'comment.edit': (actor, facts) => (talkers(actor, facts).allowed ? onlyAuthors(actor, facts) : deny('not_related')),
  'comment.delete': authorsAndAdmins,
  'share.view': theResponsible,
  'share.create': mayShare,
  'share.revoke': onlyAuthors,
};

/** The error a refusal becomes. */
export const denialCode = (reason: DenialReason): ErrorCode =>
  reason === 'scope_missing' ? 'access.scope_missing' : reason === 'consent_missing' ? 'access.consent_missing' : 'access.denied';
