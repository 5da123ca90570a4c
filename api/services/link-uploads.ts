import { DomainError } from '../../domain/errors.ts';
import { AccessLinkModel } from '../platform/models/access-link.ts';
import type { UploadModel } from '../platform/models/upload.ts';
import type { TenantScope } from '../platform/tenant.ts';

/** The link whose holder acts as this person; undefined of everybody who is no guest. */
export const linkOfGuest = (scope: TenantScope, guestId: string): Promise<AccessLinkModel | undefined> =>
  AccessLinkModel.within(scope).where({ guestId }).first().execute();

/** Every upload begun by a link is one use of it, however many begin at once. @throws DomainError `link.ended` */
export async function countUpload(scope: TenantScope): Promise<void> {
  const { id, role } = scope.actor;
  if (role !== 'guest') return;
  if (!(await AccessLinkModel.countUpload(scope, id))) throw new DomainError('link.ended', { extra: { state: 'used_up' } });
}

/** Tells whoever made the link that a clip has come by it. */
export async function tellOfUpload(scope: TenantScope, { createdById, videoId }: UploadModel): Promise<void> {
  const link = await linkOfGuest(scope, createdById);
  if (link) await scope.emit('upload_link.used', { linkId: link.id, videoId, personId: link.createdById });
}
