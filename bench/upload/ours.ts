/**
 * One file through the package's own engine, API included. Prints the milliseconds it took and the bytes sent. With the word `native`
 * the file's hash is taken by the machine's own code rather than in JavaScript: what is left is the engine's share.
 */
import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { fileReading } from '../../sdk/upload/reading.ts';
import { uploadInNode } from '../../api/test/support/node-uploader.ts';

const [path = '', endpoint = '', token = '', hash = ''] = process.argv.slice(2);
const file = new File([await openAsBlob(path)], 'swing.mp4', { type: 'video/mp4' });
const native = {
  ...fileReading,
  async checksum(blob: Blob): Promise<string> {
    const sum = createHash('sha256');
    for await (const chunk of Readable.fromWeb(blob.stream() as ReadableStream<Uint8Array>) as AsyncIterable<Uint8Array>) sum.update(chunk);
    return sum.digest('hex');
  },
};
const startedAt = performance.now();
const { progress, sentBytes } = await uploadInNode(endpoint, token, file, (wire) => wire, hash === 'native' ? native : fileReading);
if (progress.phase !== 'processing') throw new Error(`the upload ended as ${progress.phase}: ${JSON.stringify(progress.problem)}`);
console.log(`${String(performance.now() - startedAt)} ${String(sentBytes)}`);
