import { may, type Audience, type Decision, type Facts } from '../../domain/access/policy.ts';
import { secondAdults } from '../../domain/access/two-adults.ts';
import { DomainError } from '../../domain/errors.ts';
import { MissingRow } from '../platform/missing-row.ts';
import { AppUserModel } from '../platform/models/app-user.ts';
import type { VideoModel } from '../platform/models/video.ts';
import type { TenantScope } from '../platform/tenant.ts';
import { EXPLANATIONS } from './access.ts';
import type { ShareCandidate } from './contracts.ts';
import { activePeople, candidatesAmong, peopleById, wantsTwoAdults, type Candidate } from './parties.ts';
import { byName } from './person-record.ts';

/** More people than that are looked for by other means. */
const MOST_CANDIDATES = 500;

/** Whom a share reaches, after everybody was asked about. */
export interface Receivers {
  readonly named: readonly string[];
  /** Second adults. */
  readonly added: readonly string[];
  /** Somebody is among them who would not see what only the family sees. */
  readonly needsRaise: boolean;
}

/** Whether the caller may show the video to such an audience. Where it is private that takes the right to publish it. */
function judge({ actor }: TenantScope, facts: Facts, audience: Audience): Decision {
  const sharing = may(actor, 'share.create', { ...facts, audience });
  if (!sharing.allowed || audience === 'family' || facts.video?.visibility !== 'private') return sharing;
  return may(actor, 'video.publish', facts);
}

/** @throws DomainError `user.not_found`, `person.deactivated`, `share.recipient_not_allowed`, `share.second_adult_missing`, each with the place */
export async function receivers(scope: TenantScope, video: VideoModel, facts: Facts, recipientIds: readonly string[]): Promise<Receivers> {
  const people: AppUserModel[] = [];
  for (const [place, id] of recipientIds.entries()) people.push(await recipient(scope, id, `recipientIds.${String(place)}`));
  const named = await candidatesAmong(scope, people, video.playerId);
  for (const [place, { audience }] of named.entries()) mayReceive(judge(scope, facts, audience), `recipientIds.${String(place)}`);

  const addedIds = (await wantsTwoAdults(scope)) ? await secondAdultsOf(scope, named) : [];
  const added = await candidatesAmong(scope, await AppUserModel.within(scope).whereIn('id', [...addedIds]), video.playerId);
  for (const { audience } of added) mayReceive(judge(scope, facts, audience), 'recipientIds');
  const isPrivate = facts.video?.visibility === 'private';
  return {
    named: recipientIds,
    added: addedIds,
    needsRaise: isPrivate && [...named, ...added].some(({ audience }) => audience !== 'family'),
  };
}

async function recipient(scope: TenantScope, id: string, field: string): Promise<AppUserModel> {
  const person = await AppUserModel.within(scope).where({ id }).whereNot('role', 'guest').whereNot('externalId', 'like', 'key:%').first();
  if (!person) throw new MissingRow('person', id, field);
  if (person.deactivatedAt) throw new DomainError('person.deactivated', { field });
  if (id === scope.actor.id)
    throw new DomainError('share.recipient_not_allowed', { field, detail: 'This is you.', extra: { reason: 'not_related' } });
  return person;
}

function mayReceive(decision: Decision, field: string): void {
  if (decision.allowed) return;
  const { reason, purpose } = decision;
  throw new DomainError('share.recipient_not_allowed', {
    ...{ field, detail: EXPLANATIONS[reason] },
    extra: purpose === undefined ? { reason } : { reason, purpose },
  });
}

async function secondAdultsOf(scope: TenantScope, named: readonly Candidate[]): Promise<readonly string[]> {
  const sender = await senderOf(scope);
  const outcome = secondAdults(
    sender.party,
    named.map(({ party }) => party),
  );
  if (outcome.isPossible) return outcome.addedIds;
  const { place } = outcome;
  throw new DomainError('share.second_adult_missing', {
    ...(place !== null && { field: `recipientIds.${String(place)}` }),
    detail:
      place === null
        ? 'You are registered as a minor, or without a birth date: what you share has to reach a guardian of yours too. Ask the club to register one.'
        : 'This is a minor, or an athlete without a birth date: a guardian has to receive it too. Register a guardian of the athlete first.',
  });
}

async function senderOf(scope: TenantScope): Promise<Candidate> {
  const [sender] = await candidatesAmong(scope, await AppUserModel.within(scope).where('id', scope.actor.id), null);
  if (!sender) throw new Error('somebody who shares is nobody');
  return sender;
}

/** Everybody, those who may receive it first. */
export async function candidatesFor(scope: TenantScope, video: VideoModel, facts: Facts): Promise<readonly ShareCandidate[]> {
  const people = await activePeople(scope).whereNot('id', scope.actor.id);
  const all = await candidatesAmong(scope, people, video.playerId);
  const sender = (await wantsTwoAdults(scope)) ? await senderOf(scope) : null;
  const described = all.map((candidate) => {
    const decision = judge(scope, facts, candidate.audience);
    const adults = sender ? secondAdults(sender.party, [candidate.party]) : ({ isPossible: true, addedIds: [] } as const);
    return { candidate, decision, adults };
  });
  const personOf = await peopleById(
    scope,
    described.flatMap(({ adults }) => (adults.isPossible ? adults.addedIds : [])),
  );
  return described
    .map(({ candidate: { person, relation, party }, decision, adults }): ShareCandidate => ({
      ...{ person, relation, isMinor: party.isMinor },
      canReceive: decision.allowed && adults.isPossible,
      reason: decision.allowed ? (adults.isPossible ? null : 'second_adult_missing') : decision.reason,
      purpose: decision.allowed ? null : (decision.purpose ?? null),
      secondAdults: decision.allowed && adults.isPossible ? adults.addedIds.map(personOf) : [],
    }))
    .sort((a, b) => Number(b.canReceive) - Number(a.canReceive) || byName.compare(a.person.displayName, b.person.displayName))
    .slice(0, MOST_CANDIDATES);
}
