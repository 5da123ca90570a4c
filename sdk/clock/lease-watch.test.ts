import assert from 'node:assert/strict';
import { describe, it, mock, type TestContext } from 'node:test';
import { LeaseWatch } from './lease-watch.ts';

/** As much of a page as is needed: it can be hidden. */
class Page extends EventTarget {
  hidden = false;

  become(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** A watch on a clock of its own. `looks` are the seconds at which it asked; a status of 0 is a question without an answer. */
function rig(context: TestContext) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  const page = new Page();
  Object.defineProperty(globalThis, 'document', { value: page, configurable: true });
  const looks: number[] = [];
  const told: number[] = [];
  const answer: { status: number | 'hangs' } = { status: 200 };
  const watch = new LeaseWatch(
    { address: () => 'https://api.test/poster', ended: () => Promise.resolve(void told.push(Date.now() / 1000)) },
    (_url, signal) => {
      looks.push(Date.now() / 1000);
      if (answer.status === 0) return Promise.reject(new TypeError('fetch failed'));
      if (answer.status !== 'hangs') return Promise.resolve(answer.status);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    },
  );
  context.after(() => {
    watch.stop();
    mock.timers.reset();
    Reflect.deleteProperty(globalThis, 'document');
  });
  return { watch, page, looks, told, answer };
}

/** What has been set off comes to an end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    mock.timers.tick(1000);
    await settle();
  }
}

describe('whoever watches a lease', () => {
  it('asks every two seconds', async (context) => {
    const { looks, told } = rig(context);
    await pass(10);
    assert.deepEqual([looks, told], [[2, 4, 6, 8, 10], []]);
  });

  it('asks nothing while nobody sees the page, and at once when somebody does', async (context) => {
    const { looks, page } = rig(context);
    await pass(2);
    page.become(true);
    await pass(60);
    assert.deepEqual(looks, [2]);
    page.become(false);
    assert.deepEqual(looks, [2, 62]);
    await settle();
    await pass(2);
    assert.deepEqual(looks, [2, 62, 64]);
  });

  for (const status of [401, 403, 404, 410])
    it(`tells of an answer of ${String(status)}`, async (context) => {
      const { told, answer } = rig(context);
      answer.status = status;
      await pass(2);
      assert.deepEqual(told, [2]);
    });

  for (const status of [0, 429, 500, 503])
    it(`makes nothing of ${status === 0 ? 'no answer' : String(status)}, and asks less often`, async (context) => {
      const { told, looks, answer } = rig(context);
      answer.status = status;
      await pass(62);
      assert.deepEqual([looks, told], [[2, 6, 14, 30, 46, 62], []]);
      answer.status = 200;
      await pass(18);
      assert.deepEqual(looks.slice(-2), [78, 80]);
    });

  it('gives a question up that nobody answers', async (context) => {
    const { looks, answer } = rig(context);
    answer.status = 'hangs';
    await pass(14);
    assert.deepEqual(looks, [2, 14]);
  });

  it('is silent once it is stopped', async (context) => {
    const { watch, looks, page } = rig(context);
    watch.stop();
    await pass(10);
    page.become(false);
    assert.deepEqual(looks, []);
  });
});
