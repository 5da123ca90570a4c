import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recently } from './recently.ts';

describe('recently', () => {
  it('is until the time has gone by', () => {
    let at = 5;
    const names = recently(60, { now: () => at });
    assert.equal(names.has('a'), false);
    names.note('a');
    at = 64;
    assert.deepEqual([names.has('a'), names.has('b')], [true, false]);
    at = 65;
    assert.equal(names.has('a'), false);
  });

  it('makes something due the first time, and again from then on once per interval', () => {
    let at = 0;
    const alarms = recently(60, { now: () => at });
    const isDue = (name: string): boolean => alarms.isDue(name);
    assert.deepEqual([isDue('a'), isDue('a'), isDue('b')], [true, false, true]);
    at = 59;
    assert.equal(isDue('a'), false);
    at = 60;
    assert.deepEqual([isDue('a'), isDue('a')], [true, false]);
  });

  it('forgets the oldest name when there are too many', () => {
    const names = recently(60, { now: () => 0, maxEntries: 2 });
    for (const name of ['a', 'b', 'a', 'c']) names.note(name);
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => names.has(name)),
      [true, false, true],
    );
  });
});
