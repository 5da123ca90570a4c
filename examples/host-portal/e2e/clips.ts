import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderSwing, SAMPLE_SWINGS, swingTruth, type SwingOptions } from '../../sample-clips/index.ts';

export interface Clip {
  readonly file: string;
  readonly frameCount: number;
  /** Upright. */
  readonly width: number;
  readonly height: number;
}

const REAL_CLIP = 'phone/iphone-hlg-hevc10-rot90-editlist.mov';

const FILMED = 'phone/iphone6-h264-rot90-gps.mov';

const MEDIA_DIR = path.resolve(process.env['MEDIA_DIR'] ?? path.join(import.meta.dirname, '../../../../shared/media'));

/** A copy of a clip of ours, so named that it gets a title. Null where no footage lies. */
export async function footage(directory: string, name: string, title: string): Promise<string | null> {
  const original = path.join(MEDIA_DIR, name);
  if (!existsSync(original)) return null;
  const file = path.join(directory, `${title}${path.extname(name)}`);
  await copyFile(original, file);
  return file;
}

/** A clip of a real phone that browsers play as it is, turned by its display matrix alone. */
export async function phoneClip(directory: string): Promise<Clip | null> {
  const file = await footage(directory, FILMED, 'Filmet i dag');
  return file === null ? null : { file, frameCount: 120, width: 320, height: 568 };
}

const SHORT: Partial<SwingOptions> = { leadInSeconds: 0.1, holdSeconds: 0.1, followThroughSeconds: 0.4 };

/** A clip of a real phone, on its side and in HEVC; where no footage lies, a drawn one that is stored on its side too. */
export async function turnedClip(directory: string): Promise<Clip & { readonly isReal: boolean }> {
  const real = await footage(directory, REAL_CLIP, 'Fra telefonen');
  if (real !== null) return { file: real, frameCount: 77, width: 1080, height: 1920, isReal: true };
  const file = path.join(directory, 'Fra telefonen.mp4');
  // As large as a phone's, so that its processing can be watched.
  const options = { ...SAMPLE_SWINGS['jonas-iron-down-the-line'], width: 1080, height: 1920, frameRate: { num: 60, den: 1 } };
  await renderSwing(options, file);
  return { file, frameCount: swingTruth(options).frameCount, width: 1080, height: 1920, isReal: false };
}

/** A drawn swing with its frame number in the picture. */
export async function counterClip(directory: string): Promise<Clip> {
  const options: Partial<SwingOptions> = {
    ...SHORT,
    width: 640,
    height: 360,
    frameRate: { num: 60, den: 1 },
    downswingSeconds: 0.25,
    counter: true,
  };
  const file = path.join(directory, 'Med teller.mp4');
  await renderSwing(options, file);
  return { file, frameCount: swingTruth(options).frameCount, width: 640, height: 360 };
}

/** Files that must be refused, each with the code that says why. `atOnce`: before the first byte is sent. */
export async function badFiles(directory: string, good: string): Promise<readonly { file: string; code: string; atOnce: boolean }[]> {
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    const file = path.join(directory, name);
    await writeFile(file, content);
    return file;
  };
  // Short enough to lose a part of the index that stands at the beginning.
  const beginning = (await readFile(good)).subarray(0, 1024);
  const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
  return [
    { file: await write('notes.txt', 'not a clip'), code: 'upload.type_not_allowed', atOnce: true },
    { file: await write('nothing.mp4', ''), code: 'upload.empty', atOnce: true },
    { file: await write('playlist.mp4', playlist), code: 'NOT_A_VIDEO|TYPE_REJECTED', atOnce: false },
    { file: await write('cut-short.mp4', beginning), code: 'PROBE_INVALID', atOnce: false },
  ];
}
