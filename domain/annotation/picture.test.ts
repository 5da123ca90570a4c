import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { segmentMeets } from '../geometry/segment.ts';
import { arbitraryDocument, arbitraryPoint } from './arbitrary.test-kit.ts';
import type { KnownShape, Shape } from './document.ts';
import type { PictureNode } from './picture-node.ts';
import { pillBox } from './picture-angle.ts';
import { picture, unknownShapes } from './picture.ts';
import { toSvg } from './serialize.ts';

// Round numbers to count with: a stroke of 0.5 % is 5 px, its dark edge 1.4 px on each side, so 7.8 px in all.
const SIZE = { width: 2000, height: 1000 };
const style = { color: '#ffe100', width: 0.005 };
const EDGE = { stroke: '#000000', 'stroke-opacity': 0.6, 'stroke-width': 7.8 };
const INK = { stroke: '#ffe100', 'stroke-width': 5 };

const drawn = (shape: Shape, size = SIZE): readonly PictureNode[] => picture({ shapes: [shape] }, size)[0]?.children ?? [];
const at = (x: number, y: number): { x: number; y: number } => ({ x: x / SIZE.width, y: y / SIZE.height });

describe('the picture of a shape', () => {
  it('is a group of its own, named after the shape', () => {
    const [group] = picture({ shapes: [{ id: 'a', type: 'line', style, from: at(0, 0), to: at(10, 10) }] }, SIZE);
    assert.equal(group?.tag, 'g');
    assert.deepEqual(group.attributes, { 'data-shape': 'a', fill: 'none', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' });
  });

  it('is a line in its colour on a dark hairline', () => {
    const ends = { x1: 500, y1: 250, x2: 1500, y2: 750 };
    assert.deepEqual(drawn({ id: 'a', type: 'line', style, from: { x: 0.25, y: 0.25 }, to: { x: 0.75, y: 0.75 } }), [
      { tag: 'line', attributes: { ...ends, ...EDGE } },
      { tag: 'line', attributes: { ...ends, ...INK } },
    ]);
  });

  it('is a round circle: the radius counts in heights, not in widths', () => {
    const ring = { cx: 1000, cy: 500, r: 100 };
    assert.deepEqual(drawn({ id: 'a', type: 'circle', style, center: { x: 0.5, y: 0.5 }, radius: 0.1 }), [
      { tag: 'circle', attributes: { ...ring, ...EDGE } },
      { tag: 'circle', attributes: { ...ring, ...INK } },
    ]);
  });

  it('is an arrow whose point is exactly where it points, with a head of six stroke widths', () => {
    // From left to right: the head's base is 30 px before the point, its half width 2.4 × 5 = 12 px.
    const nodes = drawn({ id: 'a', type: 'arrow', style, from: at(500, 500), to: at(700, 500) });
    assert.deepEqual(
      nodes.map(({ tag }) => tag),
      ['line', 'polygon', 'line', 'polygon'],
    );
    assert.deepEqual(nodes[2]?.attributes, { x1: 500, y1: 500, x2: 670, y2: 500, ...INK });
    assert.deepEqual(nodes[3]?.attributes, { points: '700,500 670,512 670,488', fill: '#ffe100' });
  });

  it('is a smaller head on an arrow too short for one, and a dot without any length', () => {
    const [, , , head] = drawn({ id: 'a', type: 'arrow', style, from: at(500, 500), to: at(500, 515) });
    // 15 px long: half of six widths, so half of 12 px to each side.
    assert.equal(head?.attributes['points'], '500,515 494,500 506,500');
    const dot = drawn({ id: 'a', type: 'arrow', style, from: at(500, 500), to: at(500, 500) });
    assert.deepEqual(dot[1]?.attributes, { x1: 500, y1: 500, x2: 500, y2: 500, ...INK });
  });

  it('is a freehand curve through the middles between its points', () => {
    const path = (points: [number, number][]): unknown =>
      drawn({ id: 'a', type: 'freehand', style, points: points.map(([x, y]) => at(x, y)) })[1]?.attributes['d'];
    assert.equal(
      path([
        [0, 0],
        [100, 0],
        [100, 100],
        [200, 100],
      ]),
      'M0 0Q100 0 100 50Q100 100 150 100L200 100',
    );
    assert.equal(
      path([
        [10, 10],
        [30, 50],
      ]),
      'M10 10L30 50',
    );
    assert.equal(path([[10, 10]]), 'M10 10L10 10');
  });

  it('is text line by line, letters standing 0.85 of their height below the top', () => {
    const nodes = drawn({ id: 'a', type: 'text', style, at: at(200, 100), text: 'hips\r\nfirst', size: 0.04 });
    const place = (y: number): Record<string, unknown> => ({
      'font-family': "'Inter Variable', Inter, system-ui, sans-serif",
      'font-weight': 600,
      'xml:space': 'preserve',
      x: 200,
      y,
      'font-size': 40,
    });
    // 100 + 0.85 × 40 = 134, the next line 1.2 × 40 = 48 lower; the edge is a twentieth of the letters, 2 px on each side.
    const edge = { ...EDGE, 'stroke-width': 4 };
    assert.deepEqual(nodes, [
      { tag: 'text', attributes: { ...place(134), ...edge }, text: 'hips' },
      { tag: 'text', attributes: { ...place(182), ...edge }, text: 'first' },
      { tag: 'text', attributes: { ...place(134), fill: '#ffe100' }, text: 'hips' },
      { tag: 'text', attributes: { ...place(182), fill: '#ffe100' }, text: 'first' },
    ]);
  });
});

describe('the picture of an angle', () => {
  const angle = (vertex: { x: number; y: number }, from: { x: number; y: number }, to: { x: number; y: number }): KnownShape => ({
    id: 'a',
    type: 'angle',
    style,
    vertex,
    from,
    to,
  });

  it('has two arms and an arc of 6 % of the height between them, on the inner side', () => {
    const nodes = drawn(angle(at(1000, 500), at(1300, 500), at(1000, 200)));
    assert.equal(nodes[2]?.attributes['d'], 'M1300 500L1000 500L1000 200');
    // From pointing right to pointing up: the short way is against the clock, sweep 0.
    assert.equal(nodes[3]?.attributes['d'], 'M1060 500A60 60 0 0 0 1000 440');
    const mirrored = drawn(angle(at(1000, 500), at(1000, 200), at(1300, 500)));
    assert.equal(mirrored[3]?.attributes['d'], 'M1000 440A60 60 0 0 1 1060 500');
  });

  it('has a smaller arc within short arms', () => {
    const nodes = drawn(angle(at(1000, 500), at(1050, 500), at(1000, 200)));
    // 0.6 of the shorter arm's 50 px
    assert.equal(nodes[3]?.attributes['d'], 'M1030 500A30 30 0 0 0 1000 470');
  });

  it('says the whole degrees in a pill behind the vertex', () => {
    const nodes = drawn(angle(at(1000, 500), at(1300, 500), at(1000, 200)));
    const [pill, number] = nodes.slice(-2);
    assert.equal(number?.text, '90°');
    // Digits of 32 px: 3 × 0.64 + 1.1 of them wide (96.64), 1.5 high (48); the gap is half a stroke and 0.35 (13.7). Behind the vertex is
    // down to the left, so the middle lies √½ × (√½ × (96.64 + 48) / 2 + 13.7) = 36.16 + 9.69 = 45.85 from it in both directions.
    assert.deepEqual([pill?.tag, pill?.attributes['width'], pill?.attributes['height']], ['rect', 96.64, 48]);
    assert.ok(Math.abs(Number(pill?.attributes['x']) - (1000 - 45.85 - 48.32)) < 0.02);
    assert.ok(Math.abs(Number(pill?.attributes['y']) - (500 + 45.85 - 24)) < 0.02);
  });

  it('measures nothing while an arm has no length', () => {
    const nodes = drawn(angle(at(1000, 500), at(1000, 500), at(1000, 200)));
    assert.deepEqual(
      nodes.map(({ tag }) => tag),
      ['path', 'path'],
    );
  });

  it('never puts the read-out over an arm, and keeps it in the picture for a vertex away from the edge', () => {
    const pill = { width: 78, height: 42 };
    const inner = fc.record({ x: fc.double({ min: 300, max: 1700, noNaN: true }), y: fc.double({ min: 250, max: 750, noNaN: true }) });
    const anywhere = fc.record({ x: fc.double({ min: 0, max: 2000, noNaN: true }), y: fc.double({ min: 0, max: 1000, noNaN: true }) });
    fc.assert(
      fc.property(inner, anywhere, anywhere, (vertex, from, to) => {
        const box = pillBox({ vertex, ends: [from, to], width: 5, color: '#ffe100' }, pill, SIZE);
        assert.ok(!segmentMeets(vertex, from, box) && !segmentMeets(vertex, to, box));
        assert.ok(box.left >= 0 && box.top >= 0 && box.left + box.width <= SIZE.width && box.top + box.height <= SIZE.height);
      }),
      { numRuns: 500 },
    );
  });

  it('finds room beside a vertex in a corner of the picture', () => {
    const pill = { width: 78, height: 42 };
    const ends = [
      { x: 600, y: 8 },
      { x: 8, y: 600 },
    ] as const;
    const box = pillBox({ vertex: { x: 8, y: 8 }, ends, width: 5, color: '#ffe100' }, pill, SIZE);
    assert.ok(box.left >= 0 && box.top >= 0);
    assert.ok(ends.every((end) => !segmentMeets({ x: 8, y: 8 }, end, box)));
  });
});

describe('the picture of a document', () => {
  it('draws in order, leaves out what it does not know, and says so', () => {
    const shapes: Shape[] = [
      { id: 'a', type: 'circle', style, center: at(5, 5), radius: 0.1 },
      { id: 'b', type: 'spotlight' },
      { id: 'c', type: 'spotlight' },
      { id: 'd', type: 'line', style, from: at(0, 0), to: at(1, 1) },
    ];
    assert.deepEqual(
      picture({ shapes }, SIZE).map(({ attributes }) => attributes['data-shape']),
      ['a', 'd'],
    );
    assert.deepEqual(unknownShapes({ shapes }), ['spotlight']);
  });

  it('writes hundredths of a pixel and nothing that is not a number', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const svg = toSvg(picture(document, SIZE), SIZE).replace(/>[^<]*<\/text>/g, '>');
        assert.ok(!/NaN|Infinity|undefined|\de[-+]?\d|-0[^.\d]/.test(svg.replace(/"[0-9a-f-]{36}"|#[0-9a-f]{6}/g, '')), svg);
      }),
    );
  });

  it('looks the same in every size: half the size is half of every number', () => {
    const halves = (node: PictureNode): unknown => node.attributes['x1'];
    fc.assert(
      fc.property(arbitraryPoint, arbitraryPoint, (from, to) => {
        const shape: Shape = { id: 'a', type: 'line', style, from, to };
        const [large] = drawn(shape).map(halves);
        const [small] = drawn(shape, { width: 1000, height: 500 }).map(halves);
        assert.ok(Math.abs(Number(large) / 2 - Number(small)) <= 0.0101);
      }),
    );
  });
});

describe('SVG', () => {
  it('is a document of the picture’s size', () => {
    assert.equal(toSvg([], SIZE), '<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="1000" viewBox="0 0 2000 1000"></svg>');
  });

  it('nests groups and closes what is empty', () => {
    const nodes: PictureNode[] = [{ tag: 'g', attributes: { opacity: 0.5 }, children: [{ tag: 'line', attributes: { x1: 1 } }] }];
    assert.equal(
      toSvg(nodes, { width: 1, height: 1 }),
      '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" viewBox="0 0 1 1"><g opacity="0.5"><line x1="1"/></g></svg>',
    );
  });

  it('keeps people’s words words', () => {
    const svg = toSvg([{ tag: 'text', attributes: { x: 1 }, text: `<svg onload="a()">&'` }], { width: 1, height: 1 });
    assert.ok(svg.includes('<text x="1">&lt;svg onload=&quot;a()&quot;&gt;&amp;&apos;</text>'), svg);
  });

  it('keeps an attribute in its quotes', () => {
    const svg = toSvg([{ tag: 'line', attributes: { stroke: '"/><script>' } }], { width: 1, height: 1 });
    assert.ok(svg.includes('<line stroke="&quot;/&gt;&lt;script&gt;"/>'), svg);
  });

  it('replaces what XML cannot hold, so that one letter does not cost the whole picture', () => {
    const lone = String.fromCharCode(0xd83c);
    const svg = toSvg([{ tag: 'text', attributes: {}, text: `a\u0000b\u000bc${lone}d\ufffee🏌\n` }], { width: 1, height: 1 });
    assert.ok(svg.includes('>a\ufffdb\ufffdc\ufffdd\ufffde🏌\n<'), JSON.stringify(svg));
  });

  it('has no markup but its own, whatever people wrote', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }), (text) => {
        const svg = toSvg(picture({ shapes: [{ id: 'a', type: 'text', style, at: at(0, 0), text, size: 0.04 }] }, SIZE), SIZE);
        assert.deepEqual(
          [...new Set(svg.match(/<[^\s>]*/g))].sort(),
          ['</g', '</svg', '</text', '<g', '<svg', '<text'].filter((tag) => tag !== '</text' || svg.includes('</text')),
        );
      }),
    );
  });
});
