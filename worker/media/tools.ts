import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { MediaPrograms, Sandbox } from './sandbox.ts';
import { toolEnvironment } from './supervise.ts';

export interface MediaTools extends MediaPrograms {
  /** What every run of them is kept in; see `openSandbox`. */
  readonly sandbox: Sandbox;
}

export interface ToolVersions {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/** What the pipeline needs ffmpeg to have been built with. */
const FILTERS = ['zscale', 'tonemap', 'bwdif', 'thumbnail'];
const OLDEST_MAJOR = 5;

const run = promisify(execFile);

/**
 * Proves that ffmpeg and ffprobe are there and can do the work.
 * @throws Error with one sentence for the operator: what is missing and how to install it.
 */
export async function checkTools({ ffmpegPath, ffprobePath }: MediaPrograms): Promise<ToolVersions> {
  const [ffmpeg, ffprobe] = [await versionOf('ffmpeg', ffmpegPath), await versionOf('ffprobe', ffprobePath)];
  const major = Number(/\d+/.exec(ffmpeg)?.[0]);
  if (major < OLDEST_MAJOR) throw new Error(`ffmpeg ${ffmpeg} is too old: version ${String(OLDEST_MAJOR)}.1 or newer is needed.`);

  const abilities = await Promise.all(
    ['-filters', '-encoders'].map((list) => run(ffmpegPath, ['-hide_banner', list], { env: toolEnvironment() })),
  );
  const all = abilities.map(({ stdout }) => stdout).join('\n');
  const missing = [...FILTERS, 'libx264', 'aac'].filter((name) => !new RegExp(`\\s${name}\\s`).test(all));
  if (missing.length > 0)
    throw new Error(`This ffmpeg was built without ${missing.join(', ')}: install Debian's own with "apt-get install ffmpeg".`);
  return { ffmpeg, ffprobe };
}

async function versionOf(name: string, path: string): Promise<string> {
  try {
    const { stdout } = await run(path, ['-version'], { env: toolEnvironment() });
    return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  } catch (cause) {
    throw new Error(`${name} was not found at "${path}": install it with "apt-get install ffmpeg", or set its path.`, { cause });
  }
}
