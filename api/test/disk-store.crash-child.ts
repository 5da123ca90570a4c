/**
 * One call of the disk store in a process that kills itself, as `kill -9` would, before the n-th thing it does to the disk.
 * Arguments: root, key, upload id (or `-`), what to do, n. Ends with 0 when there are fewer than n things to do.
 */
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Readable } from 'node:stream';
import { PART, SECRET } from './disk-store.crash-kit.ts';

type Call = (...args: unknown[]) => unknown;

const [root = '', key = '', uploadId = '', action = '', at = ''] = process.argv.slice(2);
let calls = 0;

function dieAt(owner: Record<string, Call>, name: string): void {
  const original = owner[name];
  if (!original) throw new Error(`there is no ${name}`);
  owner[name] = function (this: unknown, ...args: unknown[]): unknown {
    calls += 1;
    if (calls === Number(at)) process.kill(process.pid, 'SIGKILL');
    return original.apply(this, args);
  };
}

const handle = await open(process.execPath);
const handles = Object.getPrototypeOf(handle) as Record<string, Call>;
await handle.close();
for (const name of ['open', 'mkdir', 'writeFile', 'rename', 'link', 'rm']) dieAt(fs.promises as unknown as Record<string, Call>, name);
for (const name of ['writeFile', 'sync']) dieAt(handles, name);
syncBuiltinESMExports();

const { diskStore } = await import('../platform/object-store.disk.ts');
const store = diskStore({ root, publicUrl: 'http://store', signingSecret: SECRET });
if (action === 'begin') await store.createMultipart(key, { contentType: 'video/mp4', metadata: { 'write-token': 'mine' } });
if (action === 'part') {
  const query = new URL(await store.signPart(key, { uploadId, partNumber: 1, sizeBytes: PART.length, expiresInSeconds: 60 })).searchParams;
  await store.receivePart({ key, query, headers: {} }, Readable.from([PART]));
}
if (action === 'complete') await store.completeMultipart(key, uploadId, (await store.listParts(key, uploadId)) ?? []);
if (action === 'abort') await store.abortMultipart(key, uploadId);
if (action === 'putFile') await store.putFile(key, import.meta.filename, { contentType: 'text/plain' });
