import { html } from 'lit';
import type { Shape } from '../../../domain/annotation/document.ts';
import { FakeAnnotationServer, VIDEO_ID } from '../../client/annotation-server.test-kit.ts';
import { annotationsOf } from '../../client/annotation-store.ts';
import { assert, assertAccessible, fixture, nextEvent, until } from '../../test/kit.ts';
import type { AnnotationLayer } from './annotation-layer.ts';
import './define.ts';
import { documentOf, FakeClock, type TestStage } from './stage.test-kit.ts';

const style = { color: '#ffe100', width: 0.01 };
const line: Shape = { id: 'a', type: 'line', style, from: { x: 0.25, y: 0.5 }, to: { x: 0.75, y: 0.5 } };

const setUp = async (
  ...shapes: Shape[]
): Promise<{ layer: AnnotationLayer; clock: FakeClock; server: FakeAnnotationServer; stage: TestStage }> => {
  const clock = new FakeClock();
  const server = new FakeAnnotationServer();
  if (shapes.length > 0) server.put('one', documentOf(...shapes));
  const stage = await fixture<TestStage>(
    html`<test-stage lang="en" .clock=${clock} .client=${server.client}><annotation-layer></annotation-layer></test-stage>`,
  );
  const layer = stage.querySelector('annotation-layer');
  assert.ok(layer);
  await annotationsOf(server.client, VIDEO_ID).load();
  await layer.updateComplete;
  return { layer, clock, server, stage };
};

const drawn = (layer: AnnotationLayer): string[] =>
  [...(layer.shadowRoot?.querySelectorAll('[data-shape]') ?? [])].map((group) => group.getAttribute('data-shape') ?? '');

const said = (layer: AnnotationLayer): (string | null)[] =>
  [...(layer.shadowRoot?.querySelectorAll('li') ?? [])].map(({ textContent }) => textContent);

describe('annotation-layer', () => {
  it('is accessible, in English and Norwegian', async () => {
    const { layer, stage } = await setUp(line);
    await assertAccessible(layer);
    assert.deepEqual(said(layer), ['line, 90° from vertical']);
    stage.lang = 'nb';
    await until(() => said(layer)[0] === 'linje, 90° fra loddrett', 'Norwegian words');
    await assertAccessible(layer);
  });

  it('puts a line exactly where its fractions are in the picture', async () => {
    const { layer } = await setUp(line);
    const stroke = layer.shadowRoot?.querySelectorAll('line')[1]?.getBoundingClientRect();
    const box = layer.getBoundingClientRect();
    assert.ok(stroke);
    assert.near(box.width, 640);
    assert.near(stroke.left - box.left, 0.25 * 640);
    assert.near(stroke.right - box.left, 0.75 * 640);
    assert.near((stroke.top + stroke.bottom) / 2 - box.top, 180);
  });

  it('shows a drawing on its frame and on no other', async () => {
    const { layer, clock } = await setUp(line);
    const seen: [number, string[]][] = [];
    for (const frame of [11, 12, 13]) {
      clock.show({ frame });
      await layer.updateComplete;
      seen.push([frame, drawn(layer)]);
    }
    assert.deepEqual(seen, [
      [11, []],
      [12, ['a']],
      [13, []],
    ]);
  });

  it('touches the page only when another picture is due', async () => {
    const { layer, clock } = await setUp(line);
    const changes: MutationRecord[] = [];
    assert.ok(layer.shadowRoot);
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(layer.shadowRoot, { subtree: true, childList: true, attributes: true, characterData: true });
    for (const seconds of [1, 2, 3]) {
      clock.show({ seconds });
      await layer.updateComplete;
    }
    changes.push(...observer.takeRecords());
    assert.equal(changes.length, 0);
    clock.show({ frame: 13 });
    await layer.updateComplete;
    await until(() => changes.length > 0, 'the drawing to go');
  });

  it('keeps words that look like markup words', async () => {
    const hostile = '<svg onload="globalThis.hacked = true"><script>globalThis.hacked = true</script>';
    const { layer } = await setUp({ id: 't', type: 'text', style, at: { x: 0, y: 0 }, text: hostile, size: 0.04 });
    assert.equal(layer.shadowRoot?.querySelector('text')?.textContent, hostile);
    assert.equal(layer.shadowRoot.querySelectorAll('svg').length, 1);
    assert.equal('hacked' in globalThis, false);
  });

  it('draws what it knows and says what it does not', async () => {
    const { layer } = await setUp({ id: 's', type: 'spotlight', depth: 3 }, line);
    assert.deepEqual(drawn(layer), ['a']);
    assert.deepEqual(said(layer), ['a drawing that this version cannot show', 'line, 90° from vertical']);
  });

  it('leaves out the shapes that an editor draws itself', async () => {
    const { layer, server } = await setUp(line, { ...line, id: 'b' });
    const store = annotationsOf(server.client, VIDEO_ID);
    store.hold(['a']);
    await layer.updateComplete;
    assert.deepEqual(drawn(layer), ['b']);
    store.hold([]);
    await layer.updateComplete;
    assert.deepEqual(drawn(layer), ['a', 'b']);
  });

  it('tells the host what the drawings are, and again when they change', async () => {
    const { layer, server } = await setUp(line);
    const told = nextEvent(layer, 'va-annotations-change');
    await annotationsOf(server.client, VIDEO_ID).create(documentOf({ ...line, id: 'c' }), 'two');
    assert.equal((await told).detail.annotations.length, 2);
  });

  it('shows other documents when the host gives them', async () => {
    const { layer } = await setUp(line);
    layer.documents = [documentOf({ ...line, id: 'given' })];
    await layer.updateComplete;
    assert.deepEqual(drawn(layer), ['given']);
  });

  it('lets every touch through to the player', async () => {
    const { layer, stage } = await setUp(line);
    const { left, top } = layer.getBoundingClientRect();
    assert.equal(document.elementFromPoint(left + 320, top + 180), stage);
  });
});
