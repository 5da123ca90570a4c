import type { Keys } from '../services/contracts.ts';
import { toApiKey } from './key.view.ts';
import type { Handlers } from './operation.ts';

export const keyRoutes = (keys: Keys): Pick<Handlers, 'listKeys' | 'rotateKey' | 'revokeKey'> => ({
  async listKeys({ tenant }) {
    return { status: 200, body: { items: (await keys.list(tenant)).map(toApiKey) } };
  },

  async rotateKey({ tenant, path, body }) {
    const { key, secret } = await keys.rotate(tenant, path.keyId, body);
    return { status: 201, body: { key: toApiKey(key), secret } };
  },

  async revokeKey({ tenant, path }) {
    await keys.revoke(tenant, path.keyId);
    return { status: 204 };
  },
});
