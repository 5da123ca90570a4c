import { randomUUID } from 'node:crypto';
import type { components } from '../../domain/generated/openapi.ts';
import { swingTruth, type JointName, type PicturePosition, type SwingOptions } from '../../examples/sample-clips/index.ts';

type Video = components['schemas']['Video'];
type Document = components['schemas']['AnnotationDocument'];
type Shape = Document['shapes'][number];

const YELLOW = { color: '#ffe100', width: 0.005 };
const BLUE = { color: '#3ecbff', width: 0.005 };
const WHITE = { color: '#ffffff', width: 0.005 };

/** What a coach might draw on a sample swing, at joints that the formulas of the swing tell. */
export function sampleDrawings(video: Video, options: Partial<SwingOptions>): readonly Document[] {
  const truth = swingTruth(options);
  const at = (event: 'top' | 'impact') => {
    const { frame } = truth.event(event);
    const { joints, clubHead } = truth.poseAt(frame);
    return { frame, clubHead, joint: (name: JointName): PicturePosition => joints[name] };
  };
  const [top, impact] = [at('top'), at('impact')];
  const id = (): string => randomUUID();
  return [
    documentOf(video, top.frame, [
      {
        id: id(),
        type: 'line',
        style: YELLOW,
        from: xy(top.joint('pelvis')),
        to: xy(beyond(top.joint('pelvis'), top.joint('neck'), 1.35)),
      },
      {
        id: id(),
        type: 'angle',
        style: BLUE,
        vertex: xy(top.joint('leadHand')),
        from: xy(top.joint('leadShoulder')),
        to: xy(top.clubHead),
      },
    ]),
    documentOf(video, impact.frame, [
      { id: id(), type: 'circle', style: WHITE, center: xy(impact.joint('head')), radius: 0.065 },
      { id: id(), type: 'text', style: WHITE, at: xy(beside(impact.joint('head'), 0.07)), text: 'Hodet i ro', size: 0.045 },
    ]),
  ];
}

const xy = ({ x, y }: PicturePosition) => ({ x, y });
const beyond = (from: PicturePosition, to: PicturePosition, share: number): PicturePosition => ({
  x: from.x + (to.x - from.x) * share,
  y: from.y + (to.y - from.y) * share,
});
const beside = ({ x, y }: PicturePosition, by: number): PicturePosition => ({ x: x + by, y: y - 0.03 });

function documentOf({ width, height, fps, processingVersion }: Video, frame: number, shapes: Shape[]): Document {
  if (width === null || height === null || fps === null) throw new Error('the sample is not ready');
  return {
    ...{ schemaVersion: 1, coordinateSpace: 'normalized_0_1', reference: { width, height, fps, processingVersion } },
    ...{ frame, frameCount: 1, visibility: { profile: 'hold' }, shapes },
  };
}
