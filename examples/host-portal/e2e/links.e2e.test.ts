import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { delays, note } from './figures.ts';
import { copyMediaUrls, LOOKS, mustBeClosed, playOn, Stage, untilDark } from './sharing-kit.ts';
import type { Visitor } from './visitor.ts';

const TIMES = 5;
const PATIENCE_S = 20;
const PASSWORD = 'fugl og fisk';
const LIMIT = 10;
const OPENINGS = 50;

let stage: Stage;
let ingrid: Visitor;

interface MadeLink {
  readonly id: string;
  readonly token: string;
}

before(async () => {
  stage = await Stage.open();
  await stage.grant('ingrid', 'anna', 'link_share');
  ingrid = await stage.signedIn('ingrid');
});

after(() => stage?.close());

const links = (): string => `/api/v1/videos/${stage.videoOf('anna')}/links`;
const addressOf = (token: string): string => `${stage.system.portalUrl}/shared#${token}`;
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

async function makeLink(wish: object = {}): Promise<MadeLink> {
  const { status, body } = await stage.ask<MadeLink>(await stage.session('ingrid'), 'POST', links(), { expiresAt: inDays(7), ...wish });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

/** Makes a link in the dialog, as the guardian does. @returns its address */
async function makeInDialog({ page }: Visitor, label: string): Promise<string> {
  await page.goto(`${stage.system.portalUrl}/review/${stage.videoOf('anna')}`);
  await page.locator('button.share').click();
  await page.locator('share-dialog #tab-link').click();
  await page.locator('share-dialog [name=label]').fill(label);
  await page.locator('share-dialog [name=password]').fill(PASSWORD);
  await page.locator('share-dialog [name=maxViews]').fill('20');
  await page.locator('share-dialog [part=make-link]').click();
  return page.locator('share-dialog [part=address]').inputValue();
}

async function giveTheRightPassword({ page }: Visitor): Promise<void> {
  await page.fill('[name=password]', PASSWORD);
  await page.click('.guest-password .primary');
}

const title = ({ page }: Visitor): Promise<string> => page.locator('.guest-door h2, .guest-view h1').innerText();

describe('a link with a password', () => {
  let address: string;

  it('is made by the guardian, and its token leaves the address of the page that opens it', async () => {
    address = await makeInDialog(ingrid, 'farmor');
    assert.match(address, /\/shared#va_ln_[\w-]{43}$/);
    const guest = await stage.guest(address);
    await guest.page.locator('.guest-password').waitFor();
    assert.equal(guest.page.url(), `${stage.system.portalUrl}/shared`);
    await stage.leave(guest);
  });

  it('refuses the wrong one with words, and plays with the right one, also after a reload', async () => {
    const guest = await stage.guest(address);
    await guest.page.fill('[name=password]', 'ikke dette');
    await guest.page.click('.guest-password .primary');
    await guest.page.locator('.refused').waitFor();
    assert.match(await guest.page.locator('.refused').innerText(), /Det er ikke passordet\. Du har 9 forsøk igjen\./);
    await giveTheRightPassword(guest);
    await playOn(guest);
    assert.equal(await title(guest), 'Driver, forfra');
    assert.match(await guest.page.locator('.guest-head').innerText(), /Ingrid Berg i Fairway Golfklubb viser deg dette/);
    assert.equal(await guest.page.locator('annotation-canvas').count(), 0);
    await guest.page.reload();
    await playOn(guest);
    await stage.leave(guest);
  });

  it('asks nobody but the platform and this site, and says so to search engines', async () => {
    const guest = await stage.guest('about:blank');
    const asked: string[] = [];
    guest.page.on('request', (request) => asked.push(request.url()));
    const answer = await guest.page.goto(address);
    await giveTheRightPassword(guest);
    await playOn(guest);
    const ours = new Set([new URL(stage.system.portalUrl).host, new URL(stage.system.apiUrl).host]);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:') && !ours.has(new URL(url).host)),
      [],
    );
    const token = new URL(address).hash.slice(1);
    assert.deepEqual(
      asked.filter((url) => url.replace(/#.*/, '').includes(token)),
      [],
    );
    const headers = answer?.headers() ?? {};
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.match(headers['x-robots-tag'] ?? '', /noindex/);
    assert.match(headers['content-security-policy'] ?? '', /default-src 'none'.*script-src 'self'/);
    await stage.leave(guest);
  });

  it('is locked after ten wrong ones, also for the right one', async () => {
    const { token } = await makeLink({ password: PASSWORD });
    const open = (password: string) => stage.ask<{ code: string }>(null, 'POST', '/api/v1/links/open', { token, password });
    for (let time = 0; time < 10; time += 1) assert.equal((await open('ikke dette')).body.code, 'link.password_wrong');
    assert.deepEqual([(await open(PASSWORD)).status, (await open(PASSWORD)).body.code], [429, 'link.locked']);
    const guest = await stage.guest(addressOf(token));
    await guest.page.locator('.guest-password, .notice').first().waitFor();
    if (await guest.page.locator('.guest-password').count()) await giveTheRightPassword(guest);
    await guest.page.locator('.notice').waitFor();
    assert.match(await guest.page.locator('.notice').innerText(), /Stengt en stund[\s\S]*Prøv igjen om \d+ minutter/);
    await stage.leave(guest);
  });
});

describe('a link', () => {
  it(`with ${String(LIMIT)} views lets ${String(LIMIT)} of ${String(OPENINGS)} in who come at once, and says to the others why not`, async () => {
    const { token } = await makeLink({ maxViews: LIMIT });
    const answers = await Promise.all(
      Array.from({ length: OPENINGS }, () => stage.ask<{ code?: string; state?: string }>(null, 'POST', '/api/v1/links/open', { token })),
    );
    const let_in = answers.filter(({ status }) => status === 200).length;
    assert.equal(let_in, LIMIT);
    const others = answers.filter(({ status }) => status !== 200).map(({ body }) => `${String(body.code)} ${String(body.state)}`);
    assert.deepEqual(new Set(others), new Set(['link.ended used_up']));
    note(`${String(OPENINGS)} openings at once of a link for ${String(LIMIT)}: ${String(let_in)} let in`);
    const guest = await stage.guest(addressOf(token));
    await guest.page.locator('.notice').waitFor();
    assert.match(await title(guest), /åpnet så ofte som tillatt/);
    await stage.leave(guest);
  });

  it('that runs out says so, and goes dark for whoever is watching', async () => {
    const lifeMs = 20_000;
    const { token } = await makeLink({ expiresAt: new Date(Date.now() + lifeMs).toISOString() });
    const end = Date.now() + lifeMs;
    const guest = await stage.guest(addressOf(token));
    const copied = copyMediaUrls(guest);
    await playOn(guest);
    const dark = await untilDark(guest);
    const seconds = ((await dark()) - end) / 1000;
    await guest.page.locator('.notice').waitFor();
    assert.equal(await title(guest), 'Denne lenken er utløpt');
    await mustBeClosed(copied());
    assert.ok(seconds < PATIENCE_S, `${seconds.toFixed(1)} s`);
    note(`link run out: dark ${seconds.toFixed(1)} s after its end`);
    const later = await stage.guest(addressOf(token));
    await later.page.locator('.notice').waitFor();
    assert.equal(await title(later), 'Denne lenken er utløpt');
    await stage.leave(later);
    await stage.leave(guest);
  });

  it(`that is stopped in the dialog goes dark for the guest who is watching, ${String(TIMES)} times`, async () => {
    const seconds: number[] = [];
    for (let time = 1; time <= TIMES; time += 1) {
      const address = await makeInDialog(ingrid, `gang ${String(time)}`);
      const guest = await stage.guest(address);
      await giveTheRightPassword(guest);
      const copied = copyMediaUrls(guest);
      await playOn(guest);
      const entry = ingrid.page.locator('share-dialog [part=entry]').filter({ hasText: `gang ${String(time)}` });
      await entry.getByRole('button').click();
      const dark = await untilDark(guest);
      const began = Date.now();
      await entry.locator('[part=stop]').click();
      seconds.push(((await dark()) - began) / 1000);
      await guest.page.locator('.notice').waitFor();
      assert.equal(await title(guest), 'Dette er ikke delt lenger');
      await mustBeClosed(copied());
      await stage.leave(guest);
    }
    assert.ok(Math.max(...seconds) < PATIENCE_S, seconds.join(', '));
    note(delays('link stopped: dark after', seconds));
  });

  it('that nobody made, or that lost its end, says what to do', async () => {
    for (const [address, expected] of [
      [addressOf(`va_ln_${'A'.repeat(43)}`), 'Denne lenken finnes ikke'],
      [addressOf('va_ln_kort'), 'Denne lenken finnes ikke'],
      [`${stage.system.portalUrl}/shared`, 'Lenken er ikke hel'],
    ] as const) {
      const guest = await stage.guest(address);
      await guest.page.locator('.notice').waitFor();
      assert.equal(await title(guest), expected);
      await stage.leave(guest);
    }
  });
});

describe('a link for sending a swing', () => {
  it('is made by the coach for one athlete, takes a clip of a parent without an account, and is closed again', async () => {
    const kari = await stage.signedIn('kari');
    await kari.page.click('.ask-for-swing');
    const dialog = kari.page.locator('.swing-request');
    await dialog.locator('[name=playerId]').selectOption({ label: 'Anna Berg' });
    await dialog.locator('form:not([method]) .primary').click();
    const address = await dialog.locator('.made input').inputValue();
    assert.match(address, /\/send#va_ln_/);

    const parent = await stage.guest(address, { width: 390, height: 844, isTouch: true });
    await parent.page.locator('video-uploader .drop').waitFor();
    assert.match(
      await parent.page.locator('.guest-head').innerText(),
      /Kari Nordli i Fairway Golfklubb vil gjerne se en sving av Anna Berg/,
    );
    await parent.page.locator('video-uploader #picker').setInputFiles(await stage.clip('Fra mor'));
    await parent.page.locator('video-uploader .details .primary').click();
    await parent.page.locator('.arrived').waitFor({ timeout: 60_000 });
    await parent.uploadCard('Fra mor').and(parent.page.locator('[data-phase=arrived]')).waitFor();
    await stage.mustBeSound(parent, 'send-arrived-390');
    await stage.leave(parent);

    await dialog.locator('.dialog-head button').click();
    await kari.goTo('/');
    await kari.card('Fra mor').waitFor();
    await kari.page.click('.ask-for-swing');
    await dialog.locator('.open-links button').click();
    await dialog.locator('.open-links').waitFor({ state: 'detached' });
    const late = await stage.guest(address);
    await late.page.locator('.notice').waitFor();
    assert.equal(await title(late), 'Dette er ikke delt lenger');
    await stage.leave(late);
    await stage.leave(kari);
  });
});

describe('what a guest sees', () => {
  for (const { name, ...look } of LOOKS)
    it(`fits ${name}: the password, the video, the end, and the page for sending`, async () => {
      const { id, token } = await makeLink({ password: PASSWORD });
      const guest = await stage.guest(addressOf(token), look);
      await guest.page.locator('.guest-password').waitFor();
      await stage.mustBeSound(guest, `shared-password-${name}`);
      await giveTheRightPassword(guest);
      await playOn(guest);
      await guest.page.evaluate(() => document.querySelector<HTMLElement & { pause(): void }>('video-player')?.pause());
      await stage.mustBeSound(guest, `shared-playing-${name}`);
      await stage.ask(await stage.session('ingrid'), 'DELETE', `${links()}/${id}`);
      await guest.page.locator('.notice').waitFor();
      await stage.mustBeSound(guest, `shared-ended-${name}`);
      await stage.leave(guest);

      const made = await stage.ask<MadeLink>(await stage.session('kari'), 'POST', '/api/v1/upload-links', {
        playerId: stage.login('anna').personId,
      });
      const parent = await stage.guest(`${stage.system.portalUrl}/send#${made.body.token}`, look);
      await parent.page.locator('video-uploader .drop').waitFor();
      await stage.mustBeSound(parent, `send-${name}`);
      await stage.leave(parent);
    });

  it('never made a browser complain', async () => {
    await stage.leave(ingrid);
    assert.deepEqual(stage.complaints, []);
  });
});
