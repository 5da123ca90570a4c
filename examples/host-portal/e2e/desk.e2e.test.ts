import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import type { DemoLogin } from '../../../bin/system/demo.ts';
import { launchChromium } from './chromium.ts';
import { isTooWide, keepPicture, seriousFaults, WINDOWS } from './screens.ts';
import { startSystem, type StartedSystem } from './started-system.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';

const ANNAS_CLIP = 'Driver, forfra';
const COACHES_LOOK = 'Trenere får se videoene';

let system: StartedSystem;
let browser: Browser;
const complaints: string[] = [];

const login = (username: string): DemoLogin => {
  const found = system.demo.clubs.flatMap(({ logins }) => logins).find((one) => one.username === username);
  assert.ok(found, username);
  return found;
};

async function signedIn(username: string, options?: VisitorOptions): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, system.portalUrl, options);
  await visitor.signIn(username, login(username).password);
  return visitor;
}

/** Whoever leaves tells what the browser complained about. */
async function leave(visitor: Visitor): Promise<void> {
  complaints.push(...visitor.complaints);
  await visitor.leave();
}

const purpose = ({ page }: Visitor, title: string): Locator => page.locator('consent-panel .card').filter({ hasText: title });
const filter = ({ page }: Visitor, label: string): Locator =>
  page
    .locator('.audit-filters label')
    .filter({ hasText: new RegExp(`^\\s*${label}`) })
    .locator('select');
const question = ({ page }: Visitor): Locator => page.locator('consent-panel dialog');

before(async () => {
  browser = await launchChromium();
  system = await startSystem();
});

after(async () => {
  await browser?.close();
  await system?.stop();
});

describe('an administrator', () => {
  let per: Visitor;
  before(async () => {
    per = await signedIn('per');
  });
  after(() => leave(per));

  it('adds a minor, who stands alone until a guardian is tied', async () => {
    const { page } = per;
    await page.getByRole('link', { name: 'Personer' }).click();
    await page.getByRole('button', { name: 'Legg til en person' }).click();
    const form = page.locator('dialog.person-form');
    await form.getByLabel('Navn').fill('Mia Dahl');
    await form.getByLabel('Fødselsdato').fill(`${String(new Date().getFullYear() - 11)}-02-03`);
    await form.getByRole('button', { name: 'Lagre' }).click();
    await page.getByRole('heading', { level: 1, name: 'Mia Dahl' }).waitFor();
    await page.locator('.heading .tag', { hasText: 'Mindreårig' }).waitFor();
    await page.getByText('Mindreårig uten foresatt').waitFor();
    await page.getByLabel('Velg en foresatt …').selectOption({ label: 'Ingrid Berg' });
    await page.locator('section', { hasText: 'Foresatte' }).getByRole('button', { name: 'Koble til' }).click();
    await page.locator('.tied a', { hasText: 'Ingrid Berg' }).waitFor();
    assert.equal(await page.getByText('Mindreårig uten foresatt').count(), 0);
  });

  it('writes down a form on paper, with the place where it is kept', async () => {
    await purpose(per, COACHES_LOOK).getByRole('button').click();
    await question(per).getByLabel('Hvor skjemaet på papir ligger').fill('Perm 7, ark 12');
    await question(per).getByRole('button', { name: 'Før inn et ja' }).click();
    await purpose(per, COACHES_LOOK).getByText('På papir: Perm 7, ark 12.').waitFor();
  });

  it('ties a coach and parts the two again, after a question that says what ends', async () => {
    const { page } = per;
    await page.getByLabel('Velg en trener …').selectOption({ label: 'Lars Moen' });
    await page.locator('section', { hasText: 'Trenere' }).getByRole('button', { name: 'Koble til' }).click();
    await page.getByRole('button', { name: 'Koble fra Lars Moen' }).click();
    await page.locator('dialog.confirm').getByText('slutter med en gang').waitFor();
    await page.locator('dialog.confirm').getByRole('button', { name: 'Koble fra' }).click();
    await page.getByText('Ingen trener ennå.').waitFor();
  });

  it('shuts a person out, and lets the person in again', async () => {
    const { page } = per;
    await page.getByRole('button', { name: 'Steng ute' }).click();
    await page.locator('dialog.confirm').getByRole('button', { name: 'Steng ute' }).click();
    await page.getByRole('button', { name: 'Slipp inn igjen' }).click();
    await page.getByRole('button', { name: 'Steng ute' }).waitFor();
  });

  it('cannot shut out the person who is signed in', async () => {
    const { page } = per;
    await page.getByRole('link', { name: 'Personer', exact: true }).first().click();
    await page.locator('.row', { hasText: 'Per Solberg' }).click();
    await page.getByRole('button', { name: 'Steng ute' }).click();
    await page.locator('dialog.confirm').getByRole('button', { name: 'Steng ute' }).click();
    await page.locator('dialog.confirm').getByText('Du kan ikke stenge deg selv ute.').waitFor();
    await page.keyboard.press('Escape');
  });

  it('finds all of it in the log, by person and by kind', async () => {
    const { page } = per;
    await page.getByRole('link', { name: 'Logg', exact: true }).click();
    await filter(per, 'Om').selectOption({ label: 'Mia Dahl' });
    for (const words of [
      'La til en person',
      'Koblet til en utøver: som foresatt',
      'Koblet fra en utøver: som trener',
      'på papir',
      'Slapp inn en person igjen',
    ])
      await page.locator('.entry', { hasText: words }).first().waitFor();
    await filter(per, 'Hva').selectOption({ label: 'Sa ja' });
    await page.locator('.entry', { hasText: 'Per Solberg' }).first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.entry').length === 1);
    assert.match(page.url(), /action=CONSENT_GRANTED/);
    await page.reload();
    await page.locator('.entry', { hasText: 'Mia Dahl' }).waitFor();
    await page.getByRole('button', { name: 'Fjern filtrene' }).click();
    await page.locator('.entry', { hasText: 'Leste loggen' }).first().waitFor();
  });

  it('sees an attempt on another club marked as an anomaly', async () => {
    const kari = await signedIn('kari');
    const answer = await fetch(`${system.apiUrl}/api/v1/players/${login('ola').personId}/consents`, {
      headers: { Authorization: `Bearer ${await kari.token()}`, Origin: system.portalUrl },
    });
    assert.equal(answer.status, 404);
    await leave(kari);
    const { page } = per;
    await per.goTo('/audit');
    await page.getByRole('button', { name: 'Avvik' }).click();
    await page.locator('.entry[data-anomaly]', { hasText: 'Kari Nordli' }).first().waitFor();
  });

  it('saves the log as a file with a beginning and an end', async () => {
    const { page } = per;
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Lagre som fil' }).click()]);
    assert.match(download.suggestedFilename(), /^audit-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.ndjson$/);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    assert.ok(lines.length >= 3 && /Kari|CROSS_TENANT_ATTEMPT/.test(lines[1] ?? ''), lines.join('\n'));
  });
});

