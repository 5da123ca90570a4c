import { appendFileSync } from 'node:fs';
import { it } from 'node:test';

/** One numbered case as the table shows it. */
export interface CaseResult {
  readonly number: string;
  readonly engine: string;
  readonly action: string;
  readonly end: string;
  readonly isOk: boolean;
}

/**
 * A test under the numbers of the cases it proves. What `run` returns says how things stood at the end; it goes to the report, and to
 * CASES_FILE where one is named.
 */
export function numberedCase(number: string, engine: string, action: string, run: () => Promise<string>): void {
  it(`${number}: ${action}`, async (t) => {
    const record = (end: string, isOk: boolean): void => {
      t.diagnostic(`${number} (${engine}): ${action} → ${end}`);
      const file = process.env['CASES_FILE'];
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ number, engine, action, end, isOk } satisfies CaseResult)}\n`);
    };
    try {
      record(await run(), true);
    } catch (error) {
      record(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'failed', false);
      throw error;
    }
  });
}
