import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { CONSENT_PURPOSES } from '../../domain/access/consent.ts';
import { consentText, consentTexts, type ConsentText } from './consent-texts.ts';

const LANGUAGES = ['en', 'nb'] as const;
const PARTS = ['title', 'means', 'limit', 'ends'] as const;
const all = LANGUAGES.flatMap((language) => consentTexts(language).map((text) => ({ language, ...text })));
const wordsOf = (text: ConsentText): string => PARTS.map((part) => text[part]).join('\n');
const sentencesOf = (text: string): string[] => text.split(/(?<=[.!?])\s+/).filter((sentence) => sentence !== '');

/**
 * The seal of every text that was ever shown: people said yes to these words, and a record names them by version alone. Whoever
 * changes a word raises its version and adds a line; none is ever changed.
 */
const SEALS: Readonly<Record<string, string>> = {
  'coach_review 2026-1 en': 'b5cc319cf1529a51',
  'tenant_library 2026-1 en': 'fc01f40d6d31bbcb',
  'reference_library 2026-1 en': 'bf554ac2132502d1',
  'link_share 2026-1 en': '418b82eab59a22e1',
  'export 2026-1 en': 'b22f066b24f62f79',
  'coach_review 2026-1 nb': 'a9c56e070ca2a6e5',
  'tenant_library 2026-1 nb': '50c114ce7cefb718',
  'reference_library 2026-1 nb': 'f15b508c6be56104',
  'link_share 2026-1 nb': '19cd874950aaf7bb',
  'export 2026-1 nb': '257c3871538ae538',
};

describe('the texts somebody says yes to', () => {
  it('are there for every purpose, in every language, without a gap', () => {
    for (const language of LANGUAGES)
      assert.deepEqual(
        consentTexts(language).map(({ purpose }) => purpose),
        CONSENT_PURPOSES,
      );
    for (const text of all) for (const part of PARTS) assert.ok(text[part].length > 10, `${text.language} ${text.purpose} ${part}`);
  });

  it('are translated, and not copied', () => {
    for (const purpose of CONSENT_PURPOSES)
      for (const part of PARTS) assert.notEqual(consentText(purpose, 'en')[part], consentText(purpose, 'nb')[part]);
  });

  it('have one version for a purpose, in whatever language', () => {
    for (const purpose of CONSENT_PURPOSES) assert.equal(consentText(purpose, 'en').version, consentText(purpose, 'nb').version);
  });

  it('keep their words while they keep their version', () => {
    const seals = Object.fromEntries(
      all.map((text) => [
        `${text.purpose} ${text.version} ${text.locale}`,
        createHash('sha256').update(wordsOf(text)).digest('hex').slice(0, 16),
      ]),
    );
    for (const [name, seal] of Object.entries(seals)) assert.equal(SEALS[name], seal, `${name}: other words need another version`);
  });

  it('name a version and a language that the API takes', () => {
    const spec = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as {
      components: { schemas: { ConsentGrant: { properties: Record<'textVersion' | 'locale', { pattern: string }> } } };
    };
    const { textVersion, locale } = spec.components.schemas.ConsentGrant.properties;
    for (const text of all) {
      assert.match(text.version, new RegExp(textVersion.pattern));
      assert.match(text.locale, new RegExp(locale.pattern));
    }
  });

  it('say which language they are in, also where nobody has translated', () => {
    for (const [asked, given] of [
      ['nb', 'nb'],
      ['nb-NO', 'nb'],
      ['NN', 'nb'],
      ['no', 'nb'],
      ['en-GB', 'en'],
      ['fi', 'en'],
      ['', 'en'],
    ] as const)
      assert.equal(consentText('export', asked).locale, given, asked);
  });

  it('are plain: sentences of at most 25 words, and no word of the trade', () => {
    for (const text of all) {
      for (const sentence of PARTS.flatMap((part) => sentencesOf(text[part])))
        assert.ok(sentence.split(/\s+/).length <= 25, `${text.locale}: ${sentence}`);
      assert.doesNotMatch(wordsOf(text), /consent|samtykke|tenant|visib|GDPR|purpose|processing|behandling/i);
    }
  });

  it('all tell that a yes can be taken back', () => {
    for (const { ends, locale } of all)
      assert.match(ends, locale === 'en' ? /take this back at any time/ : /trekke dette tilbake når som helst/);
  });
});
