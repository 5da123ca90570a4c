import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { AnnotationDocument, KnownShape } from '../../domain/annotation/document.ts';
import { addShape, removeShape, replaceShape } from '../../domain/annotation/edits.ts';
import { ACTOR, FakeAnnotationServer, VIDEO_ID } from './annotation-server.test-kit.ts';
import { annotationsOf, type AnnotationStore } from './annotation-store.ts';

const line = (id: string, x = 0.25): KnownShape => ({
  id,
  type: 'line',
  style: { color: '#ffe100', width: 0.005 },
  from: { x, y: 0.25 },
  to: { x: 0.5, y: 0.75 },
});
const of = (...shapes: KnownShape[]): AnnotationDocument => ({
  schemaVersion: 1,
  coordinateSpace: 'normalized_0_1',
  reference: { width: 1920, height: 1080, fps: { num: 30, den: 1 }, processingVersion: 1 },
  frame: 12,
  frameCount: 1,
  visibility: { profile: 'hold' },
  shapes,
});

let server: FakeAnnotationServer;
let store: AnnotationStore;

const shown = (): string[][] => store.items.map(({ document }) => document.shapes.map(({ id }) => id));
const stored = (id: string): unknown => server.stored.get(id)?.document;

beforeEach(async () => {
  server = new FakeAnnotationServer();
  server.put('one', of(line('a'), line('b')));
  store = annotationsOf(server.client, VIDEO_ID);
  await store.load();
});

