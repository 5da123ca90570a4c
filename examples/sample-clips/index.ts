/** Sample swings drawn from formulas, so that every event, angle and timestamp in them is known. */
export type { FrameRate, Rotation, SampleSwingName, SwingOptions, View } from './options.ts';
export { DEFAULT_OPTIONS, SAMPLE_SWINGS } from './options.ts';
export type { Look, Rgb } from './look.ts';
export { CLUB_HEAD_COLOUR, looks, MARKER_COLOUR } from './look.ts';
export type { EventName } from './swing-model.ts';
export { EVENT_NAMES } from './swing-model.ts';
export type { JointName } from './skeleton.ts';
export { JOINT_NAMES } from './skeleton.ts';
export type { BodyAngles, FramePose, PictureAngles, PicturePosition, SwingEvent, SwingTruth } from './truth.ts';
export { swingTruth } from './truth.ts';
export type { RenderControls } from './encode.ts';
export { renderSwing } from './encode.ts';
export { writeContactSheet } from './contact-sheet.ts';
export { decodeFrameCounter, decodeFrameCounterFrom, encodeFrameCounter } from './frame-counter.ts';
