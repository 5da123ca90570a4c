import { innerAngle } from '../geometry/angle.ts';
import type { Box } from '../geometry/fit.ts';
import { segmentMeets } from '../geometry/segment.ts';
import { difference, direction, lengthOf, scaled, shifted, type Point, type Size } from '../geometry/point.ts';
import type { AngleShape } from './document.ts';
import { haloOf, outlined, rounded, TYPEFACE, type PictureNode } from './picture-node.ts';

/** Arms, arc and read-out. While an arm has no length there is nothing to measure: no arc, no number. */
export function angleNodes(shape: AngleShape, size: Size): readonly PictureNode[] {
  const vertex = scaled(shape.vertex, size);
  const ends = [scaled(shape.from, size), scaled(shape.to, size)] as const;
  const degrees = innerAngle(shape.vertex, shape.from, shape.to, size);
  const width = shape.style.width * size.height;
  const arms: PictureNode = { tag: 'path', attributes: { d: `M${at(ends[0])}L${at(vertex)}L${at(ends[1])}` } };
  const forms = degrees === null ? [arms] : [arms, arcOf(vertex, ends, size)];
  const strokes = outlined(forms, { color: shape.style.color, width, picture: size });
  return degrees === null
    ? strokes
    : [...strokes, ...readOut(`${String(Math.round(degrees))}°`, { vertex, ends, width, color: shape.style.color }, size)];
}

type Ends = readonly [Point, Point];

const at = ({ x, y }: Point): string => `${String(rounded(x))} ${String(rounded(y))}`;

function arcOf(vertex: Point, ends: Ends, size: Size): PictureNode {
  const [a, b] = [difference(ends[0], vertex), difference(ends[1], vertex)];
  const radius = Math.min(0.06 * size.height, 0.6 * Math.min(lengthOf(a), lengthOf(b)));
  // SVG's sweep 1 turns towards growing angles, which on a page with y downwards is clockwise.
  const sweep = a.x * b.y - a.y * b.x >= 0 ? 1 : 0;
  const start = at(shifted(vertex, direction(a), radius));
  const end = at(shifted(vertex, direction(b), radius));
  const r = String(rounded(radius));
  return { tag: 'path', attributes: { d: `M${start}A${r} ${r} 0 0 ${String(sweep)} ${end}` } };
}

interface Corner {
  readonly vertex: Point;
  readonly ends: Ends;
  /** Of the strokes, in pixels. */
  readonly width: number;
  readonly color: string;
}

/** Height of the read-out's digits as a fraction of the picture's height; the pill's measures are in digit heights. */
const DIGITS = 0.032;
const PILL = { height: 1.5, padding: 0.55, digitWidth: 0.64, gap: 0.35 } as const;

function readOut(text: string, corner: Corner, size: Size): readonly PictureNode[] {
  const letters = DIGITS * size.height;
  const pill = { width: (text.length * PILL.digitWidth + 2 * PILL.padding) * letters, height: PILL.height * letters };
  const box = pillBox(corner, pill, size);
  const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  return [
    {
      tag: 'rect',
      attributes: {
        x: rounded(box.left),
        y: rounded(box.top),
        width: rounded(box.width),
        height: rounded(box.height),
        rx: rounded(box.height / 2),
        fill: '#0b0e12',
        'fill-opacity': 0.82,
        stroke: corner.color,
        'stroke-width': rounded(haloOf(size)),
      },
    },
    {
      tag: 'text',
      attributes: {
        ...TYPEFACE,
        x: rounded(middle.x),
        // Digits are about 0.72 of the letter height: half of that below the middle centres them.
        y: rounded(middle.y + 0.36 * letters),
        'font-size': rounded(letters),
        'text-anchor': 'middle',
        fill: '#ffffff',
      },
      text,
    },
  ];
}

/** Turns away from the side that faces the opening, nearest first; 180 is into the opening itself. */
const TURNS = [0, 30, -30, 60, -60, 90, -90, 120, -120, 150, -150, 180].map((degrees) => (degrees * Math.PI) / 180);

/**
 * Where the read-out lies: beside the vertex, inside the picture, over neither arm. Behind the vertex, opposite the opening, is
 * always free of the arms; the other places are for a vertex at the picture's edge.
 */
export function pillBox({ vertex, ends, width }: Corner, pill: Size, size: Size): Box {
  const gap = width / 2 + PILL.gap * (pill.height / PILL.height);
  const away = opposite(vertex, ends);
  const places = [1, 2.2].flatMap((farther) =>
    TURNS.map((turn) => placed(vertex, turned(away, turn), pill, gap * farther + (farther - 1) * pill.height)),
  );
  const isFree = (box: Box): boolean => ends.every((end) => !segmentMeets(vertex, end, grown(box, gap / 2)));
  const fallback = placed(vertex, away, pill, gap);
  return places.find((box) => isInside(box, size) && isFree(box)) ?? fallback;
}

/** The direction away from the opening between the arms; across them when they form a straight line. */
function opposite(vertex: Point, ends: Ends): Point {
  const [a, b] = [direction(difference(ends[0], vertex)), direction(difference(ends[1], vertex))];
  const sum = { x: -a.x - b.x, y: -a.y - b.y };
  return lengthOf(sum) < 1e-6 ? { x: a.y, y: -a.x } : direction(sum);
}

const turned = ({ x, y }: Point, radians: number): Point => ({
  x: x * Math.cos(radians) - y * Math.sin(radians),
  y: x * Math.sin(radians) + y * Math.cos(radians),
});

/** A box that lies wholly beyond the line through the vertex across this direction, with a gap. */
function placed(vertex: Point, towards: Point, pill: Size, gap: number): Box {
  const reach = (Math.abs(towards.x) * pill.width + Math.abs(towards.y) * pill.height) / 2;
  const middle = shifted(vertex, towards, reach + gap);
  return { left: middle.x - pill.width / 2, top: middle.y - pill.height / 2, ...pill };
}

const grown = ({ left, top, width, height }: Box, by: number): Box => ({
  left: left - by,
  top: top - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

const isInside = ({ left, top, width, height }: Box, size: Size): boolean =>
  left >= 0 && top >= 0 && left + width <= size.width && top + height <= size.height;
