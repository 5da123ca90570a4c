/**
 * `npm run show:erasure`: somebody with five videos, open uploads and dead jobs is erased by a real worker; the counts of the proof, place
 * by place; then one leftover of each kind is planted after another purge, and each is refused. Prints `N passed, N failed` last.
 */
import { PLANTS } from '../api/test/support/erasure-plants.ts';
import { startErasureRig, stateOf, tracesOf, type ErasureRig } from '../api/test/support/erasure-rig.ts';
import { until } from '../api/test/support/job-rig.ts';
import { startTestWorker } from '../api/test/support/worker.ts';
import { leftOverOf } from '../api/services/erasure-verify.ts';

type Numbers = Readonly<Record<string, number>>;

const counts = { passed: 0, failed: 0 };
function say(isOk: boolean, words: string): void {
  counts[isOk ? 'passed' : 'failed'] += 1;
  console.log(`${isOk ? 'ok    ' : 'NOT OK'} ${words}`);
}

const table = (numbers: Numbers): string =>
  Object.entries(numbers)
    .map(([place, count]) => `         ${place.padEnd(36)} ${String(count)}`)
    .join('\n');

const inWords = (numbers: Numbers): string =>
  Object.entries(numbers)
    .map(([place, count]) => `${place} ${String(count)}`)
    .join(', ');

async function showErasure(rig: ErasureRig): Promise<void> {
  const leaver = await rig.leaver('the-leaver');
  const before = await tracesOf(rig, leaver);
  const total = Object.values(before).reduce((sum, count) => sum + count, 0);
  say(
    leaver.videoIds.length === 5 && total > 0,
    `an athlete with ${String(leaver.videoIds.length)} videos; the ids are found ${String(total)} times:`,
  );
  console.log(table(before));

  const erasureId = await rig.ask('the-leaver');
  const played = await Promise.all(leaver.leasedFiles.map(async (url) => (await fetch(url)).status));
  say(
    played.every((status) => status === 404 || status === 410),
    `asked for: leases that were playing answer ${played.join(', ')}`,
  );
  const worker = await startTestWorker(rig.system);
  await until('the erasure is verified', async () => (await stateOf(rig, erasureId)).state === 'verified');
  await worker.stop();
  const { removed, receipt } = await stateOf(rig, erasureId);
  console.log(`       removed:\n${table(removed)}`);
  const { absent } = JSON.parse(receipt?.document ?? '{}') as { absent: Numbers };
  say(
    Object.values(absent).every((count) => count === 0),
    `verified: 0 in each of ${String(Object.keys(absent).length)} places`,
  );
  console.log(table(absent));
  say(Object.keys(await tracesOf(rig, leaver)).length === 0, 'looked for once more, by neither: nothing');
  say(receipt !== null, `receipt ${receipt?.sha256 ?? ''}`);
}

async function showRefusals(rig: ErasureRig): Promise<void> {
  const leaver = await rig.leaver('another-leaver', true);
  const erasureId = await rig.ask('another-leaver');
  await rig.purge.run(rig.tenant, erasureId, new AbortController().signal);
  console.log('\nAnother person is purged, and before the proof something is put back:');
  for (const plant of PLANTS) {
    const takeAway = await plant.put(rig, leaver, erasureId);
    const proof = await rig.prove(rig.tenant, erasureId);
    const outcome = await rig.conclude(erasureId, proof);
    say(outcome === 'refused' && (leftOverOf(proof)[plant.place] ?? 0) > 0, `${plant.name}: ${outcome} (${inWords(leftOverOf(proof))})`);
    await takeAway();
  }
  const outcome = await rig.conclude(erasureId, await rig.prove(rig.tenant, erasureId));
  say(outcome === 'verified', `nothing put back: ${outcome}`);
}

const rig = await startErasureRig();
try {
  await showErasure(rig);
  await showRefusals(rig);
} finally {
  await rig.stop();
}
console.log(`\n${String(counts.passed)} passed, ${String(counts.failed)} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