describe('who may write people', () => {
  const send = async (visitor: Visitor | null, origin: string): Promise<number> => {
    const cookie = (await visitor?.context.cookies())?.find(({ name }) => name === 'portal')?.value ?? '';
    const response = await fetch(`${system.portalUrl}/api/people/fairway-jonas`, {
      method: 'PUT',
      headers: { Cookie: `portal=${cookie}`, Origin: origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ displayName: 'Somebody else', role: 'admin' }),
    });
    return response.status;
  };

  it('is an administrator, from one of our own pages; name and role of an account stay as the site has them', async () => {
    const [per, kari] = [await signedIn('per'), await signedIn('kari')];
    assert.equal(await send(null, system.portalUrl), 401);
    assert.equal(await send(kari, system.portalUrl), 403);
    assert.equal(await send(per, 'https://elsewhere.example'), 403);
    assert.equal(await send(per, system.portalUrl), 200);
    await per.goTo('/people/fairway-jonas');
    await per.page.getByRole('heading', { level: 1, name: 'Jonas Lie' }).waitFor();
    await Promise.all([leave(per), leave(kari)]);
  });
});

describe('a coach', () => {
  it('reaches neither the people nor the log, and reads why there are no consents', async () => {
    const kari = await signedIn('kari');
    assert.equal(await kari.page.locator('.sections').count(), 0);
    for (const path of ['/people', '/people/fairway-jonas', '/audit']) {
      assert.equal((await kari.page.goto(`${system.portalUrl}${path}`))?.status(), 403);
      await kari.page.getByText('Denne siden er for dem som driver klubben').first().waitFor();
    }
    const token = await kari.token();
    for (const path of ['people', 'people/fairway-jonas/ties', 'audit-events']) {
      const answer = await fetch(`${system.apiUrl}/api/v1/${path}`, {
        headers: { Authorization: `Bearer ${token}`, Origin: system.portalUrl },
      });
      assert.equal(answer.status, 403, path);
    }
    await kari.goTo('/consent');
    await kari.page.getByText('Trenere ser ikke dette').waitFor();
    await keepPicture(kari, 'desk-coach');
    await leave(kari);
  });
});

