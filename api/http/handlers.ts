import type { Services } from '../services/contracts.ts';
import { annotationRoutes } from './annotations.routes.ts';
import { auditRoutes } from './audit-events.routes.ts';
import { consentRoutes } from './consents.routes.ts';
import { erasureRoutes } from './erasures.routes.ts';
import { healthRoutes } from './health.routes.ts';
import { keyRoutes } from './keys.routes.ts';
import type { Handlers } from './operation.ts';
import { openUploadRoutes } from './open-uploads.routes.ts';
import { linkRoutes } from './links.routes.ts';
import { peopleRoutes, tieRoutes } from './people.routes.ts';
import { playbackRoutes } from './playback.routes.ts';
import { sessionRoutes } from './sessions.routes.ts';
import { sharingRoutes } from './sharing.routes.ts';
import { uploadRoutes } from './uploads.routes.ts';
import { videoRoutes } from './videos.routes.ts';

/** One handler for every operation of the spec: leave one out and this does not compile. */
export const handlersOf = (services: Services, publicUrl: string) =>
  ({
    ...healthRoutes(services.health),
    ...sessionRoutes(services.sessions),
    ...keyRoutes(services.keys),
    ...peopleRoutes(services.people),
    ...erasureRoutes(services.erasures, services.takeouts),
    ...consentRoutes(services.consents),
    ...auditRoutes(services.auditLog),
    ...tieRoutes(services.ties),
    ...uploadRoutes(services.uploads),
    ...openUploadRoutes(services.openUploads),
    ...videoRoutes(services.videos, services.reprocessing, services.annotations),
    ...playbackRoutes(services.playback, publicUrl),
    ...annotationRoutes(services.annotations),
    ...sharingRoutes(services.sharing),
    ...linkRoutes(services.links, services.linkOpening),
  }) satisfies Handlers;
