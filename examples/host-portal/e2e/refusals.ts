import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Spec {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>>;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const SPEC = new URL('../../../openapi.yaml', import.meta.url);

/** What stands in the addresses of one video. */
export interface Places {
  readonly videoId: string;
  readonly annotationId: string;
  readonly leaseId: string;
  readonly uploadId: string;
}

const drawing = () => ({
  ...{ schemaVersion: 1, coordinateSpace: 'normalized_0_1', frame: 0, frameCount: 1, visibility: { profile: 'hold' } },
  reference: { width: 640, height: 360, fps: { num: 60, den: 1 }, processingVersion: 1 },
  shapes: [{ id: randomUUID(), type: 'line', style: { color: '#ffffff', width: 0.005 }, from: { x: 0, y: 0 }, to: { x: 1, y: 1 } }],
});

function bodyOf(operationId: string, { videoId, uploadId }: Places): unknown {
  const bodies: Readonly<Record<string, unknown>> = {
    updateVideo: { title: 'Mine now' },
    createAnnotation: { id: randomUUID(), document: drawing() },
    updateAnnotation: { version: 1, document: drawing() },
    signUploadParts: { videoId, uploadId },
    abortUpload: { videoId, uploadId },
    setVideoSubjects: { playerIds: [] },
    createShare: { recipientIds: [randomUUID()] },
    createViewLink: {},
    completeUpload: { videoId, uploadId, parts: [{ partNumber: 1, etag: 'x' }] },
  };
  return bodies[operationId];
}

/** Every operation of the contract that concerns one video and asks for a session, as a request about this one. */
export function requestsAbout(places: Places): readonly { operation: string; method: string; path: string; body: unknown }[] {
  const { paths } = parse(readFileSync(SPEC, 'utf8')) as Spec;
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]?.operationId;
      const isUpload = /\/media\/upload\/(parts|complete|abort)$/.test(path);
      const concernsVideo = path.includes('{videoId}') || path.endsWith('{leaseId}/renew') || isUpload;
      if (operation === undefined || !concernsVideo) return [];
      const filled = path
        .replace('{videoId}', places.videoId)
        .replace('{annotationId}', places.annotationId)
        .replace('{leaseId}', places.leaseId)
        .replace(/\{(?:shareId|linkId)\}/, randomUUID());
      const query = operation === 'deleteAnnotation' ? '?version=1' : '';
      return [{ operation, method: method.toUpperCase(), path: `${filled}${query}`, body: bodyOf(operation, places) }];
    }),
  );
}
