import { sendKeys, sendMouse, setViewport } from '@web/test-runner-commands';
import { html } from 'lit';
import type { LineShape, Shape } from '../../../domain/annotation/document.ts';
import { FakeAnnotationServer, VIDEO_ID } from '../../client/annotation-server.test-kit.ts';
import { annotationsOf, type AnnotationStore } from '../../client/annotation-store.ts';
import { assert, assertAccessible, fixture, inside, nextEvent, until } from '../../test/kit.ts';
import '../annotation-layer/define.ts';
import { documentOf, FakeClock, type TestStage } from '../annotation-layer/stage.test-kit.ts';
import type { AnnotationCanvas } from './annotation-canvas.ts';
import './define.ts';

interface SetUp {
  readonly canvas: AnnotationCanvas;
  readonly clock: FakeClock;
  readonly server: FakeAnnotationServer;
  readonly store: AnnotationStore;
  readonly stage: TestStage;
}

const style = { color: '#ffe100', width: 0.005 };
const line: LineShape = { id: 'a', type: 'line', style, from: { x: 0.25, y: 0.5 }, to: { x: 0.75, y: 0.5 } };

const setUp = async (...shapes: Shape[]): Promise<SetUp> => {
  const clock = new FakeClock();
  const server = new FakeAnnotationServer();
  if (shapes.length > 0) server.put('one', documentOf(...shapes));
  const stage = await fixture<TestStage>(
    html`<test-stage lang="en" tabindex="-1" .clock=${clock} .client=${server.client}>
      <annotation-layer></annotation-layer><annotation-canvas></annotation-canvas>
    </test-stage>`,
  );
  const canvas = stage.querySelector('annotation-canvas');
  assert.ok(canvas);
  const store = annotationsOf(server.client, VIDEO_ID);
  await store.load();
  await canvas.updateComplete;
  return { canvas, clock, server, store, stage };
};

const use = async (canvas: AnnotationCanvas, tool: NonNullable<AnnotationCanvas['tool']>): Promise<void> => {
  canvas.tool = tool;
  await canvas.updateComplete;
};

/** Whole pixels of the page for a fraction of the 640 × 360 picture. */
const onPage = (canvas: Element, x: number, y: number): [number, number] => {
  const { left, top } = canvas.getBoundingClientRect();
  assert.ok(Number.isInteger(left) && Number.isInteger(top), 'the picture lies on whole pixels');
  return [left + x * 640, top + y * 360];
};

const moveTo = (canvas: Element, x: number, y: number): Promise<void> => sendMouse({ type: 'move', position: onPage(canvas, x, y) });
const click = (canvas: Element, x: number, y: number): Promise<void> => sendMouse({ type: 'click', position: onPage(canvas, x, y) });

const drag = async (canvas: Element, ...path: [x: number, y: number][]): Promise<void> => {
  const [first, ...rest] = path;
  assert.ok(first);
  await moveTo(canvas, ...first);
  await sendMouse({ type: 'down' });
  for (const point of rest) await moveTo(canvas, ...point);
  await sendMouse({ type: 'up' });
};

const press = async (...keys: string[]): Promise<void> => {
  for (const combination of keys) {
    const held = combination.split('+');
    const key = held.pop() ?? '';
    for (const modifier of held) await sendKeys({ down: modifier });
    await sendKeys({ press: key });
    for (const modifier of held) await sendKeys({ up: modifier });
  }
};

/** The shapes the server has, once nothing is on its way. */
const saved = async ({ server, store }: SetUp): Promise<readonly Shape[]> => {
  await until(() => !store.saving, 'the drawing to be saved');
  return [...server.stored.values()].flatMap(({ document }) => document.shapes);
};

/** Members but the id, which is random. */
const withoutId = ({ id, ...members }: Shape): unknown => (assert.ok(id), members);

const fabricRequests = (): string[] =>
  performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => name.includes('fabric'));

