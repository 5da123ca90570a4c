import type { Uploads } from '../services/contracts.ts';
import type { Handlers } from './operation.ts';
import { toUpload } from './upload.view.ts';
import { toVideo } from './video.view.ts';

export const uploadRoutes = (uploads: Uploads): Pick<Handlers, 'initUpload' | 'signUploadParts' | 'completeUpload' | 'abortUpload'> => ({
  async initUpload({ tenant, body }) {
    return { status: 200, body: toUpload(await uploads.init(tenant, body)) };
  },

  async signUploadParts({ tenant, body }) {
    return { status: 200, body: toUpload(await uploads.parts(tenant, body)) };
  },

  async completeUpload({ tenant, body }) {
    return { status: 200, body: toVideo(await uploads.complete(tenant, body)) };
  },

  async abortUpload({ tenant, body }) {
    await uploads.abort(tenant, body);
    return { status: 204 };
  },
});
