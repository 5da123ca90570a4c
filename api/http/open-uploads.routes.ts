import type { OpenUploads } from '../services/contracts.ts';
import type { Handlers } from './operation.ts';
import { toOpenUpload } from './upload.view.ts';

export const openUploadRoutes = (openUploads: OpenUploads): Pick<Handlers, 'listOpenUploads'> => ({
  async listOpenUploads({ tenant, query }) {
    const { items, duplicateOf, limits, quota } = await openUploads.list(tenant, query);
    return { status: 200, body: { items: items.map(toOpenUpload), duplicateOf, limits, ...(quota && { quota }) } };
  },
});
