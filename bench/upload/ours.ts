/** One file through the package's own engine, API included. Prints the milliseconds it took and the bytes sent. */
import { open } from 'node:fs/promises';
import { uploadInNode } from '../../api/test/support/node-uploader.ts';
import { DiskFile } from './disk-file.ts';

const [path = '', endpoint = '', token = ''] = process.argv.slice(2);
await using handle = await open(path);
const { size } = await handle.stat();
const startedAt = performance.now();
const { progress, sentBytes } = await uploadInNode(endpoint, token, new DiskFile(path, handle.fd, [0, size]), (wire) => wire);
if (progress.phase !== 'processing') throw new Error(`the upload ended as ${progress.phase}: ${JSON.stringify(progress.problem)}`);
console.log(`${String(performance.now() - startedAt)} ${String(sentBytes)}`);
