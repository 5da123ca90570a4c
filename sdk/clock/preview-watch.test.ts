import assert from 'node:assert/strict';
import { describe, it, mock, type TestContext } from 'node:test';
import { createClient, type Video } from '../client/client.ts';
import { PreviewWatch } from './preview-watch.ts';

/** As much of a page as is needed: it can be hidden. */
class Page extends EventTarget {
  hidden = false;

  become(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

type Answer = () => Response;
const video =
  (status: Video['status']): Answer =>
  () =>
    Response.json({ id: 'v1', status });
const refusal =
  (status: number): Answer =>
  () =>
    Response.json({ code: 'access.denied', status }, { status });

/** A watch on a clock of its own. `looks` are the seconds at which it asked. */
function rig(context: TestContext, answer: { now: Answer }) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  const page = new Page();
  Object.defineProperty(globalThis, 'document', { value: page, configurable: true });
  const looks: number[] = [];
  const told: string[] = [];
  const client = createClient({
    endpoint: 'https://api.test',
    getSessionToken: () => Promise.resolve({ token: 'va_st_test', expiresAt: '2999-01-01T00:00:00Z' }),
    fetch: () => {
      looks.push(Date.now() / 1000);
      return Promise.resolve().then(answer.now);
    },
  });
  const watch = new PreviewWatch(client, 'v1', {
    settled: ({ status }) => Promise.resolve(void told.push(status)),
    refused: () => Promise.resolve(void told.push('refused')),
  });
  context.after(() => {
    watch.stop();
    mock.timers.reset();
    Reflect.deleteProperty(globalThis, 'document');
  });
  return { watch, page, looks, told };
}

/** A quarter of a second at a time, with what it set off coming to an end in between. */
async function pass(seconds: number): Promise<void> {
  for (let quarter = 0; quarter < seconds * 4; quarter += 1) {
    mock.timers.tick(250);
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('whoever watches a preview', () => {
  it('looks after two seconds, then less and less often, down to every ten', async (context) => {
    const { looks } = rig(context, { now: video('processing') });
    await pass(50);
    // 2, and then after 3, 4.5, 6.75, 10, 10 …, in steps of the clock here
    assert.deepEqual(looks, [2, 5, 9.5, 16.25, 26.25, 36.25, 46.25]);
  });

  it('does not look while nobody sees the page, and soon again when somebody does', async (context) => {
    const { looks, page } = rig(context, { now: video('processing') });
    await pass(3);
    page.become(true);
    await pass(60);
    assert.deepEqual(looks, [2]);
    page.become(false);
    await pass(2);
    assert.deepEqual(looks, [2, 65]);
  });

  for (const status of ['ready', 'failed', 'quarantined'] as const)
    it(`tells that the video is ${status}, and looks again unless it is stopped`, async (context) => {
      const { watch, looks, told } = rig(context, { now: video(status) });
      await pass(2);
      assert.deepEqual(told, [status]);
      await pass(3);
      assert.deepEqual(told, [status, status]);
      watch.stop();
      await pass(60);
      assert.equal(looks.length, 2);
    });

  for (const status of [403, 404])
    it(`passes an answer of ${String(status)} on`, async (context) => {
      const { told } = rig(context, { now: refusal(status) });
      await pass(2);
      assert.deepEqual(told, ['refused']);
    });

  it('goes on when no answer comes, or the service is in trouble', async (context) => {
    const answer: { now: Answer } = {
      now: () => {
        throw new TypeError('fetch failed');
      },
    };
    const { told, looks } = rig(context, answer);
    await pass(2);
    answer.now = refusal(503);
    await pass(3);
    answer.now = video('ready');
    await pass(4.5);
    assert.deepEqual([looks.length, told], [3, ['ready']]);
  });
});
