import { uuidv7 } from 'uuidv7';
import { POLICY_VERSION } from '../../domain/access/policy.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Knex } from 'knex';
import { LeaseModel } from '../platform/models/lease.ts';
import { findLeasedFile } from '../platform/lookups.ts';
import { ANALYSIS_FILE, POSTER_FILE, RenditionModel, STORYBOARD_FILE, WAVEFORM_FILE } from '../platform/models/rendition.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { randomSecret, sha256 } from '../platform/secrets.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import { allowedVideo } from './access.ts';
import { byteRange } from './byte-range.ts';
import type { PlaybackLeases } from './contracts.ts';

const LEASE_SECONDS = 300;
const RENEW_AFTER_SECONDS = 120;
const ABSOLUTE_SECONDS = 12 * 60 * 60;

const secondsFrom = (start: Date, seconds: number): Date => new Date(start.getTime() + seconds * 1000);

/** Leases: the id in the address is the right to read one video's files for a few minutes, and dies when access changes. */
export const playback = (database: Knex, store: ObjectStore): PlaybackLeases => ({
  open: (tenant, videoId) =>
    tenant.within(async (scope) => {
      const video = await allowedVideo(scope, 'video.view', videoId);
      const { publishedAttemptId: attemptId, width, height } = video;
      if (attemptId === null || width === null || height === null)
        throw new DomainError('video.not_ready', { extra: { videoStatus: video.status } });
      const rendition = await RenditionModel.within(scope).where({ videoId, attemptId }).first().throwIfNotFound();
      const analysis = rendition.files[ANALYSIS_FILE];
      if (!analysis) throw new Error('a published rendition without its analysis file');
      const leaseId = randomSecret();
      const now = new Date();
      const expiresAt = secondsFrom(now, LEASE_SECONDS);
      const lease = { id: uuidv7(), tenantId: scope.tenantId, videoId, attemptId, leaseSha256: sha256(leaseId), userId: scope.actor.id };
      await LeaseModel.query(scope.trx).insert({
        ...lease,
        sessionId: tenant.credential.kind === 'session' ? tenant.credential.sessionId : null,
        apiKeyId: tenant.credential.kind === 'key' ? tenant.credential.keyId : null,
        accessEpoch: video.accessEpoch,
        expiresAt,
        absoluteExpiresAt: secondsFrom(now, ABSOLUTE_SECONDS),
      });
      await scope.audit('PLAYBACK_URL_ISSUED', {
        resourceType: 'video',
        resourceId: videoId,
        subjectId: video.playerId,
        metadata: { leaseRow: lease.id },
      });
      return {
        ...{ policyVersion: POLICY_VERSION, leaseId, expiresAt, renewAfterSeconds: RENEW_AFTER_SECONDS, video },
        analysis: { fileName: ANALYSIS_FILE, type: analysis.contentType, sizeBytes: analysis.sizeBytes, width, height },
        posterFileName: POSTER_FILE,
        storyboardFileName: rendition.nameIfPresent(STORYBOARD_FILE),
        waveformFileName: rendition.nameIfPresent(WAVEFORM_FILE),
        frameIndex: rendition.frameIndex,
      };
    }),

  renew: (tenant, leaseId) =>
    tenant.within(async (scope) => {
      const lease = await LeaseModel.within(scope).where('leaseSha256', sha256(leaseId)).first();
      if (!lease || lease.userId !== scope.actor.id) throw new DomainError('playback.not_found');
      const now = new Date();
      if (lease.revokedAt !== null || lease.absoluteExpiresAt <= now) throw new DomainError('playback.expired');
      // The whole decision again: what has changed since the lease was opened ends it here.
      const video = await allowedVideo(scope, 'video.view', lease.videoId);
      if (video.accessEpoch !== lease.accessEpoch) throw new DomainError('playback.expired');
      const expiresAt = new Date(Math.min(secondsFrom(now, LEASE_SECONDS).getTime(), lease.absoluteExpiresAt.getTime()));
      await LeaseModel.within(scope).where('id', lease.id).patch({ expiresAt });
      await scope.audit('PLAYBACK_RENEWED', {
        resourceType: 'video',
        resourceId: video.id,
        subjectId: video.playerId,
        metadata: { leaseRow: lease.id },
      });
      return { policyVersion: POLICY_VERSION, expiresAt, renewAfterSeconds: RENEW_AFTER_SECONDS };
    }),

  file: async (leaseId, fileName, rangeHeader) => {
    const leased = await findLeasedFile(database, leaseId, fileName);
    if (!leased) throw new DomainError('playback.not_found');
    if (!leased.isAlive) throw new DomainError('playback.expired');
    if (leased.file === null) throw new DomainError('playback.not_found');
    const { key, sizeBytes, contentType } = leased.file;
    const range = byteRange(rangeHeader, sizeBytes);
    const body = await tenantStore(store, leased.tenantId).read(key, range ?? undefined);
    return { body, contentType, totalBytes: sizeBytes, range, etag: `"${sha256(key).toString('base64url').slice(0, 22)}"` };
  },
});
