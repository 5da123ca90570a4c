import { sendKeys, setViewport } from '@web/test-runner-commands';
import { assert, assertAccessible, inside, nextEvent, until } from '../../test/kit.ts';
import { style, line, setUp, use, onPage, click, drag, press, saved, withoutId, fabricRequests } from './canvas.test-kit.ts';

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
