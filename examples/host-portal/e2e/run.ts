/**
 * `node examples/host-portal/e2e/run.ts [name …]`: the portal against the started system, all of it or what is named; one line per check,
 * then what was measured and the count on the last.
 */
import path from 'node:path';
import { run } from 'node:test';
import { noted } from './figures.ts';

const ALL = ['portal', 'preview', 'desk', 'withdrawal', 'links', 'second-adult'];
const counts = { pass: 0, fail: 0 };
const wanted = process.argv.slice(2);
const files = (wanted.length > 0 ? wanted : ALL).map((name) => path.join(import.meta.dirname, `${name}.e2e.test.ts`));

const isGroup = (type: string | undefined): boolean => type === 'suite';

run({ files, concurrency: 1, isolation: 'none' })
  .on('test:pass', ({ name, details, nesting }) => {
    if (isGroup(details.type)) return;
    counts.pass += 1;
    console.log(`${'  '.repeat(nesting)}ok    ${name} (${(details.duration_ms / 1000).toFixed(1)} s)`);
  })
  .on('test:fail', ({ name, details, nesting }) => {
    if (isGroup(details.type)) return;
    counts.fail += 1;
    console.log(
      `${'  '.repeat(nesting)}FAIL  ${name}\n${details.error.cause instanceof Error ? (details.error.cause.stack ?? '') : String(details.error)}`,
    );
  })
  .on('test:stdout', ({ message }) => process.stdout.write(message))
  .once('end', () => {
    console.log([...noted(), `e2e: ${String(counts.pass + counts.fail)} checks, ${String(counts.fail)} failed`].join('\n'));
    process.exitCode = counts.fail > 0 || counts.pass === 0 ? 1 : 0;
  })
  .resume();
