import type { Erasures, Takeouts } from '../services/contracts.ts';
import { toErasure, toTakeout } from './erasure.view.ts';
import type { Handlers } from './operation.ts';

type ErasureHandlers = Pick<Handlers, 'erasePerson' | 'getErasure' | 'takeOutPerson' | 'getTakeout' | 'downloadTakeout'>;

export const erasureRoutes = (erasures: Erasures, takeouts: Takeouts): ErasureHandlers => ({
  async erasePerson({ tenant, path }) {
    return { status: 202, body: toErasure(await erasures.request(tenant, path.externalId)) };
  },

  async getErasure({ tenant, path }) {
    return { status: 200, body: toErasure(await erasures.get(tenant, path.erasureId)) };
  },

  async takeOutPerson({ tenant, path }) {
    return { status: 202, body: toTakeout(await takeouts.request(tenant, path.externalId)) };
  },

  async getTakeout({ tenant, path }) {
    return { status: 200, body: toTakeout(await takeouts.get(tenant, path.takeoutId)) };
  },

  async downloadTakeout({ tenant, path }) {
    return { media: await takeouts.archive(tenant, path.takeoutId) };
  },
});
