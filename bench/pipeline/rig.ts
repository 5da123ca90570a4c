import { readFileSync } from 'node:fs';
import { untilSettled, uploadClip } from '../../api/test/support/clips.ts';
import { startClub, type Person } from '../../api/test/support/club.ts';
import { startTestSystem, type TestSystem } from '../../api/test/support/system.ts';
import { startTestWorker, type TestProcess } from '../../api/test/support/worker.ts';
import { cpuOf, cpuSince, peakMemory, type CpuSeconds } from './measure.ts';

export interface Processed {
  readonly cpu: CpuSeconds;
  /** Seconds from the upload's completion, by the database's clock. */
  readonly untilStarted: number;
  readonly untilPlayable: number;
  readonly untilReady: number;
  readonly peakMegabytes: number;
}

export interface Rig {
  readonly system: TestSystem;
  process(file: string): Promise<Processed>;
  stop(): Promise<void>;
}

/** A system with one worker that makes what a video is played from, and no ladder: that is another job. */
export async function startRig(): Promise<Rig> {
  const system = await startTestSystem();
  await system.database.admin.raw(`
    create function bench_drop() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger bench_no_ladder before insert on queue.job for each row when (new.name = 'video.ladder') execute function bench_drop();
  `);
  // Out of a sandbox, because its inner processes are not accounted to the worker that started it.
  const worker = await startTestWorker(system, { SANDBOX: 'off', WORKER_MONITOR_SECONDS: '60' });
  const club = await startClub(system, 'Bench');
  await system.database.admin('tenant').update({ maxUploadBytes: 1e9, maxDurationMs: 400_000 });
  return {
    system,
    // A session lasts a quarter of an hour, which a bench on a busy machine outlives.
    process: async (file) => processOn(system, worker, await club.person('player', 'player-1'), file),
    stop: async () => {
      await worker.stop();
      await system.stop();
    },
  };
}

async function processOn(system: TestSystem, worker: TestProcess, { api }: Person, file: string): Promise<Processed> {
  const pid = worker.child.pid ?? 0;
  const before = cpuOf(pid);
  const { id } = await uploadClip(api, readFileSync(file));
  const video = await untilSettled(api, id, 30 * 60_000);
  const cpu = cpuSince(pid, before);
  if (video.status !== 'ready') throw new Error(`${String(video.errorCode)}: ${worker.output().slice(-2000)}`);
  const times = await timesOf(system, id);
  return { cpu, ...times, peakMegabytes: peakMemory(pid) };
}

async function timesOf(
  { database }: TestSystem,
  videoId: string,
): Promise<Pick<Processed, 'untilStarted' | 'untilPlayable' | 'untilReady'>> {
  const { rows } = await database.admin.raw<{ rows: { event: string; at: Date }[] }>(
    `select event, created_at as at from video_transition where video_id = :videoId
     union all select kind, created_at from video_rendition where video_id = :videoId`,
    { videoId },
  );
  const seconds = (event: string): number => (rows.find((row) => row.event === event)?.at.getTime() ?? NaN) / 1000;
  const uploaded = seconds('uploaded');
  return {
    untilStarted: seconds('started') - uploaded,
    untilPlayable: seconds('preview') - uploaded,
    untilReady: seconds('finished') - uploaded,
  };
}
