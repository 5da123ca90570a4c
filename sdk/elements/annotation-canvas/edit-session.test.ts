import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { KnownShape } from '../../../domain/annotation/document.ts';
import { addShape } from '../../../domain/annotation/edits.ts';
import { FakeAnnotationServer, VIDEO_ID } from '../../client/annotation-server.test-kit.ts';
import { annotationsOf, type AnnotationStore } from '../../client/annotation-store.ts';
import type { Video } from '../../client/client.ts';
import { EditSession } from './edit-session.ts';

const video = { id: VIDEO_ID, width: 1600, height: 900, fps: { num: 30, den: 1 }, processingVersion: 3 } as Video;
const line = (id: string, x = 0.25): KnownShape => ({
  id,
  type: 'line',
  style: { color: '#ffe100', width: 0.005 },
  from: { x, y: 0.25 },
  to: { x: 0.5, y: 0.75 },
});

let server: FakeAnnotationServer;
let store: AnnotationStore;
let session: EditSession;
let failures: unknown[];
let failed: Promise<void>;

beforeEach(async () => {
  server = new FakeAnnotationServer();
  store = annotationsOf(server.client, VIDEO_ID);
  await store.load();
  failures = [];
  failed = new Promise((resolve) => {
    session = new EditSession(store, (reason) => {
      failures.push(reason);
      resolve();
    });
  });
});

const saved = (): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (store.saving) return;
      stop();
      resolve();
    };
    const stop = store.subscribe(look);
    look();
  });

const shown = (): [frame: number, ids: string[]][] =>
  store.items.map(({ document }) => [document.frame, document.shapes.map(({ id }) => id)]);

describe('a session of drawing', () => {
  it('puts the shapes of one frame into one annotation, and those of another frame into another', async () => {
    session.add(line('a'), 12, video);
    session.add(line('b'), 12, video);
    session.add(line('c'), 13, video);
    await saved();
    assert.deepEqual(shown(), [
      [12, ['a', 'b']],
      [13, ['c']],
    ]);
    const [document] = [...server.stored.values()].map((annotation) => annotation.document);
    assert.deepEqual(document?.reference, { width: 1600, height: 900, fps: { num: 30, den: 1 }, processingVersion: 3 });
    assert.deepEqual([document.frameCount, document.visibility], [1, { profile: 'hold' }]);
  });

  it('leaves other people’s drawings alone', async () => {
    server.put('theirs', { ...blankDocument, shapes: [line('x')] }, 'somebody else');
    await store.refresh();
    assert.deepEqual(session.shapesOn(12), []);
    session.add(line('a'), 12, video);
    await saved();
    assert.deepEqual(shown(), [
      [12, ['x']],
      [12, ['a']],
    ]);
    assert.deepEqual(server.stored.get('theirs')?.version, 1);
  });

  it('removes the annotation with its last shape', async () => {
    const own = session.add(line('a'), 12, video);
    await saved();
    session.remove(own);
    await saved();
    assert.deepEqual([shown(), server.stored.size], [[], 0]);
  });

  it('takes back and does again, through a removal too', async () => {
    const own = session.add(line('a'), 12, video);
    await saved();
    session.change({ ...own, shape: line('a', 0.9) });
    await saved();
    session.remove({ ...own, shape: line('a', 0.9) });
    await saved();
    assert.deepEqual(shown(), []);

    assert.equal(session.undo(), 12);
    await saved();
    assert.deepEqual(store.items[0]?.document.shapes, [line('a', 0.9)]);
    session.undo();
    await saved();
    assert.deepEqual(store.items[0].document.shapes, [line('a')]);
    session.undo();
    await saved();
    assert.deepEqual([shown(), session.canUndo, session.undo()], [[], false, null]);

    session.redo();
    session.redo();
    await saved();
    assert.deepEqual(store.items[0].document.shapes, [line('a', 0.9)]);
    session.redo();
    await saved();
    assert.deepEqual([shown(), session.canRedo, failures], [[], false, []]);
  });

  it('takes back its own step and keeps what came in meanwhile', async () => {
    const { annotationId } = session.add(line('a'), 12, video);
    await saved();
    server.put(annotationId, addShape(store.items[0]?.document ?? blankDocument, line('from my phone')));
    await store.refresh();
    session.undo();
    await saved();
    assert.deepEqual(shown(), [[12, ['from my phone']]]);
  });

  it('carries shapes of a later version through every edit as they were', async () => {
    const spotlight = { id: 's', type: 'spotlight', depth: { z: [1, 2, { deep: null }] }, label: '<b>' };
    server.put('one', { ...blankDocument, shapes: [spotlight, line('a')] });
    await store.refresh();
    const [own] = session.shapesOn(12);
    assert.ok(own && session.shapesOn(12).length === 1);
    session.change({ ...own, shape: line('a', 0.9) });
    session.add(line('b'), 12, video);
    session.remove(own);
    session.undo();
    await saved();
    const stored = server.stored.get('one')?.document.shapes;
    assert.equal(JSON.stringify(stored?.[0]), JSON.stringify(spotlight));
    assert.deepEqual(
      stored?.map(({ id }) => id),
      ['s', 'b', 'a'],
    );
  });

  it('says why a change could not be saved', async () => {
    server.refuse = { status: 403, code: 'access.denied' };
    session.add(line('a'), 12, video);
    await failed;
    assert.deepEqual([failures.length, store.unsaved.length], [1, 1]);
  });
});

const blankDocument = {
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: 1600, height: 900, fps: { num: 30, den: 1 }, processingVersion: 3 },
  frame: 12,
  frameCount: 1,
  visibility: { profile: 'hold' },
  shapes: [],
} as const;
