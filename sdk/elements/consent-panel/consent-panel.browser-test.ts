import { ContextProvider } from '@lit/context';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { html } from 'lit';
import { CONSENT_PURPOSES, type ConsentPurpose } from '../../../domain/access/consent.ts';
import { clientContext } from '../../contexts/client.ts';
import { PALETTE } from '../../styles/palette.ts';
import { consentOf, FakeConsentApi } from '../../test/fake-consent-api.ts';
import { COACH, idOf, PLAYERS } from '../../test/fake-video-api.ts';
import { assert, assertAccessible, fixture, inside, nextEvent, until } from '../../test/kit.ts';
import type { ConsentPanel } from './consent-panel.ts';
import './define.ts';

const EMMA = idOf(801);
const JONAS = idOf(802);

interface Stage {
  readonly wait?: boolean;
  readonly theme?: 'light' | 'dark';
  readonly playerId?: string;
  readonly width?: number;
  readonly lang?: string;
}

/** A panel on the page, connected to the fake. */
async function panel(
  api: FakeConsentApi,
  { wait = true, theme = 'light', playerId, width = 900, lang = 'en' }: Stage = {},
): Promise<ConsentPanel> {
  const background = PALETTE['surface-0'][theme === 'light' ? 0 : 1];
  const stage = await fixture<HTMLElement>(
    html`<div lang=${lang} style="width: ${width}px; color-scheme: ${theme}; background: ${background}"></div>`,
  );
  new ContextProvider(stage, { context: clientContext, initialValue: api.client });
  const element = document.createElement('consent-panel');
  if (playerId !== undefined) element.setAttribute('player-id', playerId);
  stage.append(element);
  await element.updateComplete;
  if (wait) await until(() => cards(element).length > 0 || notice(element), 'the panel');
  return element;
}

const cards = (element: ConsentPanel): HTMLElement[] => [...(element.shadowRoot?.querySelectorAll<HTMLElement>('.card:not(.ghost)') ?? [])];
const card = (element: ConsentPanel, purpose: ConsentPurpose): HTMLElement => {
  const found = cards(element)[CONSENT_PURPOSES.indexOf(purpose)];
  if (!found) throw new Error(`no card for ${purpose}`);
  return found;
};
const words = (element: Element | null): string => element?.textContent.replace(/\s+/g, ' ').trim() ?? '';
const notice = (element: ConsentPanel): HTMLElement | null => element.shadowRoot?.querySelector<HTMLElement>('.notice') ?? null;
const dialog = (element: ConsentPanel): HTMLDialogElement | null => element.shadowRoot?.querySelector('dialog') ?? null;
const ask = async (element: ConsentPanel, purpose: ConsentPurpose): Promise<void> => {
  const button = card(element, purpose).querySelector('button');
  assert.ok(button, `a button for ${purpose}`);
  await clickOn(button);
  await until(() => dialog(element)?.open, 'the question');
};
const answer = async (element: ConsentPanel): Promise<void> => {
  const button = dialog(element)?.querySelector('.answers > button:last-child');
  assert.ok(button, 'the answer');
  await clickOn(button);
};

const clickOn = async (target: Element): Promise<void> => {
  target.scrollIntoView({ block: 'center' });
  const { x, y, width, height } = target.getBoundingClientRect();
  await sendMouse({ type: 'click', position: [Math.round(x + width / 2), Math.round(y + height / 2)] });
};

/** One of every state: agreed until majority, on paper in earlier words, taken back, run out, and never agreed to. */
function everyState(): FakeConsentApi {
  const api = new FakeConsentApi();
  const byAdmin = { id: idOf(920), displayName: 'Per Solberg' };
  api.records[EMMA] = [
    consentOf(5, { endsAtMajority: true }),
    consentOf(4, {
      ...{ purpose: 'tenant_library', textVersion: '2025-1', grantedBy: byAdmin, expiresAt: '2030-06-30T12:00:00.000Z' },
      evidence: { method: 'paper', reference: 'binder 7' },
    }),
    consentOf(3, {
      ...{ purpose: 'link_share', withdrawnAt: '2026-01-05T12:00:00.000Z', withdrawal: { method: 'in_app' } },
      withdrawnBy: { id: EMMA, displayName: 'Emma Larsen' },
    }),
    consentOf(2, { purpose: 'export', expiresAt: '2026-01-10T12:00:00.000Z' }),
  ];
  api.expired = [idOf(2)];
  return api;
}

