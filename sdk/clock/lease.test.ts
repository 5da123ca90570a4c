import assert from 'node:assert/strict';
import { describe, it, mock, type TestContext } from 'node:test';
import { createClient, type Playback } from '../client/client.ts';
import type { ApiProblem } from '../client/problem.ts';
import { PlaybackLease } from './lease.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

type Answer = () => Response;
const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
const refused = (status: number, code: string): Answer => {
  const body = JSON.stringify({ code, status, title: code });
  return () => new Response(body, { status, headers: { 'Content-Type': 'application/problem+json' } });
};
const renewed: Answer = () => json({ policyVersion: 1, expiresAt: inSeconds(300), renewAfterSeconds: 120 });
const unreachable: Answer = () => {
  throw new TypeError('fetch failed');
};

const opened = (lease: string): Playback =>
  ({
    expiresAt: inSeconds(300),
    renewUrl: `/api/v1/play/${lease}/renew`,
    renewAfterSeconds: 120,
    poster: `/api/v1/play/${lease}/poster.jpg`,
    video: { id: 'v1' },
  }) as unknown as Playback;

/** A lease on a clock of its own, an API that answers by rule, and an owner that notes what it is told. */
function rig(context: TestContext, answers: { renew: Answer; playback?: Answer }) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOON });
  context.after(() => mock.timers.reset());
  const asked: string[] = [];
  const client = createClient({
    endpoint: 'https://api.test',
    getSessionToken: () => Promise.resolve({ token: 'va_st_test', expiresAt: '2999-01-01T00:00:00Z' }),
    fetch: async (input) => {
      const name = new URL(input instanceof Request ? input.url : input).pathname.split('/').at(-1) ?? '';
      asked.push(name);
      return (name === 'renew' ? answers.renew : (answers.playback ?? renewed))();
    },
  });
  const told: string[] = [];
  const looks: string[] = [];
  const address = { status: 200 };
  Object.defineProperty(globalThis, 'document', { value: Object.assign(new EventTarget(), { hidden: false }), configurable: true });
  const lease = new PlaybackLease(
    client,
    opened('one'),
    {
      reopened: ({ renewUrl }) => void told.push(`reopened ${renewUrl}`),
      lost: ({ code }: ApiProblem) => void told.push(`lost ${code}`),
    },
    (url) => {
      looks.push(url);
      return Promise.resolve(address.status);
    },
  );
  context.after(() => {
    lease.stop();
    Reflect.deleteProperty(globalThis, 'document');
  });
  return { lease, asked, told, answers, looks, address };
}

