import { LitElement } from 'lit';
import { defineAll } from './define.ts';
import { assert } from './test/kit.ts';

describe('registering elements', () => {
  it('gives an element its tag, and a second one under a prefix', () => {
    class Card extends LitElement {}
    defineAll({ 'test-card': Card });
    defineAll({ 'test-card': Card }, { prefix: 'acme' });
    assert.ok(document.createElement('test-card') instanceof Card);
    assert.ok(document.createElement('acme-test-card') instanceof Card);
  });

  it('may be repeated, with and without a prefix', () => {
    class Twice extends LitElement {}
    for (const options of [{}, {}, { prefix: 'acme' }, { prefix: 'acme' }]) defineAll({ 'test-twice': Twice }, options);
    assert.ok(document.createElement('acme-test-twice') instanceof Twice);
  });

  it('does not take a tag from another class', async () => {
    defineAll({ 'test-taken': class extends LitElement {} });
    const again = (): Promise<void> => Promise.resolve().then(() => defineAll({ 'test-taken': class extends LitElement {} }));
    await assert.rejects(again(), /test-taken/);
  });
});
