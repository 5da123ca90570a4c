import { defineAll } from './define.ts';
import { AnalysisProvider } from './elements/analysis-provider/analysis-provider.ts';
import { AnnotationCanvas } from './elements/annotation-canvas/annotation-canvas.ts';
import { AnnotationLayer } from './elements/annotation-layer/annotation-layer.ts';
import { ConsentPanel } from './elements/consent-panel/consent-panel.ts';
import { ShareDialog } from './elements/share-dialog/share-dialog.ts';
import { VideoLibrary } from './elements/video-library/video-library.ts';
import { VideoPlayer } from './elements/video-player/video-player.ts';
import { VideoUploader } from './elements/video-uploader/video-uploader.ts';

export { AnalysisProvider, AnnotationCanvas, AnnotationLayer, ConsentPanel, ShareDialog, VideoLibrary, VideoPlayer, VideoUploader };
export { createClient, unwrap } from './client/client.ts';
export type {
  Annotation,
  AuditEvent,
  ClientOptions,
  Consent,
  ConsentOverview,
  CurrentSession,
  LinkOpened,
  Person,
  PersonTies,
  Playback,
  Player,
  Share,
  ShareLink,
  Video,
  VideoAnalysisClient,
} from './client/client.ts';
export { ApiProblem } from './client/problem.ts';
export type { GetSessionToken, SessionToken } from './session/session-source.ts';
export { drawingInWords } from './elements/annotation-layer/drawing-in-words.ts';
export { consentText, consentTexts, type ConsentText } from './locales/consent-texts.ts';
export { registerLocale } from './locales/locale.ts';
export type { Messages } from './locales/messages.ts';
export { checkVideo, type ClipCheck } from './upload/check-video.ts';
export type { ClipFacts, ClipWarning } from './upload/clip-facts.ts';
export { uploadVideo } from './upload/upload-video.ts';
export type { UploadQuota } from './upload/wire.ts';
export type { ClipDetails, Upload, UploadPhase, UploadProgress } from './upload/upload.ts';
export type { ElementEvents } from './events.ts';

/**
 * Registers every element. Importing this module alone registers nothing.
 * @param options With a `prefix`, `video-player` becomes `acme-video-player`, so that two versions can live on one page.
 */
export const define = (options?: { prefix?: string }): void =>
  defineAll(
    {
      'analysis-provider': AnalysisProvider,
      'annotation-canvas': AnnotationCanvas,
      'annotation-layer': AnnotationLayer,
      'consent-panel': ConsentPanel,
      'share-dialog': ShareDialog,
      'video-library': VideoLibrary,
      'video-player': VideoPlayer,
      'video-uploader': VideoUploader,
    },
    options,
  );