describe('<consent-panel>', () => {
  for (const theme of ['light', 'dark'] as const)
    it(`is accessible in the ${theme} theme, with every state, the open history and both questions`, async () => {
      const element = await panel(everyState(), { theme });
      inside<HTMLDetailsElement>(element, 'details').open = true;
      await assertAccessible(element);
      for (const purpose of ['coach_review', 'export'] as const) {
        await ask(element, purpose);
        await assertAccessible(element);
        await sendKeys({ press: 'Escape' });
        await until(() => !dialog(element), 'the question to go');
      }
    });

  it('tells of each purpose what it means and how it stands: since when, by whom, how, until when', async () => {
    const element = await panel(everyState());
    const expected = {
      coach_review: [
        'Coaches may look at the videos',
        'Agreed since January 1, 2026, by you.',
        'when Emma Larsen comes of age',
        'Take back',
      ],
      tenant_library: ['by Per Solberg.', 'On paper: binder 7.', 'Ends by itself on June 30, 2030.', 'earlier words'],
      reference_library: ['Not agreed', 'Agree'],
      link_share: ['Taken back on January 5, 2026, by Emma Larsen.', 'Agree'],
      export: ['Ended on January 10, 2026.', 'Agree'],
    };
    for (const purpose of CONSENT_PURPOSES)
      for (const part of expected[purpose])
        assert.ok(words(card(element, purpose)).includes(part), `${part} in: ${words(card(element, purpose))}`);
  });

  it('says what a yes opens before it is said, and sends which words were read in which language', async () => {
    const api = new FakeConsentApi();
    const element = await panel(api);
    await ask(element, 'coach_review');
    assert.ok(/own coaches.*take this back at any time.*You say this for Emma Larsen/.test(words(dialog(element))), words(dialog(element)));
    const changed = nextEvent(element, 'va-consent-changed');
    await answer(element);
    assert.deepEqual((await changed).detail, { playerId: EMMA, purpose: 'coach_review', isAgreed: true });
    await until(() => card(element, 'coach_review').dataset['state'] === 'agreed', 'the yes');
    const body = { purpose: 'coach_review', textVersion: '2026-1', locale: 'en', evidence: { method: 'in_app' } };
    assert.deepEqual(api.said, [[`/api/v1/players/${EMMA}/consents`, body]]);
    assert.ok(words(inside(element, '[role=status]')).includes('Agreed: Coaches may look'));
  });

  it('says what ends at once before a yes is taken back, and gives the focus back after it', async () => {
    const api = everyState();
    const element = await panel(api);
    await ask(element, 'coach_review');
    assert.ok(words(dialog(element)).includes('The picture goes dark at once'), words(dialog(element)));
    const changed = nextEvent(element, 'va-consent-changed');
    await answer(element);
    assert.deepEqual((await changed).detail, { playerId: EMMA, purpose: 'coach_review', isAgreed: false });
    await until(() => card(element, 'coach_review').dataset['state'] === 'withdrawn', 'the no');
    assert.deepEqual(api.said, [[`/api/v1/players/${EMMA}/consents/coach_review/withdraw`, { evidence: { method: 'in_app' } }]]);
    assert.equal(element.shadowRoot?.activeElement, card(element, 'coach_review').querySelector('button'));
    assert.ok(words(card(element, 'coach_review')).includes('Taken back on February 2, 2026, by you.'));
  });

  it('can be used by keyboard alone: Escape and Cancel say nothing', async () => {
    const api = new FakeConsentApi();
    const element = await panel(api);
    card(element, 'coach_review').querySelector('button')?.focus();
    await sendKeys({ press: 'Enter' });
    await until(() => dialog(element)?.open, 'the question');
    assert.equal(words(element.shadowRoot?.activeElement ?? null), 'Cancel');
    await sendKeys({ press: 'Escape' });
    await until(() => !dialog(element), 'the question to go');
    await sendKeys({ press: 'Enter' });
    await until(() => dialog(element)?.open, 'the question again');
    await sendKeys({ press: 'Enter' });
    await until(() => !dialog(element), 'the question to go again');
    assert.deepEqual(api.said, []);
    await sendKeys({ press: 'Enter' });
    await until(() => dialog(element)?.open, 'the question for the third time');
    await sendKeys({ press: 'Tab' });
    await sendKeys({ press: 'Enter' });
    await until(() => card(element, 'coach_review').dataset['state'] === 'agreed', 'the yes');
  });

  it('shows the history, latest first, with who said it and how', async () => {
    const element = await panel(everyState());
    assert.equal(words(inside(element, 'summary')), 'History: 5 entries');
    const lines = [...(element.shadowRoot?.querySelectorAll('ol > li') ?? [])].map(words);
    assert.ok(/Taken back.*link.*By Emma Larsen\./.test(lines[0] ?? ''), lines[0]);
    assert.ok(
      lines.some((line) => /Agreed.*library.*By Per Solberg\. On paper: binder 7\./.test(line)),
      lines.join('\n'),
    );
  });

  it('keeps the question open and says why when a yes is refused', async () => {
    const api = new FakeConsentApi();
    api.refuse(/^POST/, 403, 'access.denied', { reason: 'athlete_is_of_age' });
    const element = await panel(api);
    await ask(element, 'export');
    await answer(element);
    await until(() => words(dialog(element)).includes('The athlete is of age and decides alone. Ask the athlete.'), 'the reason');
    await assertAccessible(element);
    assert.equal(card(element, 'export').dataset['state'], 'never');
    api.allow();
    await answer(element);
    await until(() => card(element, 'export').dataset['state'] === 'agreed', 'the yes');
  });

  it('says when the network is gone while a no is said, and nothing has changed', async () => {
    const api = everyState();
    const element = await panel(api);
    await ask(element, 'coach_review');
    api.offline = true;
    await answer(element);
    await until(() => words(dialog(element)).includes('No connection'), 'the reason');
    assert.equal(card(element, 'coach_review').dataset['state'], 'agreed');
  });

  it('lets a minor say no, and says who can say yes', async () => {
    const api = everyState();
    api.actor = { id: EMMA, externalId: 'p1', role: 'player', displayName: 'Emma Larsen' };
    api.decides = { method: 'in_app', mayGrant: false, mayWithdraw: true };
    const element = await panel(api);
    assert.ok(words(inside(element, '.intro')).includes('You are under age, so a parent or guardian says yes for you.'));
    assert.equal(card(element, 'export').querySelector('button'), null);
    assert.ok(words(card(element, 'export')).includes('A parent or guardian can agree to this.'));
    await ask(element, 'coach_review');
    await answer(element);
    await until(() => card(element, 'coach_review').dataset['state'] === 'withdrawn', 'the no');
    assert.equal(card(element, 'coach_review').querySelector('button'), null);
  });

  it('lets a guardian of somebody of age read, and says why not more', async () => {
    const api = everyState();
    api.isMinor = false;
    api.decides = { method: 'in_app', mayGrant: false, mayWithdraw: false };
    const element = await panel(api);
    assert.ok(words(inside(element, '.intro')).includes('Emma Larsen is of age and decides alone.'));
    assert.deepEqual(
      cards(element).map((one) => one.querySelector('button')),
      CONSENT_PURPOSES.map(() => null),
    );
  });

  it('tells a coach in a sentence why there is nothing, and does not ask the API for it', async () => {
    const api = everyState();
    api.actor = COACH;
    const element = await panel(api);
    assert.ok(words(notice(element)).includes('Coaches do not see this'));
    await assertAccessible(element);
    assert.deepEqual(
      api.requests.filter((asked) => asked.includes('consents')),
      [],
    );
  });

  it('asks an administrator for the place of the form on paper, with Enter for yes', async () => {
    const api = new FakeConsentApi();
    api.actor = { id: idOf(920), externalId: 'a1', role: 'admin', displayName: 'Per Solberg' };
    api.decides = { method: 'paper', mayGrant: true, mayWithdraw: true };
    const element = await panel(api, { playerId: EMMA });
    await ask(element, 'coach_review');
    await answer(element);
    assert.ok(dialog(element)?.open && api.said.length === 0, 'nothing is sent without a reference');
    await assertAccessible(element);
    await clickOn(inside(element, 'input'));
    await sendKeys({ type: 'binder 7, sheet 12' });
    await sendKeys({ press: 'Enter' });
    await until(() => card(element, 'coach_review').dataset['state'] === 'agreed', 'the yes');
    const { evidence } = api.said[0]?.[1] as { evidence: unknown };
    assert.deepEqual(evidence, { method: 'paper', reference: 'binder 7, sheet 12' });
  });

  it('lets a guardian of several children choose between them, by chips or by a list', async () => {
    const api = everyState();
    api.players = PLAYERS;
    const element = await panel(api);
    const jonas = [...(element.shadowRoot?.querySelectorAll('.chip') ?? [])].at(-1);
    assert.ok(jonas);
    await clickOn(jonas);
    await until(() => words(inside(element, 'h2')).includes('Jonas Berg') && cards(element).length > 0, 'the other child');
    assert.equal(card(element, 'coach_review').dataset['state'], 'never');
    api.players = [803, 804, 805, 806]
      .map((number) => ({ id: idOf(number), externalId: `p${number}`, displayName: `Child ${number}` }))
      .concat(PLAYERS);
    const many = await panel(api);
    const select = inside<HTMLSelectElement>(many, 'select');
    assert.equal(select.options.length, 6);
    await assertAccessible(many);
  });

  it('shows the one athlete it is given, and another when it is given another', async () => {
    const api = everyState();
    api.players = PLAYERS;
    const element = await panel(api, { playerId: JONAS });
    assert.equal(element.shadowRoot?.querySelector('.choice'), null);
    assert.ok(words(inside(element, 'h2')).includes('Jonas Berg'));
    element.playerId = EMMA;
    await until(() => words(element.shadowRoot?.querySelector('h2') ?? null).includes('Emma Larsen'), 'the other athlete');
  });

  it('says that there is no athlete yet', async () => {
    const api = new FakeConsentApi();
    api.players = [];
    const element = await panel(api);
    assert.ok(words(notice(element)).includes('No athlete here yet'));
    await assertAccessible(element);
  });

  it('says that there is no access, why, and whom to ask', async () => {
    const api = new FakeConsentApi();
    api.refuse(/consents/, 403, 'access.denied', { reason: 'not_related' });
    const element = await panel(api, { playerId: JONAS });
    assert.ok(/You are not registered with this athlete.*access\.denied/.test(words(notice(element))), words(notice(element)));
    assert.equal(notice(element)?.querySelector('button'), null);
  });

  it('says that the page could not sign in, and tries again when asked', async () => {
    const api = new FakeConsentApi();
    api.refuse(/sessions/, 401, 'auth.invalid');
    const element = await panel(api);
    assert.ok(words(notice(element)).includes('Your sign-in has ended'));
    api.allow();
    await clickOn(inside(element, '.notice button'));
    await until(() => cards(element).length === 5, 'the cards');
  });

  it('says that it is offline, and comes back by itself', async () => {
    const api = new FakeConsentApi();
    api.offline = true;
    const element = await panel(api);
    assert.ok(words(notice(element)).includes('You are offline'));
    api.offline = false;
    window.dispatchEvent(new Event('online'));
    await until(() => cards(element).length === 5, 'the cards');
  });

  it('shows the shape of what is coming while it loads', async () => {
    const element = await panel(new FakeConsentApi(), { wait: false });
    assert.equal(element.shadowRoot?.querySelectorAll('.ghost').length, 3);
    assert.equal(inside(element, 'section').getAttribute('aria-busy'), 'true');
  });

  it('sends nothing and tells nothing when what it shows is changed by the program', async () => {
    const api = everyState();
    api.players = PLAYERS;
    const element = await panel(api);
    let told = 0;
    element.addEventListener('va-consent-changed', () => (told += 1));
    element.playerId = JONAS;
    await element.refresh();
    await until(() => words(element.shadowRoot?.querySelector('h2') ?? null).includes('Jonas Berg'), 'the other athlete');
    assert.deepEqual([told, api.said.length], [0, 0]);
  });

  it('speaks Norwegian, and agrees to the Norwegian words', async () => {
    const api = new FakeConsentApi();
    const element = await panel(api, { lang: 'nb' });
    assert.ok(words(card(element, 'coach_review')).includes('Trenere får se videoene'));
    await ask(element, 'coach_review');
    await answer(element);
    await until(() => api.said.length === 1, 'the yes');
    assert.equal((api.said[0]?.[1] as { locale: string }).locale, 'nb');
  });

  for (const width of [320, 390, 820])
    it(`fits ${width} pixels with long names in ${width < 400 ? 'Norwegian' : 'English'}`, async () => {
      const api = everyState();
      api.players = [
        { id: EMMA, externalId: 'p1', displayName: 'Emmeline-Wilhelmina Grønneberg-Kristoffersen-Hammerstad' },
        ...PLAYERS.slice(1),
      ];
      const element = await panel(api, { width, lang: width < 400 ? 'nb' : 'en' });
      inside<HTMLDetailsElement>(element, 'details').open = true;
      for (const one of element.shadowRoot?.querySelectorAll('h2, h3, p, .badge, .card button, .chip, li') ?? [])
        assert.ok(
          one.getBoundingClientRect().width <= width && one.scrollWidth <= one.clientWidth + 1,
          `${one.outerHTML.slice(0, 80)} is too wide`,
        );
    });
});
