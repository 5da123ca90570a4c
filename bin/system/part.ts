import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, renameSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { Complaint } from './complaint.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface PartDescription {
  readonly name: string;
  /** A module of this repository that says `ready` to its parent once it works. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logs: string;
  /** How long it may take to end when asked. */
  readonly stopMs: number;
  /** Whether it is started again when it dies. */
  readonly isReplaceable: boolean;
}

const READY_MS = 60_000;
/** After each death the wait doubles; one that has lived longer than this has earned a fresh count. */
const FIRST_WAIT_MS = 500;
const GOOD_LIFE_MS = 60_000;
const MOST_DEATHS = 5;

/**
 * One child process of the system: started, watched, started again when it dies, ended with everything it has started. It leads a
 * process group of its own, so that Ctrl-C in the terminal reaches us alone and the parts are ended in order.
 */
export class Part {
  readonly #description: PartDescription;
  readonly #onChange: () => void;
  readonly #onGaveUp: (complaint: Complaint) => void;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #words = '';
  #stopping = false;
  #deaths = 0;
  #again: NodeJS.Timeout | undefined;

  /** @param onChange Its process is another one. @param onGaveUp It died too often. */
  constructor(description: PartDescription, onChange: () => void, onGaveUp: (complaint: Complaint) => void) {
    this.#description = description;
    this.#onChange = onChange;
    this.#onGaveUp = onGaveUp;
    this.#log = openLog(this.logFile);
  }

  get name(): string {
    return this.#description.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get logFile(): string {
    return path.join(this.#description.logs, `${this.#description.name}.log`);
  }

  /** Resolves when it works, with what it said about itself. @throws Complaint with its last words when it ends first. */
  start(): Promise<unknown> {
    const { entry, env } = this.#description;
    const child = spawn(process.execPath, [path.join(ROOT, entry)], {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#words = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => this.#hear(chunk));
    const born = performance.now();
    return new Promise((resolve, reject) => {
      let isReady = false;
      const limit = setTimeout(() => endGroup(child, 'SIGKILL'), READY_MS);
      child.once('message', (message) => {
        isReady = true;
        clearTimeout(limit);
        this.#onChange();
        resolve(message);
      });
      child.once('error', reject);
      child.once('exit', () => {
        clearTimeout(limit);
        // Whatever it has started in its own group goes with it.
        endGroup(child, 'SIGKILL');
        if (!isReady) reject(this.#complaint('did not start'));
        else if (!this.#stopping) this.#died(performance.now() - born);
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#again);
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const limit = setTimeout(() => endGroup(child, 'SIGKILL'), this.#description.stopMs);
      await ended;
      clearTimeout(limit);
    }
    this.#log.end();
  }

  /** At once, without asking. */
  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#again);
    if (this.#child) endGroup(this.#child, 'SIGKILL');
  }

  #died(livedMs: number): void {
    this.#deaths = livedMs > GOOD_LIFE_MS ? 1 : this.#deaths + 1;
    const { name, isReplaceable } = this.#description;
    if (!isReplaceable || this.#deaths > MOST_DEATHS) {
      this.#onGaveUp(this.#complaint(isReplaceable ? `died ${String(this.#deaths)} times` : 'has ended'));
      return;
    }
    const waitMs = FIRST_WAIT_MS * 2 ** (this.#deaths - 1);
    console.log(`${name.padEnd(12)} has died (${this.logFile}) and starts again in ${(waitMs / 1000).toFixed(1)} s`);
    this.#again = setTimeout(() => this.#startAgain(), waitMs);
  }

  #startAgain(): void {
    const born = performance.now();
    this.start().then(
      () => console.log(`${this.name.padEnd(12)} works again`),
      () => {
        if (!this.#stopping) this.#died(performance.now() - born);
      },
    );
  }

  #complaint(what: string): Complaint {
    const last = this.#words
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('{') && !/^\s+at /.test(line))
      .at(-1);
    return new Complaint(`The part "${this.name}" ${what}${last === undefined ? '.' : `: ${last}`}`, `Its log tells more: ${this.logFile}`);
  }

  #hear(chunk: Buffer): void {
    this.#log.write(chunk);
    this.#words = (this.#words + chunk.toString()).slice(-8192);
  }
}

/** The log of the run before is kept beside the new one. */
function openLog(file: string): WriteStream {
  try {
    renameSync(file, `${file}.1`);
  } catch {
    // There was no run before.
  }
  return createWriteStream(file, { mode: 0o600 });
}

function endGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // Nobody of the group is left.
  }
}
