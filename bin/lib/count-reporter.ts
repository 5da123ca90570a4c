import type { TestEvent } from 'node:test/reporters';
import type { Counts } from './outcome.ts';

/** A node:test reporter that says, in one JSON object, how many tests passed, failed or left themselves out. Suites do not count. */
export default async function* countReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, details, skip, todo } = event.data;
    const excuse = skip ?? todo;
    if (excuse !== undefined && excuse !== false) skipped.push(typeof excuse === 'string' ? `${name} (${excuse})` : name);
    else if (details.type === 'suite') continue;
    else if (event.type === 'test:pass') passed += 1;
    else failed += 1;
  }
  yield JSON.stringify({ passed, failed, skipped } satisfies Counts);
}
