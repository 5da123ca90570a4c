import type { People } from '../services/contracts.ts';
import type { Handlers } from './operation.ts';
import { toPlayer } from './person.view.ts';

export const peopleRoutes = (people: People): Pick<Handlers, 'listPlayers'> => ({
  async listPlayers({ tenant }) {
    const players = await people.listPlayers(tenant);
    return { status: 200, body: { items: players.map(toPlayer) } };
  },
});
