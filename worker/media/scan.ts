import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { embeddedFiles } from './embedded-files.ts';
import { MediaError } from './media-error.ts';
import { lookInto, type ByteRange } from './random-access.ts';

/** Where clamd listens. */
export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

export interface ScanOptions {
  readonly address: ClamdAddress;
  /** For the whole scan. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const CHUNK_BYTES = 256 * 1024;
/** No answer of clamd's is longer: file names are not told, and a signature's name is short. */
const LONGEST_ANSWER = 4096;

/**
 * Lets clamd read the file, and every file inside it as a file of its own (INSTREAM: the bytes are sent, so it needs neither the path
 * nor a right to it). Returns when clamd says of each that it is clean, in exactly the words for that. Everything else is no
 * permission to go on.
 * @throws MediaError `MALWARE_FOUND`, or `SCAN_FAIL` for every other answer, silence, or no clamd; `TYPE_REJECTED` for more files
 * inside than any film carries; signal.reason when aborted.
 */
export async function scanFile(file: string, { address, timeoutMs, signal }: ScanOptions): Promise<void> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { sizeBytes, embedded } = await lookInto(file, async (opened) => ({
    sizeBytes: opened.sizeBytes,
    embedded: await embeddedFiles(opened),
  }));
  for (const range of [{ start: 0, end: sizeBytes }, ...embedded]) {
    signal.throwIfAborted();
    judge(
      await ask(file, range, address, within).catch((cause: unknown) => {
        signal.throwIfAborted();
        const reason = within.aborted ? `no answer within ${String(timeoutMs)} ms` : String(cause);
        throw new MediaError('SCAN_FAIL', `clamd: ${reason}`, { cause });
      }),
    );
  }
}

function judge(answer: string): void {
  if (answer === 'stream: OK') return;
  const found = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  // With AlertExceedsMax a file too large to be looked through is "found" too: nothing is known against it.
  if (found !== undefined && !found.startsWith('Heuristics.Limits.Exceeded')) throw new MediaError('MALWARE_FOUND', found);
  throw new MediaError('SCAN_FAIL', `clamd answered "${answer.slice(0, 200)}"`);
}

async function ask(file: string, range: ByteRange, address: ClamdAddress, signal: AbortSignal): Promise<string> {
  const socket = connect(address);
  const stop = (): void => void socket.destroy(new Error('the scan was stopped'));
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const answer = answerOf(socket);
    // clamd refuses in the middle of a file by answering and closing: then the answer counts, not that the rest could not be sent.
    const sending = pipeline(framed(file, range), socket, { end: false }).catch(() => undefined);
    const text = await answer;
    socket.destroy();
    await sending;
    return text;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** The session as clamd reads it: a command, chunks with their length in four bytes in front, and a length of zero. */
async function* framed(file: string, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  // an empty file has no last byte to name
  const bytes = end > start ? { start, end: end - 1 } : {};
  for await (const chunk of createReadStream(file, { ...bytes, highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    yield lengthOf(chunk.length);
    yield chunk;
  }
  yield lengthOf(0);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

/** Up to its NUL, or the end of the connection. */
const answerOf = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const isWhole = (): boolean => text.includes('\0');
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (isWhole()) resolve(text.slice(0, text.indexOf('\0')).trim());
      else if (text.length > LONGEST_ANSWER) reject(new Error('an answer without an end'));
    });
    socket.once('end', () => reject(new Error('the connection ended without an answer')));
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('the connection closed without an answer')));
  });
