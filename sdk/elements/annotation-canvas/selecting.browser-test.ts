import { sendMouse } from '@web/test-runner-commands';
import type { LineShape, Shape } from '../../../domain/annotation/document.ts';
import { assert, inside, until } from '../../test/kit.ts';
import { documentOf } from '../annotation-layer/stage.test-kit.ts';
import { line, setUp, use, moveTo, click, drag, saved, fabricRequests, type SetUp } from './canvas.test-kit.ts';

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
