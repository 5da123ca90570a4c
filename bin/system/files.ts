import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Complaint } from './complaint.ts';

/**
 * What a file of ours holds.
 * @returns null when there is no such file.
 * @throws Complaint when it cannot be read, or is not what we wrote.
 */
export function readJson<T>(file: string, isOurs: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isOurs(value)) return value;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return null;
    if (!(cause instanceof SyntaxError))
      throw new Complaint(
        `${file} cannot be read (${errorCode(cause) ?? 'unknown reason'}).`,
        `Make it readable for you: sudo chown "$USER" ${file}`,
        {
          cause,
        },
      );
  }
  throw new Complaint(
    `${file} is damaged: it is not what this program wrote there.`,
    `Put it back from a backup, or move it away to start anew: mv ${file} ${file}.damaged`,
  );
}

/** Complete or not at all, and for nobody else's eyes. */
export function writeJson(file: string, value: unknown): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** A record whose named members are all strings. */
export const hasStrings = <Name extends string>(value: unknown, names: readonly Name[]): value is Record<Name, string> =>
  isRecord(value) && names.every((name) => typeof value[name] === 'string');

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
