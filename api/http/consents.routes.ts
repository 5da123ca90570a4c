import type { Consents } from '../services/contracts.ts';
import { toConsent, toConsentOverview } from './consent.view.ts';
import type { Handlers } from './operation.ts';

export const consentRoutes = (consents: Consents): Pick<Handlers, 'listConsents' | 'grantConsent' | 'withdrawConsent'> => ({
  async listConsents({ tenant, path }) {
    return { status: 200, body: toConsentOverview(await consents.overview(tenant, path.playerId)) };
  },

  async grantConsent({ tenant, path, body }) {
    return { status: 200, body: toConsent(await consents.grant(tenant, path.playerId, body)) };
  },

  async withdrawConsent({ tenant, path, body }) {
    return { status: 200, body: toConsent(await consents.withdraw(tenant, path.playerId, path.purpose, body)) };
  },
});
