import { randomUUID } from 'node:crypto';
import type { components } from '../../../domain/generated/openapi.ts';

type Document = components['schemas']['AnnotationDocument'];

/** A line on one frame of a 640 × 360 clip at 30 fps. */
export const lineOn = (frame: number, more: Partial<Document> = {}): Document => ({
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: 640, height: 360, fps: { num: 30, den: 1 }, processingVersion: 1 },
  frame,
  frameCount: 1,
  visibility: { profile: 'hold' },
  shapes: [
    { id: randomUUID(), type: 'line', style: { color: '#ffcc00', width: 0.005 }, from: { x: 0.1, y: 0.2 }, to: { x: 0.5, y: 0.75 } },
  ],
  ...more,
});
