import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { assert, inside, nextEvent, until } from '../../test/kit.ts';
import type { AnnotationCanvas } from './annotation-canvas.ts';
import { style, line, setUp, use, onPage, moveTo, click, drag, press, saved, withoutId } from './canvas.test-kit.ts';

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
    target.dispatchEvent(
      new PointerEvent(type, { pointerId, pointerType, isPrimary, clientX, clientY, bubbles: true, composed: true, cancelable: true }),
    );
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
