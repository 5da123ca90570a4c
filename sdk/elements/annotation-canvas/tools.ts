import type { KnownShapeType } from '../../../domain/annotation/document.ts';
import type { MessageKey } from '../../locales/locale.ts';

/** In the order of the toolbar; the number key of a tool is its place, counted from 1. */
export const TOOLS = ['select', 'line', 'arrow', 'circle', 'angle', 'text', 'freehand'] as const satisfies readonly (
  'select' | KnownShapeType
)[];
export type Tool = (typeof TOOLS)[number];
export type DrawingTool = Exclude<Tool, 'select'>;

/** Six hues that stay apart from grass, sky, skin and mats, and from each other for most eyes. */
export const COLOURS = [
  { color: '#ffe100', name: 'canvas.yellow' },
  { color: '#ff4d40', name: 'canvas.red' },
  { color: '#ff6ad5', name: 'canvas.pink' },
  { color: '#3ecbff', name: 'canvas.blue' },
  { color: '#9dff3c', name: 'canvas.green' },
  { color: '#ffffff', name: 'canvas.white' },
] as const satisfies readonly { color: string; name: MessageKey }[];

/** Stroke widths as fractions of the picture's height. */
export const WIDTHS = [
  { width: 0.003, name: 'canvas.thin' },
  { width: 0.005, name: 'canvas.medium' },
  { width: 0.009, name: 'canvas.thick' },
] as const satisfies readonly { width: number; name: MessageKey }[];

/** Height of letters as a fraction of the picture's height: a text is read from farther away than a line is thin. */
export const TEXT_SIZE = 0.045;
