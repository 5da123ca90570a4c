import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leftOut } from './inputs.ts';
import { closingCounts, settle, type Counts, type Outcome } from './outcome.ts';
import { COUNTS_PLACEHOLDER, ROOT, type Request, type Step } from './steps.ts';

const running = new Set<ChildProcess>();

/** Ends every program a step has started, with all its children: each runs as the head of a process group of its own. */
export function endAll(): void {
  for (const { pid } of running) endGroup(pid);
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}

interface Finished {
  readonly exitCode: number;
  readonly output: string;
}

/** Shows the program's output as it comes, and keeps its end. A program that outlives its limit is ended and has failed. */
function run(step: Step, nodeArguments: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, nodeArguments, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-64 * 1024);
      process.stdout.write(text);
    });
    const limit = setTimeout(() => {
      console.log(`${step.name}: still running after ${String(step.limitMinutes)} minutes, ended`);
      endGroup(child.pid);
    }, step.limitMinutes * 60_000);
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(limit);
      // A suite that has ended leaves nothing behind.
      endGroup(child.pid);
      running.delete(child);
      resolve({ exitCode: exitCode ?? 1, output });
    });
  });
}

function readCounts(file: string): Counts | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts;
  } catch {
    // A suite that writes none counts on its last line, or is one pass or one failure.
    return null;
  }
}

/** Runs one step and counts what came of it. */
export async function runStep(step: Step, request: Request): Promise<Outcome> {
  const plan = step.plan(request);
  const nothing: Outcome = { step: step.name, passed: 0, failed: 0, seconds: 0, skipped: [] };
  console.log(`\n== ${step.name}`);
  if ('missing' in plan) {
    console.log(plan.missing);
    return { ...nothing, failed: 1 };
  }

  const scratch = mkdtempSync(path.join(tmpdir(), 'verify-'));
  const countsFile = path.join(scratch, 'counts.json');
  const started = performance.now();
  try {
    const nodeArguments = plan.arguments.map((argument) => argument.replace(COUNTS_PLACEHOLDER, countsFile));
    const { exitCode, output } = await run(step, nodeArguments, { ...request.env, COUNTS_FILE: countsFile });
    const counts = settle(readCounts(countsFile) ?? closingCounts(output), exitCode);
    const skipped = [...leftOut(step.name, request.env), ...counts.skipped];
    return { ...nothing, ...counts, skipped, seconds: (performance.now() - started) / 1000 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
