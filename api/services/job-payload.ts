import { noteIfForeign } from '../platform/foreign-ids.ts';
import type { RowKind } from '../platform/missing-row.ts';
import type { Tenant } from '../platform/tenant.ts';

/** What the members of a payload name. Ids of attempts and the like lie under one of these. */
const KINDS: Readonly<Record<string, RowKind>> = {
  videoId: 'video',
  uploadId: 'upload',
  annotationId: 'annotation',
  personId: 'person',
  playerId: 'person',
  shareId: 'share',
  linkId: 'link',
};

/**
 * Whether a job names something of another tenant than its own. Nobody here writes such a job: it is entered as an anomaly in the log of
 * the tenant it runs under. What is nobody's, or gone, is not one.
 */
export const pointsElsewhere = (tenant: Tenant, payload: object): Promise<boolean> =>
  tenant.within(async (scope) => {
    for (const [name, wantedId] of Object.entries(payload)) {
      const kind = KINDS[name];
      if (kind === undefined || typeof wantedId !== 'string') continue;
      if (await noteIfForeign(scope, { action: 'CROSS_TENANT_JOB', kind, wantedId })) return true;
    }
    return false;
  });
