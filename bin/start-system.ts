/** `npm start`: the whole platform on this machine. Ctrl-C ends all of it; a second Ctrl-C does not wait. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Complaint } from './system/complaint.ts';
import type { Demo } from './system/demo.ts';
import { seedSamples } from './system/samples.ts';
import { readSettings, type Settings } from './system/settings.ts';
import { System } from './system/system.ts';

const started = performance.now();
const stopping = new AbortController();

function complain(error: unknown): void {
  if (!(error instanceof Complaint)) {
    console.error(error);
    return;
  }
  console.error(`\n${error.message}\n  ${error.remedy}`);
}

function tell(demo: Demo, { portalUrl, apiUrl }: Settings, demoFile: string): void {
  console.log(`\nReady after ${((performance.now() - started) / 1000).toFixed(1)} s.\n\n  Portal  ${portalUrl}\n  API     ${apiUrl}\n`);
  for (const { name, logins } of demo.clubs) {
    console.log(`  ${name}`);
    for (const { role, username, password, displayName } of logins)
      console.log(`    ${role.padEnd(9)} ${username.padEnd(8)} ${password.padEnd(17)} ${displayName}`);
  }
  console.log(`\n  Keys and logins: ${demoFile}\n  Ctrl-C ends everything.\n`);
}

async function main(): Promise<void> {
  const envFile = path.resolve(import.meta.dirname, '../.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const settings = readSettings(process.env);
  const system = await System.open(settings, (complaint) => {
    complain(complaint);
    void end(1);
  });
  let signals = 0;
  const end = async (code: number): Promise<void> => {
    stopping.abort();
    await system.stop();
    process.exit(code);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      signals += 1;
      if (signals === 1) {
        console.log('\nStopping …');
        void end(0);
        return;
      }
      system.kill();
      process.exit(1);
    });
  try {
    const demo = await system.start();
    tell(demo, settings, system.data.file('demo.json'));
    await seedSamples(system.data, demo, settings, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return;
    complain(error);
    await end(1);
  }
}

main().catch((error: unknown) => {
  complain(error);
  process.exit(1);
});
