import type { People, Ties } from '../services/contracts.ts';
import type { Handlers } from './operation.ts';
import { toPerson, toPersonTies, toPlayer } from './person.view.ts';

type PeopleHandlers = Pick<Handlers, 'listPlayers' | 'listPeople' | 'getPerson' | 'upsertPerson' | 'deactivatePerson'>;

export const peopleRoutes = (people: People): PeopleHandlers => ({
  async listPlayers({ tenant }) {
    const players = await people.listPlayers(tenant);
    return { status: 200, body: { items: players.map(toPlayer) } };
  },

  async listPeople({ tenant, query }) {
    const { items, nextCursor } = await people.list(tenant, query);
    return { status: 200, body: { items: items.map(toPerson), nextCursor } };
  },

  async getPerson({ tenant, path }) {
    return { status: 200, body: toPerson(await people.get(tenant, path.externalId)) };
  },

  async upsertPerson({ tenant, path, body }) {
    const { record, isNew } = await people.upsert(tenant, path.externalId, body);
    return { status: isNew ? 201 : 200, body: toPerson(record) };
  },

  async deactivatePerson({ tenant, path }) {
    await people.deactivate(tenant, path.externalId);
    return { status: 204 };
  },
});

type TieHandlers = Pick<Handlers, 'listTies' | 'linkCoach' | 'unlinkCoach' | 'linkGuardian' | 'unlinkGuardian'>;

export const tieRoutes = (ties: Ties): TieHandlers => ({
  async listTies({ tenant, path }) {
    return { status: 200, body: toPersonTies(await ties.of(tenant, path.externalId)) };
  },

  async linkCoach({ tenant, path }) {
    await ties.link(tenant, 'coach', path.coachExternalId, path.externalId);
    return { status: 204 };
  },

  async unlinkCoach({ tenant, path }) {
    await ties.unlink(tenant, 'coach', path.coachExternalId, path.externalId);
    return { status: 204 };
  },

  async linkGuardian({ tenant, path }) {
    await ties.link(tenant, 'guardian', path.guardianExternalId, path.externalId);
    return { status: 204 };
  },

  async unlinkGuardian({ tenant, path }) {
    await ties.unlink(tenant, 'guardian', path.guardianExternalId, path.externalId);
    return { status: 204 };
  },
});
