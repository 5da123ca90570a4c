/**
 * `node bin/test-jobs.ts <file> …`: real workers on a database of their own, and what becomes of their jobs when they are killed, stopped,
 * overtaken or flooded. Prints one line for each numbered case and `N passed, N failed` last.
 */
import { collectCases } from './lib/collect-cases.ts';

const { results, isGreen } = collectCases(process.argv.slice(2), process.env);
console.log('\ncase    | action | end state | ok');
for (const { number, action, end, isOk } of results) console.log(`${number.padEnd(7)} | ${action} | ${end} | ${isOk ? 'ok' : 'NOT OK'}`);
const failed = results.filter(({ isOk }) => !isOk).length;
console.log(`\n${String(results.length - failed)} passed, ${String(failed)} failed`);
process.exitCode = isGreen && failed === 0 && results.length > 0 ? 0 : 1;
