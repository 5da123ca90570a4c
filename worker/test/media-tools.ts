import { openSandbox } from '../media/sandbox.ts';
import type { MediaTools } from '../media/tools.ts';

const programs = { ffmpegPath: process.env['FFMPEG_PATH'] ?? 'ffmpeg', ffprobePath: process.env['FFPROBE_PATH'] ?? 'ffprobe' };

const opened = await openSandbox(null, programs);
if (opened.warning !== null) console.log(`${opened.warning}. What follows is tested without it.`);

/** The tools as a worker of this machine runs them: in a sandbox where there can be one. */
export const mediaTools: MediaTools = { ...programs, sandbox: opened.sandbox };
