import type { Visibility } from '../../../domain/access/roles.ts';
import type { FrameRate } from '../../../domain/frames/frame-rate.ts';
import type { components } from '../../../domain/generated/openapi.ts';
import type { ProcessingErrorCode } from '../../../domain/video/limits.ts';
import { nextStatus, type MoveMaker, type VideoEvent, type VideoStatus } from '../../../domain/video/status.ts';
import { uuidv7 } from 'uuidv7';
import { MissingRow } from '../missing-row.ts';
import type { TenantScope } from '../tenant.ts';
import { selected, TenantModel, type Columns } from './model.ts';

/** What happened to a video, told by whoever made it happen. */
export interface VideoMove {
  readonly event: VideoEvent;
  readonly by: MoveMaker;
  readonly reason?: string;
  /** Columns that change with the status, in the same statement. */
  readonly change?: Partial<VideoModel>;
}

export class VideoModel extends TenantModel {
  static override tableName = 'video';
  static override get jsonAttributes(): string[] {
    return ['fps', 'metadata'];
  }
  declare id: string;
  declare status: VideoStatus;
  declare errorCode: ProcessingErrorCode | null;
  declare errorMessage: string | null;
  /** 0..1 while processing. */
  declare progress: number | null;
  /** The version that is wanted: played, or being made. */
  declare processingVersion: number;
  /** The attempt that may publish; null when none is under way. */
  declare attemptId: string | null;
  /** The attempt whose renditions are shown; null before the first. */
  declare publishedAttemptId: string | null;
  /** What is shown until the first rendition is published; null when that cannot be, or is over. */
  declare previewAttemptId: string | null;
  /** The version of what is shown; null before the first. */
  declare publishedVersion: number | null;
  declare title: string;
  declare category: string | null;
  declare clubType: string | null;
  declare viewAngle: components['schemas']['ViewAngle'] | null;
  declare capturedAt: Date | null;
  declare playerId: string | null;
  /** Others who are seen in it: kept by the database from `video_subject`, never written here. */
  declare subjectIds: string[];
  declare uploadedById: string;
  declare visibility: Visibility;
  declare width: number | null;
  declare height: number | null;
  declare durationMs: number | null;
  declare frameCount: number | null;
  declare fps: FrameRate | null;
  declare captureFps: number | null;
  declare rotation: number | null;
  declare timing: 'constant' | 'variable' | 'repaired' | null;
  declare bitrateKbps: number | null;
  declare sizeBytes: number;
  /** Of the whole source, as the worker found it; null before it is processed. */
  declare checksumSha256: string | null;
  declare metadata: Record<string, string>;
  declare annotationCount: number;
  declare accessEpoch: number;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare deletedAt: Date | null;

  /** A version is being made while an older one, if there is one, is played. */
  get isUnderWay(): boolean {
    return this.status === 'uploaded' || this.status === 'processing' || (this.status === 'ready' && this.progress !== null);
  }

  /** What a player is given; null while there is nothing to be seen. */
  get shownAttemptId(): string | null {
    return this.publishedAttemptId ?? this.previewAttemptId;
  }

  /** @throws MissingRow when there is no such video, or it has been removed. */
  static async find(scope: TenantScope, id: string): Promise<VideoModel> {
    const video = await VideoModel.within(scope).where('id', id).whereNull('deletedAt').first();
    if (!video) throw new MissingRow('video', id);
    return video;
  }

  /** As `find`, and nobody else can change the row until the transaction ends. */
  static async lock(scope: TenantScope, id: string): Promise<VideoModel> {
    const video = await VideoModel.within(scope).where('id', id).whereNull('deletedAt').first().forUpdate();
    if (!video) throw new MissingRow('video', id);
    return video;
  }

  /**
   * The only writer of the status. Every move is logged and told.
   * @throws DomainError `video.illegal_transition`
   */
  static async move(scope: TenantScope, id: string, { event, by, reason, change = {} }: VideoMove): Promise<VideoModel> {
    const video = await VideoModel.lock(scope, id);
    const status = nextStatus(video.status, event, by);
    // A preview is shown while something better is being made, and no longer: the database holds that too.
    const preview = status === 'processing' ? {} : { previewAttemptId: null };
    await VideoModel.within(scope)
      .where('id', id)
      .patch({ ...change, ...preview, status, updatedAt: new Date() });
    await scope.trx('videoTransition').insert({
      tenantId: scope.tenantId,
      id: uuidv7(),
      videoId: id,
      fromStatus: video.status,
      toStatus: status,
      event,
      madeBy: by,
      actorId: by === 'api' ? scope.personId : null,
      reason: reason ?? null,
    });
    if (status !== video.status) await scope.emit('video.status_changed', { videoId: id, status });
    return Object.assign(video, change, preview, { status });
  }
}

const COLUMNS: Readonly<Record<Exclude<Columns<VideoModel>, 'isUnderWay' | 'shownAttemptId'>, true>> = {
  tenantId: true,
  id: true,
  status: true,
  errorCode: true,
  errorMessage: true,
  progress: true,
  processingVersion: true,
  attemptId: true,
  publishedAttemptId: true,
  previewAttemptId: true,
  publishedVersion: true,
  title: true,
  category: true,
  clubType: true,
  viewAngle: true,
  capturedAt: true,
  playerId: true,
  subjectIds: true,
  uploadedById: true,
  visibility: true,
  width: true,
  height: true,
  durationMs: true,
  frameCount: true,
  fps: true,
  captureFps: true,
  rotation: true,
  timing: true,
  bitrateKbps: true,
  sizeBytes: true,
  checksumSha256: true,
  metadata: true,
  annotationCount: true,
  accessEpoch: true,
  createdAt: true,
  updatedAt: true,
  deletedAt: true,
};

/** All that the model knows of a row `v`, for a query that is written by hand. */
export const VIDEO_COLUMNS = selected('v', COLUMNS);
