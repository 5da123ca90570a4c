import type { Health } from '../services/contracts.ts';
import type { Handlers } from './operation.ts';

export const healthRoutes = (health: Health): Pick<Handlers, 'getLiveness' | 'getReadiness'> => ({
  async getLiveness() {
    return { status: 200, body: { status: 'ok' } };
  },

  async getReadiness() {
    await health.ready();
    return { status: 200, body: { status: 'ok' } };
  },
});
