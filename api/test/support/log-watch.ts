import type { Logger } from 'pino';
import { openLog } from '../../platform/log.ts';

/** What must be in no line: keys and tokens of any kind, signatures, the address of a lease. */
export const SECRETS = /va_[a-z]{2}_\w|X-Amz-Signature|[?&]signature=|\/play\/[A-Za-z0-9]/i;

export interface WatchedLog {
  /** The API's own, with everything it leaves out. */
  readonly log: Logger;
  readonly lines: readonly string[];
  /** @throws Error with the first line that holds a secret. */
  mustBeClean(): void;
}

/** Enough to look back on, and no heap of a long run. */
const MAX_LINES = 20_000;

/** The log of an API under test: every suite that runs one has it searched. TEST_LOG=1 shows it. */
export function watchedLog(): WatchedLog {
  const lines: string[] = [];
  let leak: string | undefined;
  const write = (line: string): void => {
    if (SECRETS.test(line)) leak ??= line;
    if (lines.length < MAX_LINES) lines.push(line);
    if (process.env['TEST_LOG'] !== undefined) process.stdout.write(line);
  };
  return {
    ...{ log: openLog('api', 'trace', { write }), lines },
    mustBeClean: () => {
      if (leak !== undefined) throw new Error(`a secret was logged: ${leak}`);
    },
  };
}
