import type { Size } from '../geometry/point.ts';

/** One SVG element, free of any document: numbers are pixels of the picture. */
export interface PictureNode {
  readonly tag: 'g' | 'line' | 'path' | 'circle' | 'rect' | 'polygon' | 'text';
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children?: readonly PictureNode[];
  /** The letters of a `text`: written by people, never markup. */
  readonly text?: string;
}

/** Hundredths of a pixel: finer than an eye, and the same text on every machine. */
export const rounded = (pixels: number): number => {
  const hundredths = Math.round(pixels * 100) / 100;
  return hundredths === 0 ? 0 : hundredths;
};

export const TYPEFACE = { 'font-family': "'Inter Variable', Inter, system-ui, sans-serif", 'font-weight': 600 } as const;

/** The dark edge of everything drawn. */
const HALO = { color: '#000000', opacity: 0.6 } as const;

/** How far the dark edge reaches beyond the stroke, in pixels of the picture: at least visible, never a border. */
export const haloOf = (picture: Size): number => picture.height * 0.0014;

export interface Stroke {
  readonly color: string;
  /** Pixels; 0 is a fill, as letters are. */
  readonly width: number;
  readonly picture: Size;
  /** How far the dark edge reaches, in pixels; the usual hairline unless told. */
  readonly halo?: number;
}

/** The forms twice: all dark edges first, so that no edge lies across a neighbour's colour, then all colours. */
export function outlined(forms: readonly PictureNode[], { color, width, picture, halo = haloOf(picture) }: Stroke): readonly PictureNode[] {
  const edge = width + 2 * halo;
  return [
    ...forms.map((form) => painted(form, { stroke: HALO.color, 'stroke-opacity': HALO.opacity, 'stroke-width': rounded(edge) })),
    ...forms.map((form) => painted(form, width === 0 ? { fill: color } : { stroke: color, 'stroke-width': rounded(width) })),
  ];
}

const painted = (form: PictureNode, paint: PictureNode['attributes']): PictureNode => ({
  ...form,
  attributes: { ...form.attributes, ...paint },
});
