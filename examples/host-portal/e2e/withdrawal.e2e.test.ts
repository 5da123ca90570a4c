import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { delays, note } from './figures.ts';
import { keepPicture } from './screens.ts';
import { copyMediaUrls, mustBeClosed, noticeOf, playOn, Stage, untilDark } from './sharing-kit.ts';
import type { Visitor } from './visitor.ts';

const TIMES = 5;
/** Far more than it takes, and far less than the next renewal: who waits for that is found out. */
const PATIENCE_S = 20;

let stage: Stage;

before(async () => {
  stage = await Stage.open();
});

after(() => stage?.close());

/** Opens a clip, plays it, and has it taken away. @returns how many seconds that took, and what can be looked at then */
async function takeAway(visitor: Visitor, videoId: string, act: () => Promise<unknown>): Promise<number> {
  const copied = copyMediaUrls(visitor);
  await visitor.goTo(`/review/${videoId}`);
  await playOn(visitor);
  const dark = await untilDark(visitor);
  const began = Date.now();
  await act();
  const seconds = ((await dark()) - began) / 1000;
  assert.ok(seconds < PATIENCE_S, `${seconds.toFixed(1)} s`);
  await mustBeClosed(copied());
  return seconds;
}

describe('a coach who is watching', () => {
  it(`sees nothing any more when the guardian takes the consent back, ${String(TIMES)} times`, async () => {
    const [kari, ingrid] = [await stage.signedIn('kari'), await stage.signedIn('ingrid')];
    const seconds: number[] = [];
    for (let time = 1; time <= TIMES; time += 1) {
      await ingrid.goTo('/consent');
      const card = ingrid.page.locator('consent-panel [part=card]').first();
      await card.locator('button').click();
      const dialog = ingrid.page.locator('consent-panel dialog');
      await dialog.waitFor();
      seconds.push(await takeAway(kari, stage.videoOf('anna'), () => dialog.locator('button.danger').click()));
      assert.match(await noticeOf(kari), /Du kan ikke se denne videoen[\s\S]*samtykke/);
      if (time === 1) await keepPicture(kari, 'withdrawn-review');
      await kari.goTo('/');
      await kari.card('Jern 7').waitFor();
      assert.equal(await kari.card('Driver').count(), 0);
      await stage.grant('ingrid', 'anna', 'coach_review');
    }
    note(delays('consent taken back: dark after', seconds));
    await stage.leave(kari);
    await stage.leave(ingrid);
  });

  it('sees nothing any more when the tie to the athlete ends', async () => {
    const kari = await stage.signedIn('kari');
    const tie = `/api/v1/people/${stage.login('anna').externalId}/coaches/${stage.login('kari').externalId}`;
    const seconds = await takeAway(kari, stage.videoOf('anna'), () => stage.ask(stage.secretKey, 'DELETE', tie));
    assert.match(await noticeOf(kari), /Du kan ikke se denne videoen/);
    note(`a coach's tie ended: dark after ${seconds.toFixed(1)} s`);
    await stage.ask(stage.secretKey, 'PUT', tie);
    await stage.leave(kari);
  });

  it('sees nothing any more when the role changes', async () => {
    const kari = await stage.signedIn('kari');
    const { externalId, displayName } = stage.login('kari');
    const become = (role: string) => stage.ask(stage.secretKey, 'PUT', `/api/v1/people/${externalId}`, { role, displayName });
    const seconds = await takeAway(kari, stage.videoOf('anna'), async () => {
      // The portal's own records change too, or its next session would make her a coach again.
      await kari.context.route('**/api/session-token', async (route) => {
        const token = await stage.session('kari', { role: 'guardian' });
        await route.fulfill({ json: { token, expiresAt: new Date(Date.now() + 900_000).toISOString() } });
      });
      await become('guardian');
    });
    note(`role changed: dark after ${seconds.toFixed(1)} s`);
    await become('coach');
    await stage.leave(kari);
  });
});

describe('a member it was shared with', () => {
  it('sees nothing any more when that is stopped', async () => {
    await stage.grant('ingrid', 'anna', 'tenant_library');
    const jonas = await stage.signedIn('jonas');
    const ingrid = await stage.session('ingrid');
    const shares = `/api/v1/videos/${stage.videoOf('anna')}/shares`;
    const { status, body } = await stage.ask<{ id: string }>(ingrid, 'POST', shares, { recipientIds: [stage.login('jonas').personId] });
    assert.equal(status, 201, JSON.stringify(body));
    const seconds = await takeAway(jonas, stage.videoOf('anna'), () => stage.ask(ingrid, 'DELETE', `${shares}/${body.id}`));
    assert.match(await noticeOf(jonas), /Du kan ikke se denne videoen/);
    note(`no longer shared: dark after ${seconds.toFixed(1)} s`);
    await stage.leave(jonas);
  });

  it('never made a browser complain', () => assert.deepEqual(stage.complaints, []));
});