describe('annotation-canvas', () => {
  it('is accessible: at rest, with a tool, with the panel of colours, while writing, in a small window', async () => {
    const { canvas } = await setUp(line);
    await assertAccessible(canvas);
    await use(canvas, 'line');
    await assertAccessible(canvas);
    inside(canvas, '.stroke').click();
    await assertAccessible(canvas);
    inside(canvas, '.stroke').click();
    await use(canvas, 'text');
    await click(canvas, 0.4, 0.4);
    await until(() => canvas.shadowRoot?.querySelector('textarea'), 'the text field');
    await assertAccessible(canvas);
    await setViewport({ width: 390, height: 844 });
    await until(() => inside(canvas, '.tools').matches(':popover-open'), 'the sheet');
    await assertAccessible(canvas);
    await setViewport({ width: 1024, height: 768 });
  });

  it('lets every touch through to the player until a tool is chosen', async () => {
    const { canvas, stage } = await setUp();
    const [x, y] = onPage(canvas, 0.5, 0.5);
    assert.equal(document.elementFromPoint(x, y), stage);
    await use(canvas, 'line');
    assert.equal(document.elementFromPoint(x, y), canvas);
  });

  it('has loaded nothing of fabric, and does not while somebody draws', async () => {
    const all = await setUp();
    await use(all.canvas, 'line');
    await drag(all.canvas, [0.25, 0.25], [0.5, 0.5]);
    assert.equal((await saved(all)).length, 1);
    assert.deepEqual(fabricRequests(), []);
  });
});

