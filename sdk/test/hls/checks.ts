import { writeFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
const absent: string[] = [];

/** One line of the run's answer. @param faults what is wrong; nothing when it is right. */
export function check(what: string, faults: readonly string[] | boolean): void {
  const isGood = typeof faults === 'boolean' ? faults : faults.length === 0;
  if (isGood) passed += 1;
  else failed += 1;
  console.log(`${isGood ? '  ok  ' : 'FAILED'} ${what}`);
  if (typeof faults !== 'boolean') for (const fault of faults.slice(0, 5)) console.log(`         ${fault}`);
}

/** What this machine cannot do: said at once, and again at the end. */
export function notRun(what: string): void {
  absent.push(what);
  console.log(`not run: ${what}`);
}

/** Says the sum, to whoever counts too. @returns whether all is well. */
export function conclude(): boolean {
  const { COUNTS_FILE } = process.env;
  if (COUNTS_FILE !== undefined) writeFileSync(COUNTS_FILE, JSON.stringify({ passed, failed, skipped: absent }));
  for (const what of absent) console.log(`not run: ${what}`);
  console.log(`${String(passed)} passed, ${String(failed)} failed`);
  return failed === 0 && passed > 0;
}
