import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { html } from 'lit';
import type { LineShape, Shape } from '../../../domain/annotation/document.ts';
import { FakeAnnotationServer, VIDEO_ID } from '../../client/annotation-server.test-kit.ts';
import { annotationsOf, type AnnotationStore } from '../../client/annotation-store.ts';
import { assert, fixture, until } from '../../test/kit.ts';
import '../annotation-layer/define.ts';
import { documentOf, FakeClock, type TestStage } from '../annotation-layer/stage.test-kit.ts';
import type { AnnotationCanvas } from './annotation-canvas.ts';
import './define.ts';

export interface SetUp {
  readonly canvas: AnnotationCanvas;
  readonly clock: FakeClock;
  readonly server: FakeAnnotationServer;
  readonly store: AnnotationStore;
  readonly stage: TestStage;
}

export const style = { color: '#ffe100', width: 0.005 };
export const line: LineShape = { id: 'a', type: 'line', style, from: { x: 0.25, y: 0.5 }, to: { x: 0.75, y: 0.5 } };

export const setUp = async (...shapes: Shape[]): Promise<SetUp> => {
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

export const use = async (canvas: AnnotationCanvas, tool: NonNullable<AnnotationCanvas['tool']>): Promise<void> => {
  canvas.tool = tool;
  await canvas.updateComplete;
};

/** Whole pixels of the page for a fraction of the 640 × 360 picture. */
export const onPage = (canvas: Element, x: number, y: number): [number, number] => {
  const { left, top } = canvas.getBoundingClientRect();
  assert.ok(Number.isInteger(left) && Number.isInteger(top), 'the picture lies on whole pixels');
  return [left + x * 640, top + y * 360];
};

export const moveTo = (canvas: Element, x: number, y: number): Promise<void> => sendMouse({ type: 'move', position: onPage(canvas, x, y) });
export const click = (canvas: Element, x: number, y: number): Promise<void> => sendMouse({ type: 'click', position: onPage(canvas, x, y) });

export const drag = async (canvas: Element, ...path: [x: number, y: number][]): Promise<void> => {
  const [first, ...rest] = path;
  assert.ok(first);
  await moveTo(canvas, ...first);
  await sendMouse({ type: 'down' });
  for (const point of rest) await moveTo(canvas, ...point);
  await sendMouse({ type: 'up' });
};

export const press = async (...keys: string[]): Promise<void> => {
  for (const combination of keys) {
    const held = combination.split('+');
    const key = held.pop() ?? '';
    for (const modifier of held) await sendKeys({ down: modifier });
    await sendKeys({ press: key });
    for (const modifier of held) await sendKeys({ up: modifier });
  }
};

/** The shapes the server has, once nothing is on its way. */
export const saved = async ({ server, store }: SetUp): Promise<readonly Shape[]> => {
  await until(() => !store.saving, 'the drawing to be saved');
  return [...server.stored.values()].flatMap(({ document }) => document.shapes);
};

/** Members but the id, which is random. */
export const withoutId = ({ id, ...members }: Shape): unknown => (assert.ok(id), members);

export const fabricRequests = (): string[] =>
  performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => name.includes('fabric'));
