import { uuidv7 } from 'uuidv7';
import { POLICY_VERSION } from '../../domain/access/policy.ts';
import { DomainError } from '../../domain/errors.ts';
import { factsAbout } from '../platform/access-facts.ts';
import { HLS_FILE, LadderModel } from '../platform/models/ladder.ts';
import { LeaseModel } from '../platform/models/lease.ts';
import { ANALYSIS_FILE, POSTER_FILE, RenditionModel, STORYBOARD_FILE, WAVEFORM_FILE } from '../platform/models/rendition.ts';
import { VideoModel } from '../platform/models/video.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { randomSecret, sha256 } from '../platform/secrets.ts';
import { MAX_SIGNED_SECONDS } from '../platform/read-signer.ts';
import type { Tenant, TenantScope } from '../platform/tenant.ts';
import { tenantStore } from '../platform/tenant-store.ts';
import { allowedVideo, mustBeAllowed } from './access.ts';
import { wantedPart } from './byte-range.ts';
import type { MediaFile, PlaybackLeases } from './contracts.ts';
import { mustHaveEgress } from './egress.ts';
import type { Gateway } from './gateway.ts';

const LEASE_SECONDS = 300;
const RENEW_AFTER_SECONDS = 120;
const ABSOLUTE_SECONDS = 12 * 60 * 60;

const secondsFrom = (start: Date, seconds: number): Date => new Date(start.getTime() + seconds * 1000);