describe('drawing with the mouse', () => {
  it('puts a line exactly where the mouse went down and came up', async () => {
    const all = await setUp();
    await use(all.canvas, 'line');
    // 160 of 640 and 90 of 360 are a quarter each; 480 and 288 are three quarters and four fifths.
    await drag(all.canvas, [0.25, 0.25], [0.6, 0.4], [0.75, 0.8]);
    const [shape] = await saved(all);
    assert.ok(shape);
    assert.deepEqual(withoutId(shape), { type: 'line', style, from: { x: 0.25, y: 0.25 }, to: { x: 0.75, y: 0.8 } });
    const [annotation] = all.server.stored.values();
    assert.deepEqual([annotation?.document.frame, annotation?.document.frameCount], [12, 1]);
    assert.deepEqual(annotation?.document.reference, { width: 1600, height: 900, fps: { num: 30, den: 1 }, processingVersion: 3 });
  });

  it('makes the same by clicking point by point', async () => {
    const all = await setUp();
    await use(all.canvas, 'arrow');
    await click(all.canvas, 0.25, 0.25);
    await click(all.canvas, 0.5, 0.75);
    const [shape] = await saved(all);
    assert.ok(shape);
    assert.deepEqual(withoutId(shape), { type: 'arrow', style, from: { x: 0.25, y: 0.25 }, to: { x: 0.5, y: 0.75 } });
  });

  it('measures an angle by three clicks, or by a drag and a click', async () => {
    const angle = { type: 'angle', style, from: { x: 0.25, y: 0.5 }, vertex: { x: 0.5, y: 0.5 }, to: { x: 0.5, y: 0.25 } };
    for (const byDrag of [false, true]) {
      const all = await setUp();
      await use(all.canvas, 'angle');
      if (byDrag) await drag(all.canvas, [0.25, 0.5], [0.5, 0.5]);
      else {
        await click(all.canvas, 0.25, 0.5);
        await click(all.canvas, 0.5, 0.5);
      }
      await moveTo(all.canvas, 0.5, 0.3);
      await click(all.canvas, 0.5, 0.25);
      const [shape] = await saved(all);
      assert.ok(shape);
      assert.deepEqual(withoutId(shape), angle);
      assert.equal(all.canvas.previousElementSibling?.shadowRoot?.querySelector('[data-shape] text')?.textContent, '90°');
    }
  });

  it('draws a circle of 72 pixels, which is a fifth of the height', async () => {
    const all = await setUp();
    await use(all.canvas, 'circle');
    await drag(all.canvas, [0.5, 0.5], [0.5, 0.6], [0.5, 0.7]);
    const [shape] = await saved(all);
    assert.ok(shape);
    assert.deepEqual(withoutId(shape), { type: 'circle', style, center: { x: 0.5, y: 0.5 }, radius: 0.2 });
  });

  it('keeps every point of a freehand line', async () => {
    const all = await setUp();
    await use(all.canvas, 'freehand');
    await drag(all.canvas, [0.25, 0.25], [0.375, 0.5], [0.5, 0.25]);
    const [shape] = await saved(all);
    assert.ok(shape);
    assert.deepEqual(withoutId(shape), {
      type: 'freehand',
      style,
      points: [
        { x: 0.25, y: 0.25 },
        { x: 0.375, y: 0.5 },
        { x: 0.5, y: 0.25 },
      ],
    });
  });

  it('shows the line while it is drawn, as it will look', async () => {
    const { canvas } = await setUp();
    await use(canvas, 'line');
    await moveTo(canvas, 0.25, 0.25);
    await sendMouse({ type: 'down' });
    await moveTo(canvas, 0.75, 0.75);
    const stroke = await until(() => canvas.shadowRoot?.querySelectorAll('.picture [data-shape] line')[1], 'the line');
    await sendMouse({ type: 'up' });
    assert.deepEqual(
      ['x1', 'y1', 'x2', 'y2', 'stroke'].map((name) => stroke.getAttribute(name)),
      ['400', '225', '1200', '675', '#ffe100'],
    );
  });

  it('uses the colour and the width that were chosen', async () => {
    const all = await setUp();
    await use(all.canvas, 'line');
    inside<HTMLInputElement>(all.canvas, 'input[aria-label="Blue"]').click();
    inside<HTMLInputElement>(all.canvas, 'input[aria-label="Thick"]').click();
    await all.canvas.updateComplete;
    await drag(all.canvas, [0.25, 0.25], [0.5, 0.5]);
    const [shape] = await saved(all);
    assert.deepEqual(shape?.['style'], { color: '#3ecbff', width: 0.009 });
  });

  it('pauses the video, and saves to the frame that is painted, not to one asked for', async () => {
    const all = await setUp();
    all.clock.show({ playing: true, verified: false, frame: 40 });
    await use(all.canvas, 'line');
    assert.deepEqual(all.clock.asked, ['pause']);
    all.clock.show({ playing: false, verified: false, frame: 41 });
    await drag(all.canvas, [0.25, 0.25], [0.5, 0.5]);
    assert.equal(all.store.items.length, 0);
    assert.ok(all.canvas.shadowRoot?.querySelector('.picture [data-shape]'), 'the line waits on the picture');
    all.clock.show({ verified: true, frame: 42 });
    await saved(all);
    assert.deepEqual(
      all.store.items.map(({ document }) => document.frame),
      [42],
    );
  });

  it('does not save what was only a click that never went on', async () => {
    const all = await setUp();
    await use(all.canvas, 'line');
    await click(all.canvas, 0.25, 0.25);
    await press('Escape');
    assert.equal((await saved(all)).length, 0);
    assert.equal(all.canvas.tool, 'line');
    await press('Escape');
    assert.equal(all.canvas.tool, null);
  });
});

