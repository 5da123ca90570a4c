import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { note } from './figures.ts';
import { LOOKS, Stage } from './sharing-kit.ts';
import type { Visitor } from './visitor.ts';

const CLIP = 'Jern 7';

let stage: Stage;
let per: Visitor;

before(async () => {
  stage = await Stage.open();
  // Jonas agrees that his clip may be shown in the club; a minor whom nobody answers for is a member too.
  await stage.grant('jonas', 'jonas', 'tenant_library');
  const nils = { role: 'player', displayName: 'Nils Dahl', birthDate: '2014-03-02' };
  const { status } = await stage.ask(stage.secretKey, 'PUT', '/api/v1/people/fairway-nils', nils);
  assert.ok(status === 200 || status === 201, String(status));
  per = await stage.signedIn('per');
});

after(() => stage?.close());

const shares = (): string => `/api/v1/videos/${stage.videoOf('jonas')}/shares`;

async function openDialog({ page }: Visitor): Promise<void> {
  await page.goto(`${stage.system.portalUrl}/review/${stage.videoOf('jonas')}`);
  await page.locator('button.share').click();
  await page.locator('share-dialog .person').first().waitFor();
}

const choose = ({ page }: Visitor, name: string): Promise<void> =>
  page.locator('share-dialog label.person').filter({ hasText: name }).click();

describe('a share with a minor', () => {
  it('shows the guardian before it is sent, reaches her, and stands in her library', async () => {
    const ingrid = await stage.signedIn('ingrid');
    await ingrid.card('Driver').waitFor();
    assert.equal(await ingrid.card(CLIP).count(), 0);

    await openDialog(per);
    await choose(per, 'Anna Berg');
    assert.match(await per.page.locator('share-dialog [part=reach]').innerText(), /Ingrid Berg[\s\S]*Når også fram til Ingrid Berg/);
    await per.page.locator('share-dialog [part=send]').click();
    const entry = per.page.locator('share-dialog [part=entry]').first();
    await entry.waitFor();
    assert.match(await entry.innerText(), /Anna Berg/);
    assert.match(await entry.innerText(), /Ingrid Berg/);
    const { body } = await stage.ask<{ shares: { recipients: { person: { displayName: string }; reason: string }[] }[] }>(
      await stage.session('per'),
      'GET',
      shares(),
    );
    const reached = body.shares[0]?.recipients.map(({ person: { displayName }, reason }) => `${displayName} ${reason}`) ?? [];
    assert.deepEqual(reached.toSorted(), ['Anna Berg named', 'Ingrid Berg second_adult']);

    await ingrid.goTo('/');
    await ingrid.card(CLIP).waitFor();
    note(`shared with a minor: ${reached.join(', ')}; in the guardian's own library: yes`);
    await stage.leave(ingrid);
  });

  it('without a second adult is not offered, with the reason and what to do, and refused when it is tried all the same', async () => {
    await openDialog(per);
    const { page } = per;
    assert.equal(await page.locator('share-dialog label.person').filter({ hasText: 'Nils Dahl' }).count(), 0);
    await page.locator('share-dialog .cannot summary').click();
    const row = page.locator('share-dialog .cannot .person').filter({ hasText: 'Nils Dahl' });
    assert.match(await row.innerText(), /mindreårig[\s\S]*Be klubben registrere en foresatt/);
    const { body: person } = await stage.ask<{ id: string }>(stage.secretKey, 'GET', '/api/v1/people/fairway-nils');
    const { status, body } = await stage.ask<{ code: string; field: string }>(await stage.session('per'), 'POST', shares(), {
      recipientIds: [person.id],
    });
    assert.deepEqual([status, body.code, body.field], [422, 'share.second_adult_missing', 'recipientIds.0']);
    note(`shared with a minor whom nobody answers for: ${String(status)} ${body.code}`);
  });
});

describe('the dialog', () => {
  for (const { name, ...look } of LOOKS)
    it(`fits ${name}, both parts`, async () => {
      const visitor = await stage.signedIn('per', look);
      await openDialog(visitor);
      await choose(visitor, 'Anna Berg');
      await stage.mustBeSound(visitor, `share-people-${name}`);
      await visitor.page.locator('share-dialog #tab-link').click();
      await stage.mustBeSound(visitor, `share-link-${name}`);
      await stage.leave(visitor);
    });

  it('never made a browser complain', async () => {
    await stage.leave(per);
    assert.deepEqual(stage.complaints, []);
  });
});
