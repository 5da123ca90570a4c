import type { components } from '../../domain/generated/openapi.ts';
import type { ErasureModel } from '../platform/models/erasure.ts';
import type { TakeoutModel } from '../platform/models/takeout.ts';

/** Neither the person nor a video is named: what is told here may be kept by whoever asked. */
export const toErasure = (erasure: ErasureModel): components['schemas']['Erasure'] => {
  const { id, state, requestedAt, counts, removed, leftOver, verifiedAt, receipt, receiptSha256 } = erasure;
  return {
    ...{ id, state, requestedAt: requestedAt.toISOString(), counts, removed, leftOver },
    verifiedAt: verifiedAt?.toISOString() ?? null,
    receipt: receipt === null || receiptSha256 === null ? null : { sha256: receiptSha256, document: receipt },
  };
};

export const toTakeout = ({
  id,
  state,
  requestedAt,
  readyAt,
  expiresAt,
  sizeBytes,
  sha256,
}: TakeoutModel): components['schemas']['Takeout'] => ({
  ...{ id, state, requestedAt: requestedAt.toISOString(), readyAt: readyAt?.toISOString() ?? null, expiresAt: expiresAt.toISOString() },
  archive:
    state !== 'ready' || sizeBytes === null || sha256 === null ? null : { path: `/api/v1/takeouts/${id}/archive`, sizeBytes, sha256 },
});