describe('fingers and pens', () => {
  const pointer = (target: Element, type: string, pointerType: string, at: [number, number], isPrimary = true): void => {
    const [clientX, clientY] = at;
    const pointerId = isPrimary ? 1 : 2;
    // A pointer that is not real cannot be captured.
    Object.assign(target, { setPointerCapture: () => undefined });
    target.dispatchEvent(new PointerEvent(type, { pointerId, pointerType, isPrimary, clientX, clientY, bubbles: true, composed: true, cancelable: true }));
  };

  const stroke = (canvas: AnnotationCanvas, pointerType: string): void => {
    const surface = inside(canvas, '.surface');
    pointer(surface, 'pointerdown', pointerType, onPage(canvas, 0.25, 0.25));
    pointer(surface, 'pointermove', pointerType, onPage(canvas, 0.5, 0.5));
    pointer(surface, 'pointerup', pointerType, onPage(canvas, 0.5, 0.5));
  };

  it('a finger draws', async () => {
    const all = await setUp();
    await use(all.canvas, 'line');
    stroke(all.canvas, 'touch');
    assert.equal((await saved(all)).length, 1);
  });

  it('a pen draws, and from then on a finger does not', async () => {
    const all = await setUp();
    await use(all.canvas, 'line');
    stroke(all.canvas, 'pen');
    stroke(all.canvas, 'touch');
    assert.equal((await saved(all)).length, 1);
  });

  it('two fingers are no drawing', async () => {
    const all = await setUp();
    await use(all.canvas, 'line');
    const surface = inside(all.canvas, '.surface');
    pointer(surface, 'pointerdown', 'touch', onPage(all.canvas, 0.25, 0.25));
    pointer(surface, 'pointerdown', 'touch', onPage(all.canvas, 0.5, 0.25), false);
    pointer(surface, 'pointermove', 'touch', onPage(all.canvas, 0.5, 0.75));
    pointer(surface, 'pointerup', 'touch', onPage(all.canvas, 0.5, 0.75));
    assert.equal((await saved(all)).length, 0);
  });
});

describe('drawing with the keyboard alone', () => {
  it('chooses a tool by number, moves a crosshair and places points', async () => {
    const all = await setUp();
    all.stage.focus();
    await press('2', 'Shift+ArrowLeft', 'Enter', 'Shift+ArrowDown', 'ArrowDown', 'Enter');
    const [shape] = await saved(all);
    assert.ok(shape);
    // A large step is 5 % of the height: 45 of the picture's 1600 pixels to the side; the small one is half a percent.
    const x = 0.5 - 45 / 1600;
    assert.deepEqual(withoutId(shape), { type: 'line', style, from: { x: 0.471875, y: 0.5 }, to: { x, y: 0.555 } });
    assert.equal(inside(all.canvas, '[role="status"]').textContent, 'line, 0° from vertical drawn');
  });

  it('makes every kind of shape', async () => {
    const all = await setUp();
    all.stage.focus();
    for (const tool of ['2', '3', '4']) await press(tool, 'Enter', 'Shift+ArrowRight', 'Enter');
    await press('5', 'Enter', 'Shift+ArrowRight', 'Enter', 'Shift+ArrowDown', 'Enter');
    await press('6', 'Enter');
    await until(() => all.canvas.shadowRoot?.activeElement?.localName === 'textarea', 'the text field');
    await sendKeys({ type: 'hips 27' });
    await press('Enter');
    await press('7', 'Enter', 'ArrowRight', 'ArrowDown', 'Enter');
    assert.deepEqual(
      (await saved(all)).map(({ type }) => type),
      ['line', 'arrow', 'circle', 'angle', 'text', 'freehand'],
    );
  });

  it('takes back and does again', async () => {
    const all = await setUp();
    all.stage.focus();
    await press('2', 'Enter', 'Shift+ArrowRight', 'Enter', 'Enter', 'Shift+ArrowRight', 'Enter');
    assert.equal((await saved(all)).length, 2);
    await press('Control+z');
    assert.equal((await saved(all)).length, 1);
    await press('Control+z');
    assert.equal((await saved(all)).length, 0);
    await press('Control+Shift+Z', 'Control+Shift+Z');
    assert.equal((await saved(all)).length, 2);
  });

  it('chooses a drawing, moves it, takes it by a handle and deletes it', async () => {
    const all = await setUp(line);
    all.stage.focus();
    const chosen = nextEvent(all.canvas, 'va-annotation-select');
    await press('1', 'Enter');
    assert.equal((await chosen).detail.annotationId, 'one');
    await press('Shift+ArrowDown');
    const down = { x: 0.25, y: 0.55 };
    assert.deepEqual(await saved(all), [{ ...line, from: down, to: { x: 0.75, y: 0.55 } }]);
    await press('Enter', 'Shift+ArrowDown');
    const [shape] = (await saved(all)) as readonly (typeof line)[];
    assert.near(shape?.from.y ?? 0, 0.6, 'from', 1e-9);
    assert.near(shape?.to.y ?? 0, 0.55, 'to', 1e-9);
    await press('Delete');
    assert.deepEqual(await saved(all), []);
  });

  it('leaves the player its own keys, and the page its own', async () => {
    const { stage } = await setUp();
    const heard: string[] = [];
    stage.addEventListener('keydown', ({ key, defaultPrevented }) => heard.push(`${key} ${String(defaultPrevented)}`));
    stage.focus();
    await press('2', 'k', '.', 'ArrowRight');
    assert.deepEqual(heard, ['2 true', 'k false', '. false']);
  });
});

