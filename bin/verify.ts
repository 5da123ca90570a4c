/**
 * `node bin/verify.ts [step …] [part of a path …]`: runs all steps, or those named, and goes on after a red one. Anything with a
 * dot or a slash narrows the test files. The last line is `N passed, N failed`; the exit code is 1 if something failed or nothing ran.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { closingLine, isGood, table, type Outcome } from './lib/outcome.ts';
import { endAll, runStep } from './lib/run-step.ts';
import { ROOT, STEPS, type Request, type Step } from './lib/steps.ts';
import { engineFor } from './s3/engine.ts';

const words = process.argv.slice(2);
const filters = words.filter((word) => /[./]/.test(word));
const names = words.filter((word) => !filters.includes(word));
const unknown = names.find((name) => !STEPS.some((step) => step.name === name));
if (unknown !== undefined) {
  console.error(`There is no step "${unknown}". There are: ${STEPS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const steps = STEPS.filter(({ name }) => names.length === 0 || names.includes(name));

let stopEngine = (): void => undefined;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => {
    endAll();
    stopEngine();
    process.exit(code);
  });

/** MEDIA_DIR as a full path where there is such a directory, and unset where there is none, so that every suite sees the same. */
function environment(): NodeJS.ProcessEnv {
  const { MEDIA_DIR = '../shared/media', ...others } = process.env;
  const mediaDir = path.resolve(ROOT, MEDIA_DIR);
  return existsSync(mediaDir) ? { ...others, MEDIA_DIR: mediaDir } : others;
}

/** The suites that need an S3 engine get one where there can be one; otherwise the report says that they did not run. */
function envFor(step: Step, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (step.name !== 'integration') return env;
  const engine = engineFor(env, { store: 'memstore' });
  if (typeof engine === 'string') {
    console.log(`\nNo S3 engine: ${engine}`);
    return env;
  }
  stopEngine = engine.stop;
  return { ...env, ...engine.env };
}

const request: Omit<Request, 'env'> = { filters, detailed: names.length === 1 };
const env = environment();

const outcomes: Outcome[] = [];
for (const step of steps) {
  outcomes.push(await runStep(step, { ...request, env: envFor(step, env) }));
  stopEngine();
}

console.log(`\n${table(outcomes)}\n`);
console.log(closingLine(outcomes));
process.exitCode = isGood(outcomes) ? 0 : 1;
