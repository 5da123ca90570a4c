import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { numberedCase } from './support/cases.ts';
import { uploadClip } from './support/clips.ts';
import { startClub } from './support/club.ts';
import { startJobRig, type JobRig } from './support/job-rig.ts';
import { testClip } from './support/test-clip.ts';
import type { TestProcess } from './support/worker.ts';

const FLOOD = 25;
const FEW = 5;

const CLIP = testClip({ width: 96, height: 64, rate: '30', frames: 6 });

let rig: JobRig;
before(async () => {
  rig = await startJobRig();
});
after(() => rig.stop());

interface Start {
  readonly videoId: string;
  readonly at: number;
}

/** When each of these videos was first begun, in order. */
async function firstStarts(videoIds: ReadonlySet<string>): Promise<readonly Start[]> {
  const rows = await rig.system.database
    .admin('videoTransition')
    .where({ event: 'started', fromStatus: 'uploaded' })
    .orderBy('createdAt')
    .select<{ videoId: string; createdAt: Date }[]>('videoId', 'createdAt');
  return rows.filter(({ videoId }) => videoIds.has(videoId)).map(({ videoId, createdAt }) => ({ videoId, at: createdAt.getTime() }));
}

const countOf = async (event: 'started' | 'finished'): Promise<number> =>
  (await rig.system.database.admin('videoTransition').where({ event })).length;

/** Videos that a worker has brought to their end, as it wrote them down. */
const endedBy = (worker: TestProcess): number =>
  worker
    .output()
    .split('\n')
    .filter((line) => line.includes('"job":"video.process"') && line.includes('"msg":"job done"')).length;

describe('two tenants, one of which floods', () => {
  numberedCase(
    'Show 4',
    'disk',
    `${String(FLOOD)} jobs of one, then ${String(FEW)} of the other, two workers, one killed in the middle`,
    async () => {
      const links = await startClub(rig.system, 'Links');
      const guest = await links.person('player', 'player-1');
      const flood = new Set<string>();
      const few = new Set<string>();
      for (let n = 0; n < FLOOD; n += 1) flood.add((await uploadClip(rig.player.api, CLIP)).id);
      for (let n = 0; n < FEW; n += 1) few.add((await uploadClip(guest.api, CLIP)).id);

      const [doomed, other] = await Promise.all([rig.worker(), rig.worker()]);
      // Both have had jobs, and both have one in hand, unless they are too quick to be seen with it.
      await rig.until('the middle', async () => {
        const [started, finished] = await Promise.all([countOf('started'), countOf('finished')]);
        return endedBy(doomed) > 0 && endedBy(other) > 0 && ((finished >= 4 && started - finished >= 2) || finished >= 10);
      });
      doomed.child.kill('SIGKILL');
      const killedAfter = await countOf('finished');
      assert.equal((await doomed.ended).signal, 'SIGKILL');
      await rig.until('the end of all', async () => (await countOf('finished')) >= FLOOD + FEW);
      await other.stop();

      const { admin } = rig.system.database;
      const all = [...flood, ...few];
      const videos = await admin('video').whereIn('id', all).select<{ status: string }[]>('status');
      assert.deepEqual(new Set(videos.map(({ status }) => status)), new Set(['ready']));
      const renditions = await admin('videoRendition').where({ kind: 'analysis' }).select<{ videoId: string }[]>('videoId');
      assert.deepEqual(renditions.map(({ videoId }) => videoId).sort(), all.toSorted());
      assert.equal(await countOf('finished'), all.length);

      const [floods, others] = [await firstStarts(flood), await firstStarts(few)];
      const ahead = others.map(({ at }) => floods.filter((start) => start.at < at).length);
      // The k-th of the other tenant is in turn k, in which the flood has had k jobs, and each of the two workers may have one in hand.
      for (const [index, count] of ahead.entries())
        assert.ok(count <= index + 1 + 2, `${String(count)} of the flood before number ${String(index + 1)}`);
      const begin = floods[0]?.at ?? 0;
      const seconds = others.map(({ at }) => ((at - begin) / 1000).toFixed(1));
      const last = (((floods.at(-1)?.at ?? 0) - begin) / 1000).toFixed(1);
      return [
        `two workers: one ended ${String(endedBy(doomed))} jobs and was killed with -9 when ${String(killedAfter)} of ${String(all.length)} were ready, the other ended ${String(endedBy(other))}`,
        `all ${String(all.length)} ready, ${String(renditions.length)} published, none twice, in ${String(await countOf('started'))} attempts`,
        `the other tenant's jobs began ${seconds.join(', ')} s after the flood's first, behind ${ahead.join(', ')} of the flood; the flood's last began at ${last} s`,
      ].join('; ');
    },
  );
});