describe('text', () => {
  it('is written on the picture and stays text', async () => {
    const all = await setUp();
    await use(all.canvas, 'text');
    await click(all.canvas, 0.25, 0.5);
    await until(() => all.canvas.shadowRoot?.activeElement?.localName === 'textarea', 'the text field');
    await sendKeys({ type: '<img src=x onerror="globalThis.hacked=1">' });
    await press('Enter');
    const [shape] = await saved(all);
    assert.ok(shape);
    const text = '<img src=x onerror="globalThis.hacked=1">';
    assert.deepEqual(withoutId(shape), { type: 'text', style, at: { x: 0.25, y: 0.5 }, text, size: 0.045 });
    const layer = all.stage.querySelector('annotation-layer');
    await layer?.updateComplete;
    assert.equal(layer?.shadowRoot?.querySelector('text')?.textContent, text);
    assert.equal(layer.shadowRoot.querySelector('img'), null);
    assert.equal('hacked' in globalThis, false);
  });

  it('is discarded with Escape, and nothing but space is no text', async () => {
    const all = await setUp();
    await use(all.canvas, 'text');
    for (const [words, end] of [
      ['never', 'Escape'],
      ['  ', 'Enter'],
    ] as const) {
      await click(all.canvas, 0.25, 0.5);
      await until(() => all.canvas.shadowRoot?.activeElement?.localName === 'textarea', 'the text field');
      await sendKeys({ type: words });
      await press(end);
    }
    assert.deepEqual(await saved(all), []);
  });
});

