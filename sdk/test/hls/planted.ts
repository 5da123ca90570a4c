import { check } from './checks.ts';
import { examine } from './conformance.ts';
import type { Watched } from './findings.ts';
import { PLANTS } from './planted-faults.ts';

/** Proves the conformance check: each fault that is planted in a ladder without one must be noticed by its own rule. */
export async function provePlants(watched: Watched): Promise<void> {
  const clean = await examine(watched);
  check(
    'planted faults: the ladder they are planted in has none of its own',
    clean.flatMap(({ rule, faults }) => faults.map((fault) => `${rule}: ${fault}`)),
  );
  let noticed = 0;
  for (const plant of PLANTS) {
    const { rule, what } = plant;
    const findings = await examine({ ...watched, files: plant.plant(watched.files) });
    const fault = findings.find((finding) => finding.rule === rule && finding.faults.length > 0)?.faults[0];
    if (fault !== undefined) noticed += 1;
    check(`planted: ${what} → ${rule}`, fault === undefined ? ['NOT NOTICED'] : []);
  }
  const unproven = clean.map(({ rule }) => rule).filter((rule) => !PLANTS.some((plant) => plant.rule === rule));
  check('planted faults: there is one for each rule', unproven);
  console.log(`conformance: ${String(PLANTS.length)} planted faults, ${String(noticed)} noticed`);
}
