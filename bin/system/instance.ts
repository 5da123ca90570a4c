import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Complaint } from './complaint.ts';
import type { DataDirectory } from './data-directory.ts';
import { errorCode, isRecord, readJson, writeJson } from './files.ts';
import { commandOf, hasEnded, signal, toolsIn } from './processes.ts';

/** `run.json`: who runs here. */
export interface RunningSystem {
  readonly pid: number;
  readonly startedAt: string;
  readonly apiUrl: string;
  readonly portalUrl: string;
  /** Every part by name. */
  readonly pids: Readonly<Record<string, number>>;
}

const isRunningSystem = (value: unknown): value is RunningSystem =>
  isRecord(value) && typeof value['pid'] === 'number' && isRecord(value['pids']);

/** This system's claim on its data directory. */
export interface Instance {
  note(pids: RunningSystem['pids']): void;
  release(): void;
}

const PROGRAM = 'start-system.ts';

/**
 * Claims the data directory, and ends what a system that was killed has left running in it.
 * @throws Complaint when another system works there.
 */
export async function claim(data: DataDirectory, { apiUrl, portalUrl }: Pick<RunningSystem, 'apiUrl' | 'portalUrl'>): Promise<Instance> {
  const file = data.file('run.json');
  const mine = { pid: process.pid, startedAt: new Date().toISOString(), apiUrl, portalUrl };
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify({ ...mine, pids: { start: process.pid } }), { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const other = readJson(file, isRunningSystem);
    if (other && other.pid !== process.pid && commandOf(other.pid)?.includes(PROGRAM))
      throw new Complaint(
        `The system already runs on ${data.root} (process ${String(other.pid)}): ${other.portalUrl}`,
        `Use it, end it (kill ${String(other.pid)}), or start a second one beside it: DATA_DIR=/path API_PORT=4010 PORTAL_PORT=4110 bin/start`,
      );
    if (other) await endRemains(other.pids);
    rmSync(file, { force: true });
  }
  await endPostgres(data);
  for (const pid of toolsIn(data.workspaces)) signal(pid, 'SIGKILL');
  return {
    note: (pids) => writeJson(file, { ...mine, pids: { start: process.pid, ...pids } }),
    release: () => rmSync(file, { force: true }),
  };
}

/** Parts notice that their parent is gone and end by themselves; this waits for them. */
async function endRemains(pids: RunningSystem['pids']): Promise<void> {
  for (const pid of Object.values(pids)) {
    const isOurs = (): boolean => /\b(api|worker)\/main\.ts|host-portal\/server\.ts|postgres-process\.ts/.test(commandOf(pid) ?? '');
    if (!isOurs()) continue;
    signal(pid, 'SIGTERM');
    if (!(await hasEnded(pid, 10_000)) && isOurs()) signal(pid, 'SIGKILL');
  }
}

/** A PostgreSQL that outlived its system still holds the data: it is asked for a fast stop, which loses nothing. */
async function endPostgres(data: DataDirectory): Promise<void> {
  const file = path.join(data.postgres, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (!Number.isInteger(pid) || !commandOf(pid)?.includes(data.postgres)) return;
  signal(pid, 'SIGINT');
  if (await hasEnded(pid, 15_000)) return;
  throw new Complaint(
    `A database server that was left behind (process ${String(pid)}) holds ${data.postgres} and does not end.`,
    `End it yourself: kill -QUIT ${String(pid)}`,
  );
}
