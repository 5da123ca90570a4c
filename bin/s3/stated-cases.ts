import type { CaseResult } from '../../api/test/support/cases.ts';
import type { NumberedTest } from '../lib/case-reporter.ts';

/** Cases that several tests prove together: what is done, and how it must end. The tests name their numbers. */
const STATED: readonly (readonly [number: string, action: string, end: string])[] = [
  ['G31', '50 equal requests at once under one key, on every POST', 'one effect; all are told the same'],
  ['G32', 'the same key with another body, at another address, in another tenant', '422, 422; in the other tenant a first request'],
  ['G33', 'the same key while the first is being answered; after its lease', '409 with Retry-After; one takes over and finishes'],
  ['G34', 'the key missing, empty, 256 characters, control characters', '400, nothing done'],
  ['G35', 'refused or failed, then again under the same key', 'errors are not remembered: done once'],
  ['G36', 'the key a day later; the same clientUploadId', 'a new effect; still the old upload'],
  ['G68', 'files of 12 other kinds that call themselves videos; videos that are an archive or a page too', 'NOT_A_VIDEO; made anew'],
  ['G69', 'no byte, one byte, cut off at 10, 50, 99 %, no index, an index of 2^63 bytes, boxes 10 000 deep', 'failed at the first try'],
  ['G76', 'paths, options, header lines, 5 000 letters, emoji, changed direction, NUL as titles', 'kept as they are, or 400; in no header'],
  ['G84', '50 inits at once with room for 10, by bytes, number and month', '10 accepted, 40 refused, never above the limit'],
  ['G85', 'uploads abandoned and given up; a video removed 20 times at once', 'given back after the wait, and exactly once'],
];

/** One line for each number. A number that no test names is not proven. */
export const statedCases = (tests: readonly NumberedTest[]): readonly CaseResult[] =>
  STATED.map(([number, action, expected]) => {
    const own = tests.filter((test) => test.number === number);
    const broken = own.find(({ isOk }) => !isOk);
    const isOk = own.length > 0 && broken === undefined;
    const end = isOk ? `${expected} (${String(own.length)} tests)` : (broken?.name ?? 'no test names it');
    return { number, engine: 'disk', action, end, isOk };
  });
