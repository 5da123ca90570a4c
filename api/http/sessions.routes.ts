import type { Sessions } from '../services/contracts.ts';
import type { Handlers } from './operation.ts';
import { toSession, toSessionCreated } from './session.view.ts';

export const sessionRoutes = (sessions: Sessions): Pick<Handlers, 'createSession' | 'getCurrentSession' | 'endCurrentSession'> => ({
  async createSession({ tenant, body }) {
    return { status: 201, body: toSessionCreated(await sessions.create(tenant, body)) };
  },

  async getCurrentSession({ tenant }) {
    return { status: 200, body: toSession(await sessions.current(tenant)) };
  },

  async endCurrentSession({ tenant }) {
    await sessions.end(tenant);
    return { status: 204 };
  },
});
