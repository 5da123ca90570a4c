import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Complaint } from './complaint.ts';
import type { DataDirectory } from './data-directory.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const OTHERS_MAY_PASS = 0o001;

/** The directories above a path, and itself, that only their owner may pass through. */
function shutDirectories(target: string): string[] {
  const above = path.dirname(target);
  const isShut = existsSync(target) && statSync(target).isDirectory() && (statSync(target).mode & OTHERS_MAY_PASS) === 0;
  return [...(above === target ? [] : shutDirectories(above)), ...(isShut ? [target] : [])];
}

/**
 * PostgreSQL refuses to run as root, so root runs it as the user `postgres`, who must find both its programs and its data.
 * @throws Complaint naming the directory that shuts it out.
 */
export function mustBeReachable(data: DataDirectory): void {
  if (process.getuid?.() !== 0) return;
  const shut = [...new Set([ROOT, data.root].flatMap(shutDirectories))];
  if (shut.length === 0) return;
  throw new Complaint(
    `PostgreSQL does not run as root, and its own user "postgres" cannot pass through ${shut.join(' and ')}.`,
    `Let others pass (chmod o+x ${shut.join(' ')}), or run this as an ordinary user.`,
  );
}
