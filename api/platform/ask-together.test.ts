import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askTogether } from './ask-together.ts';

/** Somebody who doubles numbers, and answers a go when told to. */
function doubler() {
  const goes: { readonly asked: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  let wake = (): void => undefined;
  const askAll = (asked: readonly number[]): Promise<readonly (number | undefined)[]> =>
    new Promise((resolve, reject) => {
      const end = (error?: Error): void => (error ? reject(error) : resolve(asked.map((each) => (each < 0 ? undefined : each * 2))));
      goes.push({ asked, end });
      wake();
    });
  /** Resolves when so many goes have begun. */
  const begun = (count: number): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        if (goes.length >= count) resolve();
      };
      wake();
    });
  return { goes, askAll, begun };
}

describe('questions that are asked together', () => {
  it('are those of one turn, and each gets its own answer', async () => {
    const { goes, askAll, begun } = doubler();
    const ask = askTogether(askAll);
    const answers = Promise.all([ask(1), ask(-1), ask(3), ask(1)]);
    await begun(1);
    goes[0]?.end();
    assert.deepEqual(await answers, [2, undefined, 6, 2]);
    assert.deepEqual(
      goes.map(({ asked }) => asked),
      [[1, -1, 3, 1]],
    );
  });

  it('wait while enough are under way, and are never added to what has been asked', async () => {
    const { goes, askAll, begun } = doubler();
    const ask = askTogether(askAll, { atOnce: 1 });
    const first = ask(1);
    await begun(1);
    const later = Promise.all([ask(2), ask(3)]);
    await new Promise(setImmediate);
    assert.equal(goes.length, 1);
    goes[0]?.end();
    await begun(2);
    goes[1]?.end();
    assert.deepEqual([await first, await later], [2, [4, 6]]);
  });

  it('go in several goes when there are many', async () => {
    const { goes, askAll, begun } = doubler();
    const ask = askTogether(askAll, { atOnce: 2, most: 2 });
    const answers = Promise.all([1, 2, 3, 4, 5].map(ask));
    await begun(2);
    goes[1]?.end();
    await begun(3);
    goes[0]?.end();
    goes[2]?.end();
    assert.deepEqual(await answers, [2, 4, 6, 8, 10]);
    assert.deepEqual(
      goes.map(({ asked }) => asked),
      [[1, 2], [3, 4], [5]],
    );
  });

  it('fail together, and the next ones are asked all the same', async () => {
    const { goes, askAll, begun } = doubler();
    const ask = askTogether(askAll, { atOnce: 1 });
    const failing = Promise.allSettled([ask(1), ask(2)]);
    await begun(1);
    const next = ask(3);
    goes[0]?.end(new Error('gone'));
    assert.deepEqual(
      (await failing).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    await begun(2);
    goes[1]?.end();
    assert.equal(await next, 6);
  });
});
