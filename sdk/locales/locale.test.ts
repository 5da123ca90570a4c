import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { en } from './en.ts';
import { registerLocale, translate } from './locale.ts';
import type { Plural } from './messages.ts';
import { nb } from './nb.ts';

type Table = Readonly<Record<string, Readonly<Record<string, string | Plural>>>>;

/** Every key with the placeholders its forms use. */
const outline = (table: Table): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(table).flatMap(([section, messages]) =>
      Object.entries(messages).map(([key, message]) => {
        const forms = typeof message === 'string' ? [message] : Object.values(message);
        return [`${section}.${key}`, [...new Set(forms.flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort()] as const;
      }),
    ),
  );

describe('the languages', () => {
  it('say the same things with the same placeholders in English and Norwegian', () => {
    assert.deepEqual(outline(nb as Table), outline(en as Table));
  });

  it('fill placeholders in, numbers as the language writes them', () => {
    registerLocale('x-test', { common: { code: 'k {code}' } });
    assert.equal(translate('x-test', 'common.code', { code: 'a' }), 'k a');
    assert.equal(translate('en', 'common.code', { code: 1234.5 }), 'Code: 1,234.5');
    assert.equal(translate('nb', 'common.code', { code: 1234.5 }), 'Kode: 1\u00a0234,5');
  });

  it('find the language without its region, and English where nobody has translated', () => {
    assert.equal(translate('nb-NO', 'common.delete'), 'Slett');
    assert.equal(translate('no', 'common.delete'), 'Slett');
    assert.equal(translate('fi', 'common.delete'), 'Delete');
  });

  it('say in English what a registered language leaves out', () => {
    registerLocale('sv', { common: { delete: 'Ta bort' } });
    assert.equal(translate('sv-SE', 'common.delete'), 'Ta bort');
    assert.equal(translate('sv-SE', 'common.retry'), 'Try again');
  });
});
