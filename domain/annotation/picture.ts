import { difference, direction, lengthOf, midpoint, scaled, shifted, type Point, type Size } from '../geometry/point.ts';
import { isKnownShape, type AnnotationDocument, type ArrowShape, type FreehandShape, type KnownShape, type TextShape } from './document.ts';
import { angleNodes } from './picture-angle.ts';
import { haloOf, outlined, rounded, TYPEFACE, type PictureNode } from './picture-node.ts';

/**
 * The one look of a drawing: SVG nodes in pixels of a picture of this size, bottom first. The page draws them, the editor draws
 * them while a hand moves them, and an export burns them in. Every stroke lies on a dark hairline, so that yellow holds on white.
 * A shape of a later version draws nothing.
 */
export const picture = (document: Pick<AnnotationDocument, 'shapes'>, size: Size): readonly PictureNode[] =>
  document.shapes.filter(isKnownShape).map((shape) => shapeNode(shape, size));

/** The kinds of shape in a document that this version cannot draw, so that the missing is told and not hidden. */
export const unknownShapes = (document: Pick<AnnotationDocument, 'shapes'>): readonly string[] => [
  ...new Set(document.shapes.filter((shape) => !isKnownShape(shape)).map(({ type }) => type)),
];

/** One shape as a group. */
export const shapeNode = (shape: KnownShape, size: Size): PictureNode => ({
  tag: 'g',
  attributes: { 'data-shape': shape.id, fill: 'none', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' },
  children: nodesOf(shape, size),
});

function nodesOf(shape: KnownShape, size: Size): readonly PictureNode[] {
  const stroke = { color: shape.style.color, width: shape.style.width * size.height, picture: size };
  switch (shape.type) {
    case 'line':
      return outlined([lineOf(scaled(shape.from, size), scaled(shape.to, size))], stroke);
    case 'arrow':
      return arrowNodes(shape, size);
    case 'circle': {
      const center = scaled(shape.center, size);
      return outlined(
        [{ tag: 'circle', attributes: { cx: rounded(center.x), cy: rounded(center.y), r: rounded(shape.radius * size.height) } }],
        stroke,
      );
    }
    case 'angle':
      return angleNodes(shape, size);
    case 'text':
      return textNodes(shape, size);
    case 'freehand':
      return outlined([pathOf(shape, size)], stroke);
  }
}

const lineOf = (from: Point, to: Point): PictureNode => ({
  tag: 'line',
  attributes: { x1: rounded(from.x), y1: rounded(from.y), x2: rounded(to.x), y2: rounded(to.y) },
});

/** The head in stroke widths. */
const HEAD = { length: 6, halfWidth: 2.4 } as const;

function arrowNodes({ from, to, style }: ArrowShape, size: Size): readonly PictureNode[] {
  const tip = scaled(to, size);
  const tail = scaled(from, size);
  const shaft = difference(tip, tail);
  const width = style.width * size.height;
  const length = Math.min(HEAD.length * width, lengthOf(shaft));
  const ink = { color: style.color, picture: size };
  if (length === 0) return outlined([lineOf(tail, tip)], { ...ink, width });

  const along = direction(shaft);
  const base = shifted(tip, along, -length);
  const across = { x: -along.y, y: along.x };
  const half = (length / HEAD.length) * HEAD.halfWidth;
  const head = [tip, shifted(base, across, half), shifted(base, across, -half)].map(
    (p) => `${String(rounded(p.x))},${String(rounded(p.y))}`,
  );
  // The shaft ends at the head's base, and the head is filled, not stroked: either would carry the point beyond where it points.
  const shaftNodes = outlined([lineOf(tail, base)], { ...ink, width });
  const headNodes = outlined([{ tag: 'polygon', attributes: { points: head.join(' ') } }], { ...ink, width: 0 });
  return [0, 1].flatMap((pass) => [shaftNodes, headNodes].flatMap((nodes) => nodes[pass] ?? []));
}

/** A curve through the middles of neighbouring points, with the points as its controls: no corner of the hand's sampling shows. */
function pathOf({ points }: FreehandShape, size: Size): PictureNode {
  const drawn = points.map((point) => scaled(point, size));
  const at = ({ x, y }: Point): string => `${String(rounded(x))} ${String(rounded(y))}`;
  const first = drawn[0] ?? { x: 0, y: 0 };
  const last = drawn.at(-1) ?? first;
  const curves = drawn.slice(1, -1).map((point, index) => `Q${at(point)} ${at(midpoint(point, drawn[index + 2] ?? point))}`);
  return { tag: 'path', attributes: { d: [`M${at(first)}`, ...curves, `L${at(last)}`].join('') } };
}

/** Lines of a text lie this many letter heights apart. */
const LEADING = 1.2;
/** Where letters stand, in letter heights below the top of the line. */
const BASELINE = 0.85;

function textNodes({ at, text, size: letters, style }: TextShape, size: Size): readonly PictureNode[] {
  const { x, y } = scaled(at, size);
  const height = letters * size.height;
  const lines = text.split(/\r\n|\r|\n/).map((line, index): PictureNode => ({
    tag: 'text',
    attributes: {
      ...TYPEFACE,
      'xml:space': 'preserve',
      x: rounded(x),
      y: rounded(y + (BASELINE + index * LEADING) * height),
      'font-size': rounded(height),
    },
    text: line,
  }));
  // Letters are mostly gaps: in proportion to their size, or white ones drown on a white sky.
  return outlined(lines, { color: style.color, width: 0, picture: size, halo: Math.max(haloOf(size), 0.05 * height) });
}
