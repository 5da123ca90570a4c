import type { Visibility } from '../../../domain/access/roles.ts';
import type { FrameRate } from '../../../domain/frames/frame-rate.ts';
import type { components } from '../../../domain/generated/openapi.ts';
import type { ProcessingErrorCode } from '../../../domain/video/limits.ts';
import type { VideoStatus } from '../../../domain/video/status.ts';
import { TenantModel } from './model.ts';

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
  declare processingVersion: number;
  /** The attempt that may publish; null when none is under way. */
  declare attemptId: string | null;
  /** The attempt whose renditions are shown; null before the first. */
  declare publishedAttemptId: string | null;
  declare title: string;
  declare category: string | null;
  declare clubType: string | null;
  declare viewAngle: components['schemas']['ViewAngle'] | null;
  declare capturedAt: Date | null;
  declare playerId: string | null;
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
  declare checksumSha256: string | null;
  declare metadata: Record<string, string>;
  declare annotationCount: number;
  declare accessEpoch: number;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare deletedAt: Date | null;
}
