import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** An ffmpeg that makes no analysis rendition while the gate is shut: what is seen until then is seen without it. */
export interface EncoderGate {
  /** For the worker's environment. A script of ours is not in the sandbox's view. */
  readonly env: NodeJS.ProcessEnv;
  open(): void;
  shut(): void;
}

export function encoderGate(directory: string): EncoderGate {
  const [script, shut] = [path.join(directory, 'ffmpeg'), path.join(directory, 'shut')];
  const ffmpeg = process.env['FFMPEG_PATH']?.trim() || execFileSync('/bin/sh', ['-c', 'command -v ffmpeg']).toString().trim();
  writeFileSync(
    script,
    `#!/bin/sh\ncase "$*" in *analysis.mp4*) while [ -e '${shut}' ]; do sleep 0.1; done ;; esac\nexec '${ffmpeg}' "$@"\n`,
  );
  chmodSync(script, 0o755);
  return {
    env: { FFMPEG_PATH: script, SANDBOX: 'off' },
    open: () => rmSync(shut, { force: true }),
    shut: () => writeFileSync(shut, ''),
  };
}
