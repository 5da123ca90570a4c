import { ContextProvider } from '@lit/context';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { html } from 'lit';
import { clientContext } from '../../contexts/client.ts';
import { PALETTE } from '../../styles/palette.ts';
import { candidateOf, FakeShareApi, linkOf, person, shareOf, TOKEN, TRUDE } from '../../test/fake-share-api.ts';
import { COACH, idOf } from '../../test/fake-video-api.ts';
import { assert, assertAccessible, fixture, inside, nextEvent, until } from '../../test/kit.ts';
import type { ShareDialog } from './share-dialog.ts';
import './define.ts';

interface Stage {
  readonly theme?: 'light' | 'dark';
  readonly lang?: string;
  readonly wait?: boolean;
}

/** An open dialog on the page, connected to the fake, and the button that opened it. */
async function opened(api: FakeShareApi, { theme = 'light', lang = 'en', wait = true }: Stage = {}): Promise<ShareDialog> {
  const background = PALETTE['surface-0'][theme === 'light' ? 0 : 1];
  const stage = await fixture<HTMLElement>(
    html`<div lang=${lang} style="color-scheme: ${theme}; background: ${background}"><button class="opener">Share</button></div>`,
  );
  new ContextProvider(stage, { context: clientContext, initialValue: api.client });
  const element = document.createElement('share-dialog');
  element.videoId = idOf(1);
  stage.append(element);
  await element.updateComplete;
  stage.querySelector<HTMLElement>('.opener')?.focus();
  element.show();
  await element.updateComplete;
  if (wait) await until(() => element.shadowRoot?.querySelector('[role=tab], .notice'), 'the dialog');
  return element;
}

