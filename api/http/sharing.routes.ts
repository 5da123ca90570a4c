import type { Sharing } from '../services/contracts.ts';
import type { Handlers } from './operation.ts';
import { toShare, toShareCandidate, toSharing } from './sharing.view.ts';

type SharingHandlers = Pick<Handlers, 'listShares' | 'createShare' | 'revokeShare' | 'listShareCandidates'>;

export const sharingRoutes = (sharing: Sharing): SharingHandlers => ({
  async listShares({ tenant, path }) {
    return { status: 200, body: toSharing(await sharing.list(tenant, path.videoId)) };
  },

  async createShare({ tenant, path, headers, body }) {
    return { status: 201, body: toShare(await sharing.create(tenant, path.videoId, body, headers['idempotency-key'])) };
  },

  async revokeShare({ tenant, path }) {
    await sharing.revoke(tenant, path.videoId, path.shareId);
    return { status: 204 };
  },

  async listShareCandidates({ tenant, path }) {
    const candidates = await sharing.candidates(tenant, path.videoId);
    return { status: 200, body: { items: candidates.map(toShareCandidate) } };
  },
});