describe('the drawings of a video', () => {
  it('are one store for everybody with the same client', () => {
    assert.equal(annotationsOf(server.client, VIDEO_ID), store);
    assert.notEqual(annotationsOf(new FakeAnnotationServer().client, VIDEO_ID), store);
  });

  it('are loaded once, with who draws', () => {
    assert.deepEqual(shown(), [['a', 'b']]);
    assert.equal(store.actor?.id, ACTOR.id);
    assert.equal(store.load(), store.load());
  });

  it('show a new drawing before the server has it, as the author’s own', async () => {
    const saving = store.create(of(line('c')), 'two');
    assert.deepEqual(shown(), [['a', 'b'], ['c']]);
    assert.deepEqual([store.items[1]?.state, store.items[1]?.createdById], ['saving', ACTOR.id]);
    await saving;
    assert.deepEqual([store.items[1]?.state, store.items[1]?.version], ['saved', 1]);
    assert.deepEqual(stored('two'), of(line('c')));
  });

  it('choose an id the contract accepts', async () => {
    await store.create(of(line('c')));
    assert.match([...server.stored.keys()][1] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  });

  it('send only the newest of several quick changes, each on the version before', async () => {
    let open: () => void = () => undefined;
    server.gate = new Promise((resolve) => (open = resolve));
    const first = store.update('one', of(line('a', 0.1), line('b')));
    await Promise.resolve();
    const second = store.update('one', of(line('a', 0.2), line('b')));
    const third = store.update('one', of(line('a', 0.3), line('b')));
    open();
    await Promise.all([first, second, third]);
    assert.deepEqual(server.writes, ['PATCH', 'PATCH']);
    assert.deepEqual(stored('one'), of(line('a', 0.3), line('b')));
  });

  it('learn what others changed and removed, and nothing else', async () => {
    server.put('other', of(line('x')), 'somebody else');
    const untouched = store.items[0]?.document;
    await store.refresh();
    assert.deepEqual(shown(), [['a', 'b'], ['x']]);
    assert.equal(store.items[0]?.document, untouched);
    server.drop('other');
    await store.refresh();
    assert.deepEqual(shown(), [['a', 'b']]);
  });

  it('take a removal to the server, and do not mind when it was gone already', async () => {
    await store.remove('one');
    assert.deepEqual([shown(), server.stored.size], [[], 0]);
    server.put('late', of(line('x')));
    await store.refresh();
    server.drop('late');
    await store.remove('late');
    assert.deepEqual([shown(), store.unsaved], [[], []]);
  });

  it('leave out what a later platform wrote, say so, and show the rest', async () => {
    server.put('future', { ...of(line('x')), schemaVersion: 2 } as unknown as AnnotationDocument);
    await store.refresh();
    assert.deepEqual([shown(), store.unreadable], [[['a', 'b']], ['future']]);
  });

  it('tell their listeners, until they no longer want to know', () => {
    let heard = 0;
    const stop = store.subscribe(() => (heard += 1));
    store.hold(['a']);
    assert.deepEqual([heard, [...store.held]], [1, ['a']]);
    stop();
    store.hold([]);
    assert.equal(heard, 1);
  });
});

describe('when somebody else was faster', () => {
  it('edits of different shapes come together', async () => {
    server.put('one', of(line('a'), line('b', 0.9), line('theirs')));
    await store.update('one', addShape(replaceShape(of(line('a'), line('b')), line('a', 0.1)), line('mine')));
    const both = of(line('a', 0.1), line('b', 0.9), line('theirs'), line('mine'));
    assert.deepEqual(stored('one'), both);
    assert.deepEqual(store.items[0]?.document, both);
    assert.deepEqual(store.unsaved, []);
  });

  it('the server’s drawing stands where both changed one shape, and mine is kept', async () => {
    const mine = of(line('a', 0.1), line('b'));
    const theirs = of(line('a', 0.9), line('b'));
    server.put('one', theirs);
    await assert.rejects(store.update('one', mine), { code: 'annotation.version_conflict' });
    assert.deepEqual(store.items[0]?.document, theirs);
    assert.deepEqual([store.unsaved[0]?.annotationId, store.unsaved[0]?.document], ['one', mine]);
  });

  it('a kept edit replaces theirs when it is tried again', async () => {
    const mine = of(line('a', 0.1), line('b'));
    server.put('one', of(line('a', 0.9), line('b')));
    await store.update('one', mine).catch(() => undefined);
    const [kept] = store.unsaved;
    assert.ok(kept);
    await store.retry(kept);
    assert.deepEqual([stored('one'), store.unsaved], [mine, []]);
  });

  it('a removal does not sweep away what another added', async () => {
    server.put('one', of(line('a'), line('b'), line('theirs')));
    await assert.rejects(store.remove('one'), { code: 'annotation.version_conflict' });
    assert.deepEqual(shown(), [['a', 'b', 'theirs']]);
  });

  it('a drawing that is gone can be made again', async () => {
    server.drop('one');
    const mine = of(line('a', 0.1));
    await assert.rejects(store.update('one', mine), { code: 'annotation.not_found' });
    const [kept] = store.unsaved;
    assert.ok(kept);
    await store.retry(kept);
    assert.deepEqual(
      [...server.stored.values()].map(({ document }) => document),
      [mine],
    );
  });

  it('a refresh does not disturb an edit that is on its way', async () => {
    let open: () => void = () => undefined;
    server.gate = new Promise((resolve) => (open = resolve));
    const mine = removeShape(of(line('a'), line('b')), 'a');
    const saving = store.update('one', mine);
    server.put('one', of(line('a'), line('b'), line('theirs')));
    await store.refresh();
    assert.deepEqual(shown(), [['b']]);
    open();
    await saving;
    assert.deepEqual(shown(), [['b', 'theirs']]);
  });
});

describe('a drawing that cannot be saved', () => {
  it('stays on the picture while the server is out of reach, and is sent when tried again', async () => {
    server.refuse = 'unreachable';
    await assert.rejects(store.create(of(line('c')), 'two'), { code: 'network.unreachable' });
    assert.deepEqual([shown(), store.items[1]?.state], [[['a', 'b'], ['c']], 'unsaved']);
    const [kept] = store.unsaved;
    assert.ok(kept);
    await store.retry(kept);
    assert.deepEqual([stored('two'), store.items[1]?.state, store.unsaved], [of(line('c')), 'saved', []]);
  });

  it('is sent with the next change of it', async () => {
    server.refuse = { status: 503, code: 'service.unavailable' };
    await store.create(of(line('c')), 'two').catch(() => undefined);
    await store.update('two', of(line('c'), line('d')));
    assert.deepEqual([server.writes, store.unsaved], [['POST', 'POST'], []]);
    assert.deepEqual(stored('two'), of(line('c'), line('d')));
  });

  it('is taken off the picture when it is refused, and kept', async () => {
    server.refuse = { status: 403, code: 'access.denied' };
    await assert.rejects(store.create(of(line('c')), 'two'), { code: 'access.denied' });
    assert.deepEqual([shown(), store.unsaved[0]?.document], [[['a', 'b']], of(line('c'))]);
  });

  it('goes back to what the server has when it is given up', async () => {
    server.refuse = 'unreachable';
    await store.update('one', of(line('a', 0.9))).catch(() => undefined);
    const [kept] = store.unsaved;
    assert.ok(kept);
    store.discard(kept);
    assert.deepEqual([shown(), store.items[0]?.state, store.unsaved], [[['a', 'b']], 'saved', []]);
  });
});