describe('a guardian', () => {
  let ingrid: Visitor;
  before(async () => {
    ingrid = await signedIn('ingrid');
    await ingrid.page.getByRole('link', { name: 'Samtykke' }).click();
    await purpose(ingrid, COACHES_LOOK).waitFor();
  });
  after(() => leave(ingrid));

  it('sees for each child what has been agreed to', async () => {
    await purpose(ingrid, COACHES_LOOK).and(ingrid.page.locator('[data-state=agreed]')).waitFor();
    await ingrid.page.getByRole('button', { name: 'Emil Berg' }).click();
    await ingrid.page.getByRole('heading', { name: 'Emil Berg' }).waitFor();
    await purpose(ingrid, COACHES_LOOK).and(ingrid.page.locator('[data-state=never]')).waitFor();
    await ingrid.page.getByRole('button', { name: 'Anna Berg' }).click();
    await ingrid.page.getByRole('heading', { name: 'Anna Berg' }).waitFor();
  });

  it('takes a yes back: the clip is gone from the coach’s list, and the family keeps it', async () => {
    const kari = await signedIn('kari');
    await system.samplesReady;
    await kari.page.reload();
    await kari.card(ANNAS_CLIP).waitFor();
    await purpose(ingrid, COACHES_LOOK).getByRole('button').click();
    await question(ingrid).getByText('Bildet blir svart med en gang').waitFor();
    await question(ingrid).getByRole('button', { name: 'Trekk tilbake' }).click();
    await purpose(ingrid, COACHES_LOOK).and(ingrid.page.locator('[data-state=withdrawn]')).waitFor();
    await kari.page.reload();
    await kari.card('Jern 7').waitFor();
    assert.equal(await kari.card(ANNAS_CLIP).count(), 0);
    await leave(kari);
    await ingrid.page.getByRole('link', { name: 'Videoer', exact: true }).click();
    await ingrid.card(ANNAS_CLIP).waitFor();
  });

  it('agrees again, to words that are shown, and the clip is back', async () => {
    await ingrid.page.getByRole('link', { name: 'Samtykke' }).click();
    await purpose(ingrid, COACHES_LOOK).getByRole('button').click();
    await question(ingrid).getByText('Utøverens egne trenere').waitFor();
    await question(ingrid).getByRole('button', { name: 'Si ja' }).click();
    await purpose(ingrid, COACHES_LOOK).getByText('fra deg.').waitFor();
    await ingrid.page.locator('consent-panel summary').click();
    assert.equal(await ingrid.page.locator('consent-panel ol > li').count(), 3);
    const kari = await signedIn('kari');
    await kari.card(ANNAS_CLIP).waitFor();
    await leave(kari);
  });
});

describe('a minor', () => {
  it('reads that a guardian says yes, and can say no', async () => {
    const anna = await signedIn('anna');
    await anna.page.getByRole('link', { name: 'Samtykke' }).click();
    await anna.page.getByText('Du er ikke myndig').waitFor();
    assert.equal(await anna.page.getByRole('button', { name: /^Si ja/ }).count(), 0);
    await purpose(anna, COACHES_LOOK).getByRole('button', { name: 'Trekk tilbake' }).waitFor();
    await leave(anna);
  });
});

describe('the pages of the desk', () => {
  for (const [language, theme] of [
    ['nb', 'light'],
    ['en', 'dark'],
  ] as const)
    for (const window of WINDOWS)
      it(`fit ${String(window.width)} × ${String(window.height)}, ${theme}, ${language}, with no serious fault of accessibility`, async () => {
        const name = `${String(window.width)}-${theme}-${language}`;
        const options = { ...window, theme, language };
        const ingrid = await signedIn('ingrid', options);
        await ingrid.goTo('/consent');
        await ingrid.page.locator('consent-panel .card:not(.ghost)').first().waitFor();
        await mustBeSound(ingrid, `consent-${name}`);
        await ingrid.page.locator('consent-panel summary').click();
        await ingrid.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await mustBeSound(ingrid, `consent-history-${name}`);
        await ingrid.page.locator('consent-panel .card').first().getByRole('button').click();
        await mustBeSound(ingrid, `consent-question-${name}`);
        await leave(ingrid);

        const per = await signedIn('per', options);
        await per.goTo('/people');
        await per.page.locator('.row', { hasText: 'Anna Berg' }).waitFor();
        await mustBeSound(per, `people-${name}`);
        await per.page.locator('main[data-view=people] .primary').first().click();
        await mustBeSound(per, `person-form-${name}`);
        await per.page.keyboard.press('Escape');
        await per.page.locator('.row', { hasText: 'Anna Berg' }).click();
        await per.page.locator('consent-panel .card:not(.ghost)').first().waitFor();
        await mustBeSound(per, `person-${name}`);
        await per.goTo('/audit');
        await per.page.locator('.entry').first().waitFor();
        await mustBeSound(per, `audit-${name}`);
        await leave(per);
      });

  async function mustBeSound(visitor: Visitor, name: string): Promise<void> {
    await keepPicture(visitor, name);
    assert.equal(await isTooWide(visitor), false, `${name} is wider than its window`);
    assert.deepEqual(await seriousFaults(visitor), [], name);
  }

  it('never made the browser complain', () => assert.deepEqual(complaints, []));
});