describe('selecting with the mouse', () => {
  const staged = async (...shapes: Shape[]): Promise<SetUp> => {
    const all = await setUp(...shapes);
    await use(all.canvas, 'select');
    await until(() => all.canvas.shadowRoot?.querySelector('canvas.upper-canvas'), 'the stage');
    await all.canvas.updateComplete;
    return all;
  };

  it('loads fabric now', async () => {
    await staged(line);
    assert.ok(fabricRequests().length > 0);
  });

  it('moves a drawing by its stroke, by exactly as far as the mouse', async () => {
    const all = await staged(line);
    // 64 of 640 to the right is a tenth; 72 of 360 down is a fifth.
    await drag(all.canvas, [0.5, 0.5], [0.55, 0.6], [0.6, 0.7]);
    const [shape] = (await saved(all)) as readonly LineShape[];
    assert.ok(shape);
    const { from, to } = shape;
    for (const [actual, expected] of [
      [from.x, 0.35],
      [from.y, 0.7],
      [to.x, 0.85],
      [to.y, 0.7],
    ] as const)
      assert.near(actual, expected, 'moved', 1e-9);
  });

  it('takes an end by its handle and leaves the other end', async () => {
    const all = await staged(line);
    await click(all.canvas, 0.5, 0.5);
    await drag(all.canvas, [0.75, 0.5], [0.7, 0.4], [0.75, 0.25]);
    const [shape] = await saved(all);
    assert.deepEqual(shape, { ...line, to: { x: 0.75, y: 0.25 } });
  });

  it('shows the drawing in one place only while it is in the hand', async () => {
    const all = await staged(line);
    const layer = all.stage.querySelector('annotation-layer');
    await moveTo(all.canvas, 0.5, 0.5);
    await sendMouse({ type: 'down' });
    await moveTo(all.canvas, 0.5, 0.6);
    await until(() => all.canvas.shadowRoot?.querySelector('.picture [data-shape]'), 'the drawing in the hand');
    assert.equal(layer?.shadowRoot?.querySelector('[data-shape]'), null);
    await sendMouse({ type: 'up' });
    await until(() => layer?.shadowRoot?.querySelector('[data-shape]'), 'the drawing in the layer');
    assert.equal(all.canvas.shadowRoot?.querySelector('.picture [data-shape]'), null);
  });

  it('lets go with a click beside every drawing, and deletes what is chosen', async () => {
    const all = await staged(line, { ...line, id: 'b', from: { x: 0.25, y: 0.25 }, to: { x: 0.75, y: 0.25 } });
    const remove = inside<HTMLButtonElement>(all.canvas, '[aria-label="Delete the drawing"]');
    await click(all.canvas, 0.5, 0.25);
    await until(() => !remove.disabled, 'something to be chosen');
    await click(all.canvas, 0.5, 0.9);
    await until(() => remove.disabled, 'nothing to be chosen');
    await click(all.canvas, 0.5, 0.25);
    await until(() => !remove.disabled, 'something to be chosen again');
    remove.click();
    assert.deepEqual(await saved(all), [line]);
  });

  it('keeps shapes of a later version byte for byte through an edit beside them', async () => {
    const later = { id: 's', type: 'spotlight', depth: { z: [1, 2.5e-7, null] }, label: '<b>&' };
    const all = await staged(later, line);
    await drag(all.canvas, [0.5, 0.5], [0.5, 0.6], [0.5, 0.7]);
    const [first, second] = await saved(all);
    assert.equal(JSON.stringify(first), JSON.stringify(later));
    assert.ok(second?.id === 'a' && JSON.stringify(second) !== JSON.stringify(line), 'the line moved');
  });

  it('does not offer other people’s drawings', async () => {
    const all = await setUp();
    all.server.put('theirs', documentOf(line), 'somebody else');
    await all.store.refresh();
    await use(all.canvas, 'select');
    await until(() => all.canvas.shadowRoot?.querySelector('canvas.upper-canvas'), 'the stage');
    await drag(all.canvas, [0.5, 0.5], [0.5, 0.7]);
    assert.deepEqual(await saved(all), [line]);
  });
});

describe('when a drawing cannot be saved', () => {
  it('it stays on the picture, says so, and is saved when tried again', async () => {
    const all = await setUp();
    await use(all.canvas, 'line');
    all.server.refuse = 'unreachable';
    const told = nextEvent(all.canvas, 'va-error');
    await drag(all.canvas, [0.25, 0.25], [0.5, 0.5]);
    assert.equal((await told).detail.code, 'network.unreachable');
    const notice = await until(() => all.canvas.shadowRoot?.querySelector('.notice'), 'the notice');
    await assertAccessible(all.canvas);
    assert.ok(all.stage.querySelector('annotation-layer')?.shadowRoot?.querySelector('[data-shape]'), 'the line is still shown');
    notice.querySelector('button')?.click();
    assert.equal((await saved(all)).length, 1);
    await until(() => !all.canvas.shadowRoot?.querySelector('.notice'), 'the notice to go');
  });
});