/** Time goes by, and what it set off comes to an end. */
async function pass(seconds: number): Promise<void> {
  mock.timers.tick(seconds * 1000);
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

/** The machine sleeps: the clock goes on, no timer runs. */
const sleep = (seconds: number): void => mock.timers.setTime(Date.now() + seconds * 1000);

describe('a lease that is kept', () => {
  it('is renewed every 120 seconds, as the server says', async (context) => {
    const { asked } = rig(context, { renew: renewed });
    await pass(119);
    assert.deepEqual(asked, []);
    await pass(1);
    assert.deepEqual(asked, ['renew']);
    await pass(120);
    assert.deepEqual(asked, ['renew', 'renew']);
  });

  it('is left alone before playing while it is fresh', async (context) => {
    const { lease, asked } = rig(context, { renew: renewed });
    await pass(60);
    await lease.check();
    assert.deepEqual(asked, []);
  });

  it('is renewed once by callers that come together', async (context) => {
    const { lease, asked } = rig(context, { renew: renewed });
    await Promise.all([lease.renew(), lease.renew(), lease.renew()]);
    assert.deepEqual(asked, ['renew']);
  });

  for (const status of [404, 410])
    it(`is opened anew after ${String(status)}, and its owner moves over`, async (context) => {
      const { lease, asked, told } = rig(context, { renew: refused(status, 'playback.expired'), playback: () => json(opened('two')) });
      await lease.renew();
      assert.deepEqual([asked, told], [['renew', 'playback'], ['reopened /api/v1/play/two/renew']]);
    });

  it('survives an hour without a network: it asks again and its owner hears nothing', async (context) => {
    const { asked, told, answers } = rig(context, { renew: unreachable });
    await pass(120);
    await pass(5);
    assert.ok(asked.length >= 2);
    answers.renew = renewed;
    await pass(5);
    const before = asked.length;
    await pass(119);
    assert.deepEqual([asked.length, told], [before, []]);
  });

  it('is asked for again soon when the server is busy', async (context) => {
    const { asked, told } = rig(context, { renew: refused(503, 'service.unavailable') });
    await pass(120);
    const before = asked.length;
    await pass(5);
    assert.ok(asked.length > before);
    assert.deepEqual(told, []);
  });
});

describe('a lease that is opened anew because there is something else to play', () => {
  it('lives, its owner moves over, and it is renewed in its own time', async (context) => {
    const { lease, asked, told } = rig(context, { renew: renewed, playback: () => json(opened('two')) });
    await pass(100);
    await lease.reopen();
    assert.deepEqual([asked, told], [['playback'], ['reopened /api/v1/play/two/renew']]);
    await pass(119);
    assert.deepEqual(asked, ['playback']);
    await pass(1);
    assert.deepEqual(asked, ['playback', 'renew']);
  });

  it('is lost when that is refused, and stays as it is when no answer comes', async (context) => {
    const { lease, told, answers } = rig(context, { renew: renewed, playback: unreachable });
    await lease.reopen();
    assert.deepEqual(told, []);
    answers.playback = refused(403, 'access.denied');
    await lease.reopen();
    assert.deepEqual(told, ['lost access.denied']);
  });

  it('is not, when nobody holds it any more', async (context) => {
    const { lease, asked } = rig(context, { renew: renewed });
    lease.stop();
    await lease.reopen();
    assert.deepEqual(asked, []);
  });
});

describe('a lease after a sleep', () => {
  it('is renewed before playing on', async (context) => {
    const { lease, asked } = rig(context, { renew: renewed });
    sleep(1200);
    await lease.check();
    assert.ok(asked.includes('renew'));
  });

  it('that was renewed is fresh again', async (context) => {
    const { lease, asked } = rig(context, { renew: renewed });
    sleep(1200);
    await lease.check();
    const before = asked.length;
    await lease.check();
    assert.equal(asked.length, before);
  });
});

describe('a lease that is refused', () => {
  for (const [status, code] of [
    [401, 'auth.invalid'],
    [402, 'playback.egress_exceeded'],
    [403, 'access.consent_missing'],
  ] as const)
    it(`with ${String(status)} is lost: its owner hears why, once, and nothing is asked any more`, async (context) => {
      const { lease, asked, told } = rig(context, { renew: refused(status, code) });
      await lease.renew();
      assert.deepEqual(told, [`lost ${code}`]);
      const before = asked.length;
      await pass(600);
      await lease.check();
      assert.deepEqual([asked.length, told.length], [before, 1]);
    });

  it('with 410, and when it is opened anew, is lost with the reason', async (context) => {
    const { lease, told } = rig(context, { renew: refused(410, 'playback.expired'), playback: refused(403, 'access.consent_missing') });
    await lease.renew();
    assert.deepEqual(told, ['lost access.consent_missing']);
  });

  it('that nobody holds any more is neither renewed nor told of', async (context) => {
    const { lease, asked, told } = rig(context, { renew: renewed });
    lease.stop();
    await pass(600);
    await lease.check();
    assert.deepEqual([asked, told], [[], []]);
  });
});

describe('a lease whose addresses are answered no more', () => {
  it('is looked at every two seconds at the poster, and not renewed while it lives', async (context) => {
    const { looks, asked } = rig(context, { renew: renewed });
    for (let second = 0; second < 6; second += 1) await pass(1);
    assert.deepEqual(looks, Array(3).fill('https://api.test/api/v1/play/one/poster.jpg'));
    assert.deepEqual(asked, []);
  });

  it('is lost within two seconds, with the reason', async (context) => {
    const { told, address } = rig(context, { renew: refused(403, 'access.consent_missing') });
    address.status = 410;
    await pass(2);
    assert.deepEqual(told, ['lost access.consent_missing']);
  });

  it('gives way to another one where there may be one, and that one is looked at', async (context) => {
    const { told, looks, address } = rig(context, { renew: refused(410, 'playback.expired'), playback: () => json(opened('two')) });
    address.status = 410;
    await pass(2);
    assert.deepEqual(told, ['reopened /api/v1/play/two/renew']);
    address.status = 200;
    await pass(2);
    assert.equal(looks.at(-1), 'https://api.test/api/v1/play/two/poster.jpg');
  });

  for (const [what, renew] of [
    ['cannot be renewed for want of an answer', unreachable],
    ['cannot be renewed because the service is in trouble', refused(503, 'service.unavailable')],
  ] as const)
    it(`is lost when it ${what}: the server has said that it is over`, async (context) => {
      const { told, address } = rig(context, { renew });
      address.status = 410;
      await pass(2);
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /^lost /);
    });
});
