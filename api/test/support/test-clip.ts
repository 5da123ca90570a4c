import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ClipShape {
  readonly width: number;
  readonly height: number;
  /** As ffmpeg takes it: `30000/1001`. */
  readonly rate: string;
  readonly frames: number;
  /** Puts the index first, as a phone's own export does: what is then cut off still opens. */
  readonly indexFirst?: boolean;
}

/** A playable clip with moving pictures and a tone. */
export function testClip({ width, height, rate, frames, indexFirst = false }: ClipShape): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'va-clip-'));
  const file = join(directory, 'clip.mp4');
  try {
    execFileSync('ffmpeg', [
      ...['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=${String(width)}x${String(height)}:r=${rate}`],
      ...['-f', 'lavfi', '-i', 'sine=f=440:r=48000', '-frames:v', String(frames), '-shortest'],
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-pix_fmt',
        'yuv420p',
        '-c:a',
        'aac',
        ...(indexFirst ? ['-movflags', '+faststart'] : []),
        file,
      ],
    ]);
    return readFileSync(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
