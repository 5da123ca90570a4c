import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { uploadClip, untilSettled } from '../../../api/test/support/clips.ts';
import { startClub, type Club, type Person } from '../../../api/test/support/club.ts';
import { startTestSystem, type TestSystem } from '../../../api/test/support/system.ts';
import { testClip } from '../../../api/test/support/test-clip.ts';
import { startTestWorker, type TestProcess } from '../../../api/test/support/worker.ts';
import type { components } from '../../../domain/generated/openapi.ts';
import type { FrameIndexData } from '../../../domain/frames/frame-index.ts';
import { notRun } from './checks.ts';
import { DEFAULT_OPTIONS, renderSwing, type SwingOptions } from '../../../examples/sample-clips/index.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const MEDIA_DIR = path.resolve(ROOT, process.env['MEDIA_DIR'] ?? '../shared/media');

type Playback = components['schemas']['Playback'] & { readonly frameIndex: FrameIndexData };

/** A clip that went through the whole system, from upload to ladder. */
export interface ReadyClip {
  readonly name: string;
  readonly videoId: string;
  /** Opens a lease. */
  open(): Promise<Playback & { readonly sources: { readonly hls: { readonly url: string } } }>;
}

export interface HlsSystem {
  readonly system: TestSystem;
  readonly directory: string;
  readonly clips: readonly ReadyClip[];
  /** Makes the leases of a video lapse, as they do when nobody renews them. */
  lapse(videoId: string): Promise<void>;
  /** A session for pages of this origin. */
  session(origin: string): Promise<object>;
  stop(): Promise<void>;
}

/** The one of several rungs and segments, with sound. */
export const DRAWN_CLIP = 'drawn';

/** Drawn here: long enough for several segments, and one as phones write them: upright, uneven, silent. */
const DRAWN: Readonly<Record<string, SwingOptions>> = {
  [DRAWN_CLIP]: { ...DEFAULT_OPTIONS, leadInSeconds: 5, holdSeconds: 3, counter: true },
  'drawn-uneven': { ...DEFAULT_OPTIONS, width: 540, height: 960, frameRate: 'variable', leadInSeconds: 3, holdSeconds: 2, sound: false },
};

/**
 * Real ones, where they are: a phone's own in HEVC and HLG, stored on its side; an older phone's, on its side and uneven; a golf swing
 * of 120 frames a second; frames that stay one and two long; a sports clip of several segments; and drawn ones of 240 a second.
 */
const REAL = [
  'phone/iphone-hlg-hevc10-rot90-editlist.mov',
  'phone/iphone6-h264-rot90-gps.mov',
  'nc/golfdb-swing-dtl-retimed-120fps.mp4',
  'vfr/bbb-24in30.mp4',
  'sport/sports2d-demo-vp9-in-mp4.mp4',
  'generated/fc-240.mp4',
];

export async function startHlsSystem(): Promise<HlsSystem> {
  const system = await startTestSystem();
  const directory = await mkdtemp(path.join(tmpdir(), 'va-hls-'));
  const club = await startClub(system, 'Fairway');
  const coach = await club.person('coach', 'coach-1');
  const worker = await startTestWorker(system);
  const clips: ReadyClip[] = [];
  for (const [name, bytes] of await sources(directory)) clips.push(await readyClip(system, coach, worker, name, bytes));
  return {
    ...{ system, directory, clips },
    lapse: async (videoId) => {
      await system.database
        .admin('playbackLease')
        .where({ videoId })
        .update({ expiresAt: new Date(Date.now() - 1000) });
    },
    session: (origin) => sessionFor(club, origin),
    stop: async () => {
      await worker.stop();
      await system.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A session of the coach for pages of this origin. */
export async function sessionFor(club: Club, origin: string): Promise<object> {
  const actor = { externalId: 'coach-1', role: 'coach', displayName: 'Kari' } as const;
  const { data } = await club.server.POST('/api/v1/sessions', { body: { actor, origins: [origin], ttlSeconds: 900 } });
  return data ?? {};
}

/** Longer than a player fetches ahead. */
export const LONG = 'long';

async function sources(directory: string): Promise<[string, Buffer][]> {
  const found: [string, Buffer][] = [[LONG, testClip({ width: 640, height: 360, rate: '30', frames: 1500 })]];
  for (const [name, options] of Object.entries(DRAWN)) {
    const file = path.join(directory, `${name}.mp4`);
    await renderSwing(options, file);
    found.push([name, await readFile(file)]);
  }
  for (const name of REAL) {
    const file = path.join(MEDIA_DIR, name);
    if (existsSync(file)) found.push([path.parse(name).name, await readFile(file)]);
    else notRun(`${name} is not in ${MEDIA_DIR}`);
  }
  return found;
}

/** Sends a clip and waits until it can be watched over HLS. */
export async function readyClip(system: TestSystem, coach: Person, worker: TestProcess, name: string, bytes: Buffer): Promise<ReadyClip> {
  const uploaded = await uploadClip(coach.api, bytes);
  const { id: videoId, status, errorMessage } = await untilSettled(coach.api, uploaded.id);
  if (status !== 'ready') throw new Error(`${name} is ${status}: ${String(errorMessage)} ${worker.output().slice(-2000)}`);
  await untilLadder(system, videoId, worker);
  return {
    ...{ name, videoId },
    open: async () => {
      const { data } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
      if (!data?.sources.hls) throw new Error(`${name} has no HLS`);
      return data as Playback & { sources: { hls: { url: string } } };
    },
  };
}

/** The worker notes in the log that the ladder is there, or that it has failed. */
async function untilLadder({ database }: TestSystem, videoId: string, worker: TestProcess): Promise<void> {
  const deadline = Date.now() + 180_000;
  while ((await database.admin('videoLadder').where({ videoId })).length === 0) {
    if (Date.now() > deadline) throw new Error(`no ladder: ${worker.output().slice(-3000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
