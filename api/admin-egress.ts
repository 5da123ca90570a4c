import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Knex } from 'knex';
import { addToDay } from './services/egress.ts';

/** As docs/operations/nginx-delivery.conf has it: time, tenant, bytes. */
const LINE = /^(\d{4}-\d\d-\d\d)T\S+ ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d+)$/;

/** Adds up what nginx has written down, by tenant and day, and then writes it into the database. Lines of no tenant are counted. */
export async function readEgressLog(database: Knex, file: string): Promise<string> {
  const sums = new Map<string, number>();
  let [read, strange] = [0, 0];
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    const [, day, tenantId, bytes] = LINE.exec(line) ?? [];
    if (day === undefined || tenantId === undefined) {
      strange += 1;
      continue;
    }
    read += 1;
    const key = `${day} ${tenantId}`;
    sums.set(key, (sums.get(key) ?? 0) + Number(bytes));
  }
  let total = 0;
  for (const [key, sentBytes] of sums) {
    const [day = '', tenantId = ''] = key.split(' ');
    await addToDay(database, tenantId, { sentBytes, grantedBytes: 0 }, new Date(`${day}T00:00:00Z`));
    total += sentBytes;
  }
  return `${String(total)} bytes in ${String(read)} answers; ${String(strange)} lines are of no tenant`;
}
