import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OPTIONS = { maxBuffer: 64 * 1024 * 1024 };

/** A coded picture, or a packet of sound. */
export interface Packet {
  readonly seconds: number;
  readonly isKey: boolean;
  /** In the bytes that were given. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface StreamFacts {
  readonly profile: string;
  readonly level: number;
  readonly width: number;
  readonly height: number;
}

/** What ffprobe and ffmpeg say of bytes that begin with an initialisation segment. Bytes they cannot read are nothing to them. */
export interface Probes {
  packets(bytes: Buffer): Promise<readonly Packet[]>;
  stream(bytes: Buffer): Promise<StreamFacts | null>;
  /** What decoding complains of. */
  complaints(bytes: Buffer): Promise<readonly string[]>;
  /** A hash of each coded picture, in order. */
  pictureHashes(bytes: Buffer): Promise<readonly string[]>;
  /** `1,I` for a first picture that is decoded alone and as a key picture. */
  firstPicture(bytes: Buffer): Promise<string>;
}

/** @param directory to work in. The same question about the same bytes is asked once. */
export function openProbes(directory: string): Probes {
  const answers = new Map<string, Promise<string>>();
  const ask = (program: string, before: readonly string[], bytes: Buffer, after: readonly string[] = []): Promise<string> => {
    const key = createHash('sha256')
      .update([program, ...before, ...after].join(' '))
      .update(bytes)
      .digest('hex');
    const answer = answers.get(key) ?? answerOf(path.join(directory, `${key}.mp4`), program, before, bytes, after);
    answers.set(key, answer);
    return answer;
  };
  return {
    packets: async (bytes) =>
      linesOf(await ask('ffprobe', ['-v', 'error', '-show_entries', 'packet=pts_time,size,pos,flags', '-of', 'csv=p=0'], bytes)).map(
        (line) => {
          const [seconds, sizeBytes, offset, flags = ''] = line.split(',');
          return { seconds: Number(seconds), sizeBytes: Number(sizeBytes), offset: Number(offset), isKey: flags.startsWith('K') };
        },
      ),
    stream: async (bytes) => {
      const said = await ask('ffprobe', ['-v', 'error', '-show_entries', 'stream=profile,level,width,height', '-of', 'json'], bytes);
      return said.startsWith('{') ? ((JSON.parse(said) as { streams?: StreamFacts[] }).streams?.[0] ?? null) : null;
    },
    complaints: async (bytes) => linesOf(await ask('ffmpeg', ['-nostdin', '-v', 'warning', '-xerror', '-i'], bytes, ['-f', 'null', '-'])),
    pictureHashes: async (bytes) => {
      const said = await ask('ffmpeg', ['-nostdin', '-v', 'fatal', '-i'], bytes, ['-map', '0:v:0', '-c', 'copy', '-f', 'framemd5', '-']);
      return linesOf(said)
        .filter((line) => !line.startsWith('#'))
        .map((line) => line.split(',').at(-1)?.trim() ?? '');
    },
    firstPicture: (bytes) =>
      ask(
        'ffprobe',
        ['-v', 'fatal', '-read_intervals', '%+#1', '-show_entries', 'frame=pict_type,key_frame', '-of', 'csv=p=0', '-i'],
        bytes,
      ),
  };
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

async function answerOf(
  file: string,
  program: string,
  before: readonly string[],
  bytes: Buffer,
  after: readonly string[],
): Promise<string> {
  await writeFile(file, bytes);
  try {
    const { stdout, stderr } = await run(program, [...before, file, ...after], OPTIONS);
    return stdout || stderr;
  } catch (error) {
    // Ended badly, and may still have told something.
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    return stdout || stderr || 'it failed';
  } finally {
    await rm(file);
  }
}
