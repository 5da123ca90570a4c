import { createHash } from 'node:crypto';

/** What a cursor carries of the list it was made for: it fits that list of that tenant and no other. */
export const cursorMark = (tenantId: string, filters: readonly (string | undefined)[]): string =>
  createHash('sha256')
    .update(JSON.stringify([tenantId, ...filters.map((value) => value ?? null)]))
    .digest('base64url')
    .slice(0, 12);
