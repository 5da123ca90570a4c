import { html, LitElement } from 'lit';
import { defineAll } from '../define.ts';
import { assert, fixture, until } from '../test/kit.ts';
import { LocaleController, registerLocale } from './locale.ts';

/** Says one word in the language of its place. */
class OneWord extends LitElement {
  readonly locale = new LocaleController(this);

  override render() {
    return html`<span>${this.locale.t('common.delete')}</span>`;
  }
}

/** Holds a word in its shadow root. */
class WordHolder extends LitElement {
  override render() {
    return html`<one-word></one-word>`;
  }
}
defineAll({ 'one-word': OneWord, 'word-holder': WordHolder });

const said = (element: Element | null | undefined): string | undefined => element?.shadowRoot?.textContent.trim();

describe('the language of an element', () => {
  it('is the nearest one above it, and follows it', async () => {
    const stage = await fixture<HTMLElement>(
      html`<div lang="nb">
        <section lang="en"><one-word></one-word></section>
      </div>`,
    );
    const word = stage.querySelector('one-word');
    assert.equal(said(word), 'Delete');
    stage.querySelector('section')?.removeAttribute('lang');
    await until(() => said(word) === 'Slett', 'the outer language');
    stage.lang = 'en';
    await until(() => said(word) === 'Delete', 'the changed language');
  });

  it('is found through shadow roots', async () => {
    const stage = await fixture<HTMLElement>(html`<div lang="nb-NO"><word-holder></word-holder></div>`);
    const word = stage.querySelector('word-holder')?.shadowRoot?.querySelector('one-word');
    await until(() => said(word) === 'Slett', 'the word');
  });

  it('may be one the host registers later, and survives nonsense', async () => {
    const stage = await fixture<HTMLElement>(html`<div lang="da"><one-word></one-word></div>`);
    const word = stage.querySelector<OneWord>('one-word');
    assert.equal(said(word), 'Delete');
    registerLocale('da', { common: { delete: 'Slet' } });
    await until(() => said(word) === 'Slet', 'the registered language');
    stage.lang = 'not a language!';
    await until(() => said(word) !== 'Slet', 'another language');
    assert.ok(word?.locale.number(1));
  });

  it('writes sizes and dates as the language does', async () => {
    const stage = await fixture<HTMLElement>(html`<div lang="nb"><one-word></one-word></div>`);
    const locale = stage.querySelector<OneWord>('one-word')?.locale;
    assert.equal(locale?.bytes(12_500_000), '12,5\u00a0MB');
    assert.equal(locale.bytes(999), '999\u00a0byte');
    assert.equal(locale.date(new Date(2026, 4, 31)), '31. mai 2026');
  });
});