/** Leases: the id in the address is the right to read one video's files for a few minutes, and dies when access changes. */
export const playback = (store: ObjectStore, gateway: Gateway): PlaybackLeases => ({
  open: (tenant, videoId) =>
    tenant.within(async (scope) => {
      const video = await allowedVideo(scope, 'video.view', videoId);
      await mustHaveEgress(scope, gateway.meter);
      const { shownAttemptId: attemptId, width, height } = video;
      if (attemptId === null || width === null || height === null)
        throw new DomainError('video.not_ready', { extra: { videoStatus: video.status } });
      const rendition = await RenditionModel.within(scope).where({ videoId, attemptId }).first().throwIfNotFound();
      const analysis = rendition.files[ANALYSIS_FILE];
      if (!analysis) throw new Error('a published rendition without its analysis file');
      const hasLadder = (await LadderModel.within(scope).where({ videoId, attemptId }).resultSize()) > 0;
      const leaseId = randomSecret();
      const { now, expiresAt, renewAfterSeconds } = await lifeOf(scope, video);
      const lease = { id: uuidv7(), tenantId: scope.tenantId, videoId, attemptId, leaseSha256: sha256(leaseId), userId: scope.actor.id };
      await LeaseModel.query(scope.trx).insert({
        ...{ ...lease, ...holderOf(tenant) },
        role: scope.actor.role,
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
        ...{ policyVersion: POLICY_VERSION, leaseId, expiresAt, renewAfterSeconds, video },
        analysis: { fileName: ANALYSIS_FILE, type: analysis.contentType, sizeBytes: analysis.sizeBytes, width, height },
        hlsFileName: hasLadder ? HLS_FILE : null,
        posterFileName: POSTER_FILE,
        storyboardFileName: rendition.nameIfPresent(STORYBOARD_FILE),
        waveformFileName: rendition.nameIfPresent(WAVEFORM_FILE),
        frameIndex: rendition.frameIndex,
        isPreview: rendition.kind === 'preview',
      };
    }),

  renew: (tenant, leaseId) =>
    tenant.within(async (scope) => {
      const lease = await LeaseModel.within(scope).where('leaseSha256', sha256(leaseId)).first();
      if (!lease || lease.userId !== scope.actor.id) throw new DomainError('playback.not_found');
      const video = await VideoModel.within(scope).where('id', lease.videoId).whereNull('deletedAt').first();
      if (!video) throw new DomainError('playback.expired');
      // The whole decision again, and first: whoever lost access hears why, and not merely that the address is old.
      mustBeAllowed(scope, 'video.view', await factsAbout(scope, { playerId: video.playerId, video }));
      await mustHaveEgress(scope, gateway.meter);
      const { now, expiresAt, renewAfterSeconds } = await lifeOf(scope, video, lease.absoluteExpiresAt);
      if (lease.absoluteExpiresAt <= now || lease.accessEpoch !== video.accessEpoch || lease.role !== scope.actor.role)
        throw new DomainError('playback.expired');
      // From here on the lease hangs on the session that renewed it: the one that opened it may have run out long ago.
      const change = { expiresAt, ...holderOf(tenant) };
      if ((await LeaseModel.within(scope).where('id', lease.id).whereNull('revokedAt').patch(change)) === 0)
        throw new DomainError('playback.expired');
      await scope.audit('PLAYBACK_RENEWED', {
        resourceType: 'video',
        resourceId: video.id,
        subjectId: video.playerId,
        metadata: { leaseRow: lease.id },
      });
      return { policyVersion: POLICY_VERSION, expiresAt, renewAfterSeconds };
    }),

  file: async (leaseId, fileName, wanted) => {
    const { findFile, meter } = gateway;
    const leased = await findFile(leaseId, fileName);
    if (!leased) throw new DomainError('playback.not_found');
    const { tenantId, videoId, leaseRow, leftMs, file } = leased;
    if (leftMs === null) throw new DomainError('playback.expired');
    if (file === null) throw new DomainError('playback.not_found');
    const { key, sizeBytes, contentType } = file;
    const etag = `"${sha256(key).toString('base64url').slice(0, 22)}"`;
    const { isUnchanged, range } = wantedPart(wanted, etag, sizeBytes);
    const elsewhere = elsewhereOf(gateway, { tenantId, videoId, leaseRow, fileName, key, sizeBytes });
    return {
      ...{ contentType, totalBytes: sizeBytes, range, etag, isUnchanged },
      open: () => tenantStore(store, tenantId, videoId).read(key, range ?? undefined),
      sent: (bytes) => meter.sent(tenantId, bytes),
      ...(elsewhere && { elsewhere }),
    };
  },
});

/** What a lease hangs on: it ends with the session or the key that opened it, or renewed it last. */
const holderOf = ({ credential }: Tenant): Pick<LeaseModel, 'sessionId' | 'apiKeyId'> => ({
  sessionId: credential.kind === 'session' ? credential.sessionId : null,
  apiKeyId: credential.kind === 'key' ? credential.keyId : null,
});

interface Life {
  readonly now: Date;
  readonly expiresAt: Date;
  readonly renewAfterSeconds: number;
}

/** What is known to end: a consent of anybody in the picture, a share with the one who watches, the link by which a guest came. */
const KNOWN_ENDS = `
  select c.expires_at as ends_at from consent c where c.tenant_id = :tenant and c.withdrawn_at is null
    and c.player_id = any(:players::uuid[])
  union all select s.expires_at from share s join share_recipient r on r.tenant_id = s.tenant_id and r.share_id = s.id
    where s.tenant_id = :tenant and s.video_id = :video and r.person_id = :actor and s.revoked_at is null
  union all select l.expires_at from access_link l where l.tenant_id = :tenant and l.guest_id = :actor`;

/** By the database's clock, which is the one that is asked later. No lease outlives what its access may hang on. */
async function lifeOf(scope: TenantScope, { id, playerId, subjectIds }: VideoModel, limit: Date | null = null): Promise<Life> {
  const { rows } = await scope.trx.raw<{ rows: { now: Date; until: Date }[] }>(
    `select now(), least(now() + make_interval(secs => :seconds), :limit::timestamptz,
       (select min(ends_at) from (${KNOWN_ENDS}) known where ends_at > now())) as until`,
    {
      ...{ seconds: LEASE_SECONDS, limit, tenant: scope.tenantId, video: id, actor: scope.actor.id },
      players: playerId === null ? subjectIds : [playerId, ...subjectIds],
    },
  );
  const row = rows[0];
  if (!row) throw new Error('the database does not know the time');
  const lifeSeconds = (row.until.getTime() - row.now.getTime()) / 1000;
  return { now: row.now, expiresAt: row.until, renewAfterSeconds: Math.max(1, Math.min(RENEW_AFTER_SECONDS, Math.floor(lifeSeconds / 2))) };
}

/** Each is fetched once and is over in seconds. A `<video>` would go on asking the address it was sent to, and that dies. */
const SEGMENT = /\.(?:m4s|ts)$/;
/** Small, and read before anything else: always from us, so that what is named in it is found under the lease. */
const PLAYLIST = /\.m3u8$/;

interface LeasedObject {
  readonly tenantId: string;
  readonly videoId: string;
  readonly leaseRow: string;
  readonly fileName: string;
  readonly key: string;
  readonly sizeBytes: number;
}

/** The way past us, where there is one for this file. What a player is sent away with is counted when that happens. */
function elsewhereOf(
  { delivery, meter }: Gateway,
  { tenantId, videoId, leaseRow, fileName, key, sizeBytes }: LeasedObject,
): MediaFile['elsewhere'] | undefined {
  if (delivery.kind === 'redirect' && SEGMENT.test(fileName))
    return () => {
      meter.granted(tenantId, { leaseRow, fileName, bytes: sizeBytes });
      return { by: 'redirect', url: delivery.signer.sign({ tenantId, videoId }, key, MAX_SIGNED_SECONDS), tenantId };
    };
  if (delivery.kind === 'accel' && !PLAYLIST.test(fileName))
    return () => ({ by: 'accel', url: delivery.signer.sign({ tenantId, videoId }, key, MAX_SIGNED_SECONDS), tenantId });
  return undefined;
}