const words = (element: Element | null | undefined): string => element?.textContent.replace(/\s+/g, ' ').trim() ?? '';
const all = (element: ShareDialog, selector: string): HTMLElement[] => [
  ...(element.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
];

const clickOn = async (target: Element | null | undefined): Promise<void> => {
  assert.ok(target, 'something to click on');
  target.scrollIntoView({ block: 'center' });
  const { x, y, width, height } = target.getBoundingClientRect();
  await sendMouse({ type: 'click', position: [Math.round(x + width / 2), Math.round(y + height / 2)] });
};
const choose = (element: ShareDialog, name: string): Promise<void> =>
  clickOn(all(element, 'label.person').find((one) => words(one).startsWith(name)));
const write = async (element: ShareDialog, selector: string, text: string): Promise<void> => {
  inside(element, selector).focus();
  await sendKeys({ type: text });
};
const toLinks = async (element: ShareDialog): Promise<void> => {
  await clickOn(inside(element, '#tab-link'));
  await until(() => !inside(element, '#panel-link').hidden, 'the other part');
};

/** One of every state. */
function everyState(): FakeShareApi {
  const api = new FakeShareApi();
  api.sharing = {
    visibility: 'link',
    shares: [
      shareOf(10, { message: 'Look at the hips.', canComment: true, expiresAt: '2030-01-01T12:00:00.000Z' }),
      shareOf(11, { state: 'expired' }),
      shareOf(12, { state: 'revoked' }),
    ],
    links: [
      linkOf(20, { hasPassword: true, maxUses: 10, useCount: 3 }),
      linkOf(21, { state: 'used_up', maxUses: 2, useCount: 2, label: null }),
      linkOf(22, { state: 'suspended', label: 'Uncle' }),
      linkOf(23, { state: 'expired' }),
    ],
  };
  return api;
}

describe('<share-dialog>', () => {
  for (const theme of ['light', 'dark'] as const)
    it(`is accessible in the ${theme} theme: both parts, every state, the question, the new link`, async () => {
      const element = await opened(everyState(), { theme });
      for (const details of all(element, 'details')) (details as HTMLDetailsElement).open = true;
      await choose(element, 'Jonas Berg');
      await assertAccessible(element);
      await clickOn(all(element, '.entry > button')[0]);
      await assertAccessible(element);
      await toLinks(element);
      await assertAccessible(element);
      await clickOn(inside(element, '[part=make-link]'));
      await until(() => element.shadowRoot?.querySelector('.made'), 'the link');
      await assertAccessible(element);
    });

  it('has the focus inside when it opens, and gives it back when it closes', async () => {
    const element = await opened(new FakeShareApi());
    assert.equal(document.activeElement, element);
    await sendKeys({ press: 'Escape' });
    await until(() => element.shadowRoot?.querySelector('dialog') === null, 'the end');
    assert.equal(document.activeElement?.className, 'opener');
  });

  it('shows whom a share with a minor reaches besides, before it is sent', async () => {
    const api = new FakeShareApi();
    const element = await opened(api);
    await choose(element, 'Jonas Berg');
    assert.deepEqual(all(element, '.chips li').map(words), ['Jonas Berg', 'Trude Berg']);
    assert.ok(words(inside(element, '.along-why')).includes('Reaches Trude Berg too'), words(inside(element, '.along-why')));
    assert.deepEqual(api.said, []);
    await write(element, 'textarea', 'The hips!');
    const created = nextEvent(element, 'va-share-created');
    await clickOn(inside(element, '[part=send]'));
    const { detail } = await created;
    assert.deepEqual(
      detail.share.recipients.map(({ person: { displayName }, reason }) => [displayName, reason]),
      [
        ['Jonas Berg', 'named'],
        ['Trude Berg', 'second_adult'],
      ],
    );
    assert.deepEqual(api.said, [
      [`POST /api/v1/videos/${idOf(1)}/shares`, { recipientIds: [idOf(802)], canComment: false, message: 'The hips!' }],
    ]);
    await until(() => words(inside(element, '.shared')).includes('Jonas Berg and Trude Berg'), 'the new share');
    assert.deepEqual(all(element, '.chips li'), []);
  });

  it('says it once when the second adult is named as well, and takes a chip away', async () => {
    const api = new FakeShareApi();
    api.candidates = [...api.candidates, candidateOf(TRUDE)];
    const element = await opened(api);
    await choose(element, 'Jonas Berg');
    await choose(element, 'Trude Berg');
    assert.deepEqual(all(element, '.chips li').map(words), ['Jonas Berg', 'Trude Berg']);
    assert.equal(words(inside(element, '.along-why')), '');
    await clickOn(all(element, '.chips button')[1]);
    assert.equal(all(element, '.along').length, 1);
  });

  it('says of each who cannot receive it why, and what to do', async () => {
    const element = await opened(new FakeShareApi());
    await clickOn(inside(element, '.cannot summary'));
    assert.deepEqual(all(element, '.cannot .why').map(words), [
      'Needs a yes to “The whole club may see videos in its library”. The athlete or a guardian can say it.',
      'Is under age, and nobody is registered who could receive it too. Ask the club to register a guardian.',
    ]);
    assert.equal(all(element, '.cannot input').length, 0);
  });

  it('finds people by parts of their names, also among those who cannot', async () => {
    const api = new FakeShareApi();
    api.candidates = [
      ...api.candidates,
      ...Array.from({ length: 495 }, (_, n) => candidateOf(person(1000 + n, `Member ${n}`, 'guardian'))),
    ];
    const element = await opened(api);
    assert.equal(all(element, '.people li').length, 40);
    assert.ok(words(inside(element, '#panel-people')).includes('458 more. Write a name to find them.'));
    await write(element, 'input[type=search]', 'dahl nils');
    assert.deepEqual(all(element, '.people li'), []);
    assert.equal(inside<HTMLDetailsElement>(element, '.cannot').open, true);
    await sendKeys({ press: 'Enter' });
    assert.deepEqual(api.said, []);
  });

  it('asks whom it is for when nobody is chosen, and sends nothing', async () => {
    const api = new FakeShareApi();
    const element = await opened(api);
    await clickOn(inside(element, '[part=send]'));
    await until(() => element.shadowRoot?.querySelector('.trouble'), 'the question');
    assert.equal(words(inside(element, '.trouble')), 'Choose first whom it is for.');
    assert.deepEqual(api.said, []);
  });

  it('says of whom a refusal is, and keeps what was chosen and written', async () => {
    const api = new FakeShareApi();
    const element = await opened(api);
    api.refuse(/^POST/, 422, 'share.second_adult_missing', { field: 'recipientIds.1' });
    await choose(element, 'Kari Nordmann');
    await choose(element, 'Jonas Berg');
    await write(element, 'textarea', 'Kept');
    await clickOn(inside(element, '[part=send]'));
    await until(() => element.shadowRoot?.querySelector('.trouble'), 'the refusal');
    assert.ok(
      /^Jonas Berg: A minor is never alone.*Ask your club/.test(words(inside(element, '.trouble'))),
      words(inside(element, '.trouble')),
    );
    assert.equal(all(element, '.chips button').length, 2);
    assert.equal(inside<HTMLTextAreaElement>(element, 'textarea').value, 'Kept');
  });

  it('makes a link as it is told, and shows it once, at the address of the host', async () => {
    const api = new FakeShareApi();
    const element = await opened(api);
    element.linkAddress = 'https://club.example/shared#{token}';
    await toLinks(element);
    await write(element, '[name=label]', 'Grandmother');
    await write(element, '[name=password]', 'correct horse');
    await write(element, '[name=maxViews]', '5');
    await clickOn(inside(element, '#panel-link .check'));
    const before = Date.now();
    const created = nextEvent(element, 'va-link-created');
    await clickOn(inside(element, '[part=make-link]'));
    const { detail } = await created;
    assert.equal('token' in detail.link, false);
    const [[asked, body] = ['', {}]] = api.said;
    const { expiresAt, ...rest } = body as { expiresAt: string };
    assert.equal(asked, `POST /api/v1/videos/${idOf(1)}/links`);
    assert.deepEqual(rest, { canComment: true, label: 'Grandmother', password: 'correct horse', maxViews: 5 });
    const days = (Date.parse(expiresAt) - before) / 86_400_000;
    assert.ok(days > 6.9 && days < 7, `${String(days)} days`);
    assert.equal(inside<HTMLInputElement>(element, '[part=address]').value, `https://club.example/shared#${TOKEN}`);
    await element.updateComplete;
    assert.equal(words(element.shadowRoot?.activeElement), 'The link is ready');
    element.close();
    await until(() => element.shadowRoot?.querySelector('dialog') === null, 'the end');
    element.show();
    await until(() => element.shadowRoot?.querySelector('[role=tab]'), 'the dialog again');
    assert.equal(element.shadowRoot?.querySelector('.made'), null);
    assert.equal(element.shadowRoot?.innerHTML.includes(TOKEN), false);
  });

  it('takes a function for the address, and shows the token where there is none', async () => {
    for (const [address, expected] of [
      [(token: string) => `app://open/${token}`, `app://open/${TOKEN}`],
      [null, TOKEN],
    ] as const) {
      const element = await opened(new FakeShareApi());
      element.linkAddress = address;
      await toLinks(element);
      await clickOn(inside(element, '[part=make-link]'));
      await until(() => element.shadowRoot?.querySelector('.made'), 'the link');
      assert.equal(inside<HTMLInputElement>(element, '[part=address]').value, expected);
      element.close();
    }
  });

  it('shows and hides the password, and asks for one that is long enough', async () => {
    const api = new FakeShareApi();
    const element = await opened(api);
    await toLinks(element);
    await write(element, '[name=password]', 'short');
    assert.equal(inside<HTMLInputElement>(element, '[name=password]').type, 'password');
    await clickOn(inside(element, '.secret button'));
    assert.equal(inside<HTMLInputElement>(element, '[name=password]').type, 'text');
    await clickOn(inside(element, '[part=make-link]'));
    await until(() => element.shadowRoot?.querySelector('.trouble'), 'the reason');
    assert.equal(words(inside(element, '.trouble')), 'The password needs at least 8 characters.');
    assert.deepEqual(api.said, []);
  });

  it('tells a coach who makes links, instead of offering what is refused', async () => {
    const api = new FakeShareApi();
    api.actor = COACH;
    const element = await opened(api);
    await toLinks(element);
    assert.ok(words(inside(element, '#panel-link')).includes('the athlete, a guardian or those who run the club make it'));
    assert.equal(element.shadowRoot?.querySelector('[part=make-link]'), null);
  });

  it('lists what is shared with how it stands: by whom, until when, how often, and what has ended', async () => {
    const element = await opened(everyState());
    const [share, link, usedUp] = all(element, '.shared > ul > .entry').map(words);
    assert.ok(
      /^Kari Nordmann Shared by Ingrid Larsen, since Jan 1, 2026, until Jan 1, 2030, may comment Look at the hips\./.test(share ?? ''),
      share,
    );
    assert.ok(/^Link: Grandmother Open by Ingrid Larsen, opened 3 of 10 times, until Jun 30, 2030, with a password/.test(link ?? ''), link);
    assert.ok(/^Link Opened as often as allowed/.test(usedUp ?? ''), usedUp);
    assert.ok(words(inside(element, '.shared summary')).includes('4 that have ended'));
    assert.ok(words(inside(element, '.shared details')).includes('Link: Uncle Suspended: consent was taken back'));
    assert.equal(all(element, '.shared details button').length, 0);
  });

  for (const [kind, at, address, event] of [
    ['share', 0, `shares/${idOf(10)}`, 'va-share-revoked'],
    ['link', 1, `links/${idOf(20)}`, 'va-link-revoked'],
  ] as const)
    it(`stops a ${kind} after a question, by keyboard alone; Escape takes the question back and not the dialog`, async () => {
      const api = everyState();
      const element = await opened(api);
      const stop = (): HTMLElement | undefined =>
        all(element, '.shared > ul > .entry')[at]?.querySelector<HTMLElement>('button') ?? undefined;
      stop()?.focus();
      await sendKeys({ press: 'Enter' });
      await until(() => words(element.shadowRoot?.activeElement) === 'Cancel', 'the question');
      await sendKeys({ press: 'Escape' });
      await until(() => words(element.shadowRoot?.activeElement) === 'Stop sharing', 'the button again');
      assert.deepEqual(api.said, []);
      await sendKeys({ press: 'Enter' });
      await until(() => words(element.shadowRoot?.activeElement) === 'Cancel', 'the question');
      await sendKeys({ press: 'Tab' });
      const told = nextEvent(element, event);
      await sendKeys({ press: 'Enter' });
      await told;
      assert.deepEqual(api.said, [[`DELETE /api/v1/videos/${idOf(1)}/${address}`, null]]);
      await until(() => words(inside(element, '.shared summary')).includes('5 that have ended'), 'the end of it');
      assert.equal(element.shadowRoot?.activeElement?.id, 'now');
    });

  it('keeps the question with the reason when stopping is refused', async () => {
    const api = everyState();
    const element = await opened(api);
    api.refuse(/^DELETE/, 403, 'access.denied', { reason: 'not_author' });
    await clickOn(all(element, '.entry > button')[0]);
    await clickOn(await until(() => element.shadowRoot?.querySelector('[part=stop]'), 'the question'));
    await until(() => element.shadowRoot?.querySelector('.question .trouble'), 'the reason');
    assert.equal(words(inside(element, '.question .trouble')), 'Only the person who made it may change it.');
  });

  for (const [status, code, members, expected] of [
    [403, 'access.denied', { reason: 'not_related' }, 'You may not share this video You are not registered with this athlete.'],
    [503, 'service.unavailable', {}, 'What is shared could not be shown The service cannot answer right now.'],
  ] as const)
    it(`says what is the matter when the answer is ${code}`, async () => {
      const api = new FakeShareApi();
      api.refuse(/shares$/, status, code, members);
      const element = await opened(api);
      assert.ok(words(inside(element, '.notice')).startsWith(expected), words(inside(element, '.notice')));
      await assertAccessible(element);
      assert.equal(element.shadowRoot?.querySelector('.notice button') === null, status === 403);
    });

  it('is offline, and goes on by itself when the line is back', async () => {
    const api = new FakeShareApi();
    api.offline = true;
    const element = await opened(api);
    assert.ok(words(inside(element, '.notice')).startsWith('You are offline'));
    api.offline = false;
    dispatchEvent(new Event('online'));
    await until(() => element.shadowRoot?.querySelector('[role=tab]'), 'the dialog');
  });

  it('says what it is for where there is nobody and nothing', async () => {
    const api = new FakeShareApi();
    api.candidates = [];
    const element = await opened(api);
    assert.ok(words(inside(element, '#panel-people')).includes('There is nobody else in the club yet.'));
    assert.ok(words(inside(element, '.shared')).includes('Not shared with anybody yet.'));
  });

  it('speaks Norwegian', async () => {
    const element = await opened(everyState(), { lang: 'nb' });
    await choose(element, 'Jonas Berg');
    assert.ok(words(inside(element, '.along-why')).includes('Når også fram til Trude Berg'));
    assert.ok(words(inside(element, '.shared')).includes('av Ingrid Larsen, siden 1. jan. 2026'), words(inside(element, '.shared')));
  });

  it('asks for nothing before it is opened, and for nothing after it is closed', async () => {
    const api = new FakeShareApi();
    const element = await opened(api);
    assert.equal(api.requests.length, 3);
    element.close();
    await until(() => element.shadowRoot?.querySelector('dialog') === null, 'the end');
    element.videoId = idOf(2);
    await element.updateComplete;
    assert.equal(api.requests.length, 3);
  });
});
