import type { Action } from '../../domain/access/actions.ts';
import { denialCode, may, type Facts } from '../../domain/access/policy.ts';
import { DomainError } from '../../domain/errors.ts';
import { factsAbout } from '../platform/access-facts.ts';
import type { AnnotationModel } from '../platform/models/annotation.ts';
import { VideoModel } from '../platform/models/video.ts';
import { seenBy } from '../platform/read-ahead.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';

/** @throws DomainError `access.*` with the reason, when the policy says no. */
export function mustBeAllowed({ actor }: Pick<TenantScope, 'actor'>, action: Action, facts: Facts): void {
  const decision = may(actor, action, facts);
  if (decision.allowed) return;
  const { reason, purpose } = decision;
  throw new DomainError(denialCode(reason), {
    detail: EXPLANATIONS[reason],
    extra: purpose === undefined ? { reason } : { reason, purpose },
  });
}

export const EXPLANATIONS = {
  scope_missing: 'The session was minted without the scope for this.',
  session_restricted: 'The session is restricted to other videos or athletes.',
  role_not_allowed: 'Your role does not include this.',
  not_related: 'You are not registered as working with this athlete.',
  not_visible: 'The video is not shared with you.',
  consent_missing: 'The athlete, or a guardian, has not agreed to this.',
  not_author: 'Only the person who made it may change it.',
  athlete_is_minor: 'The athlete is a minor: a guardian has to agree.',
  athlete_is_of_age: 'The athlete is of age and decides alone.',
  evidence_not_accepted: 'The athlete or a guardian says it here; an administrator records a form on paper.',
} as const;

/** The video, if the actor may do this with it. */
export async function allowedVideo(scope: TenantScope, action: Action, videoId: string): Promise<VideoModel> {
  const video = await VideoModel.find(scope, videoId);
  mustBeAllowed(scope, action, await factsAbout(scope, { playerId: video.playerId, video }));
  return video;
}

/**
 * As `allowedVideo`, from what was read with the credential. What was not found there is looked for in a transaction of its own, which
 * also notes it when it is another tenant's.
 */
export async function seenOrFound(tenant: Tenant, action: Action, videoId: string): Promise<VideoModel> {
  const seen = seenBy(tenant, videoId);
  if (!seen) return tenant.within((scope) => allowedVideo(scope, action, videoId));
  mustBeAllowed(tenant, action, seen.facts);
  return seen.video;
}

/** Asks about one annotation of a video that has been found already. */
export async function mustBeAllowedOn(scope: TenantScope, action: Action, video: VideoModel, annotation: AnnotationModel): Promise<void> {
  mustBeAllowed(scope, action, await factsAbout(scope, { playerId: video.playerId, video, authored: annotation }));
}
