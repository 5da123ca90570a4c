import { DomainError } from '../../domain/errors.ts';
import type { LinkOpening, Links } from '../services/contracts.ts';
import { wellFormedOrigin } from './cors.ts';
import type { Handlers } from './operation.ts';
import { toLink, toLinkCreated, toLinkOpened } from './sharing.view.ts';

type LinkHandlers = Pick<
  Handlers,
  'createViewLink' | 'revokeViewLink' | 'listUploadLinks' | 'createUploadLink' | 'revokeUploadLink' | 'openLink'
>;

export const linkRoutes = (links: Links, linkOpening: LinkOpening): LinkHandlers => ({
  async createViewLink({ tenant, path, headers, body }) {
    return { status: 201, body: toLinkCreated(await links.createView(tenant, path.videoId, body, headers['idempotency-key'])) };
  },

  async revokeViewLink({ tenant, path }) {
    await links.revokeView(tenant, path.videoId, path.linkId);
    return { status: 204 };
  },

  async listUploadLinks({ tenant }) {
    return { status: 200, body: { items: (await links.listUploads(tenant)).map(toLink) } };
  },

  async createUploadLink({ tenant, headers, body }) {
    return { status: 201, body: toLinkCreated(await links.createUpload(tenant, body, headers['idempotency-key'])) };
  },

  async revokeUploadLink({ tenant, path }) {
    await links.revokeUpload(tenant, path.linkId);
    return { status: 204 };
  },

  async openLink({ headers: { origin }, body, requestId }) {
    const site = wellFormedOrigin(origin);
    // A sandbox and a file name no site: a session that any of them could use would be bound to nothing.
    if (origin !== undefined && site === null) throw new DomainError('auth.origin_not_allowed');
    return { status: 200, body: toLinkOpened(await linkOpening.open(body, { origin: site, requestId })) };
  },
});
