import { PgBoss } from 'pg-boss';
import type { TestSystem } from '../../api/test/support/system.ts';

/** Seconds until a job is picked up by a queue as it comes out of the box: asked every two seconds. */
export async function defaultPickUps({ database }: TestSystem, times: number): Promise<readonly number[]> {
  const boss = new PgBoss({ connectionString: database.ownerUrl, schema: 'bench_queue', max: 2 });
  boss.on('error', (error) => console.error(error));
  await database.admin.raw(`create schema bench_queue authorization va_owner`);
  await boss.start();
  await boss.createQueue('bench');
  let heard: () => void = () => undefined;
  await boss.work('bench', () => Promise.resolve(heard()));
  const waits: number[] = [];
  for (let n = 0; n < times; n += 1) {
    // not in step with the asking
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2000));
    const started = performance.now();
    const taken = new Promise<void>((resolve) => {
      heard = resolve;
    });
    await boss.send('bench', {});
    await taken;
    waits.push((performance.now() - started) / 1000);
  }
  await boss.stop({ graceful: false });
  return waits;
}
