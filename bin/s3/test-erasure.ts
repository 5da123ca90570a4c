/**
 * `npm run test:erasure`: what an erasure must stand, by number: killed at every step, something left over, a backup restored. On a disk
 * always; versions and delete markers on an S3 engine where there can be one. Prints one line a case and `N passed, N failed` last.
 */
import { collectCases } from '../lib/collect-cases.ts';
import { engineFor } from './engine.ts';

const engine = engineFor(process.env, { store: 'memstore' });
const env = typeof engine === 'string' ? process.env : { ...process.env, ...engine.env };
const { results, isGreen } = collectCases(['api/test/erasure.cases.ts', 'api/test/erasure-versions.cases.ts'], env);
if (typeof engine !== 'string') engine.stop();

console.log('\ncase | engine | action | end state | ok');
for (const { number, engine: on, action, end, isOk } of results)
  console.log(`${number} | ${on.padEnd(4)} | ${action} | ${end} | ${isOk ? 'ok' : 'NOT OK'}`);
if (typeof engine === 'string') console.log(`\nThe cases on S3 did not run: ${engine}`);
const failed = results.filter(({ isOk }) => !isOk).length;
console.log(`\n${String(results.length - failed)} passed, ${String(failed)} failed`);
process.exitCode = isGreen && failed === 0 && results.length > 0 ? 0 : 1;
