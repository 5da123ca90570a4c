import type { TestEvent } from 'node:test/reporters';

/** A test whose name begins with the numbers of the cases it proves, as in "G31 initUpload: …". */
export interface NumberedTest {
  readonly number: string;
  readonly name: string;
  readonly isOk: boolean;
}

/** Not "G06: …": those tell how things stood at the end by themselves. */
const NUMBERED = /^((?:[CG]\d+ )+)(?![CG]\d+:)(.+)$/;

/** A node:test reporter that writes one JSON object a line for every number of every such test. */
export default async function* caseReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const [, numbers = '', name = ''] = NUMBERED.exec(event.data.name) ?? [];
    for (const number of numbers.split(' ').filter(Boolean))
      yield `${JSON.stringify({ number, name, isOk: event.type === 'test:pass' } satisfies NumberedTest)}\n`;
  }
}
