import { ContextProvider } from '@lit/context';
import { decodeFrameCounterFrom } from '../../../examples/sample-clips/frame-counter.ts';
import { createClient } from '../../client/client.ts';
import { clientContext } from '../../contexts/client.ts';
import '../../elements/video-player/define.ts';

/** What was asked for, and what was found. */
export interface Sighting {
  readonly how: 'open' | 'seek' | 'step' | 'burst' | 'pause';
  /** How many steps this sighting stands for. */
  readonly steps: number;
  /** Null after a pause: any frame will do, if the number is that of the picture. */
  readonly asked: number | null;
  /** What the element says. */
  readonly frame: number;
  readonly verified: boolean;
  /** The number in the pixels. */
  readonly seen: number | null;
}

export interface Exercise {
  readonly clip: string;
  readonly seed: number;
  readonly seeks: number;
  /** Half of them forward, half back. */
  readonly steps: number;
  readonly pauses: number;
}

const client = createClient({
  endpoint: location.origin,
  getSessionToken: () => Promise.resolve({ token: 'test', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
});
new ContextProvider(document.body, { context: clientContext, initialValue: client });

const canvas = new OffscreenCanvas(640, 360);
const context = canvas.getContext('2d', { willReadFrequently: true });

/** A generator with a seed, so that a failure can be repeated. Numbers from 0 up to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Opens a clip in a fresh player and goes where the exercise says. */
export async function exercise(plan: Exercise): Promise<Sighting[]> {
  const player = document.createElement('video-player');
  player.videoId = plan.clip;
  const opened = new Promise<number>((resolve, reject) => {
    player.addEventListener('va-video-ready', () => resolve(player.clock.index?.count ?? 0));
    player.addEventListener('va-error', ({ detail }) => reject(new Error(`${detail.code}: ${detail.message}`)));
  });
  document.body.replaceChildren(player);
  const count = await opened;
  const sightings: Sighting[] = [];
  const look = (how: Sighting['how'], asked: number | null, steps = 0) => {
    context?.drawImage(player.media, 0, 0, canvas.width, canvas.height);
    const picture = context?.getImageData(0, 0, canvas.width, canvas.height);
    const seen = picture ? decodeFrameCounterFrom(picture) : null;
    sightings.push({ how, steps, asked, frame: player.frame, verified: player.verified, seen });
  };
  const random = randomNumbers(plan.seed);

  look('open', 0);
  const ends = [0, count - 1, count - 2, 1];
  for (let seek = 0; seek < plan.seeks; seek += 1) {
    const frame = ends[seek] ?? Math.floor(random() * count);
    await player.seek(frame);
    look('seek', frame);
  }
  await stepThrough(player, plan.steps / 2, 1, random, look);
  await stepThrough(player, plan.steps / 2, -1, random, look);
  for (let pause = 0; pause < plan.pauses; pause += 1) {
    await player.seek(Math.floor(random() * count * 0.5));
    await player.play();
    await painted(player.media, 3 + Math.floor(random() * 10));
    player.pause();
    await settled(player);
    look('pause', null);
  }
  return sightings;
}

type Player = HTMLElementTagNameMap['video-player'];
type Look = (how: Sighting['how'], asked: number, steps: number) => void;

/** Half of the steps one by one, the others in bursts of two to six that nobody waits for, as a held key does. */
async function stepThrough(player: Player, steps: number, by: 1 | -1, random: () => number, look: Look): Promise<void> {
  const last = (player.clock.index?.count ?? 1) - 1;
  const room = Math.max(0, last - steps);
  const first = Math.floor(random() * room);
  let asked = by > 0 ? first : last - first;
  await player.seek(asked);
  let left = steps;
  while (left > 0) {
    const burst = left > steps / 2 ? 1 : Math.min(left, 2 + Math.floor(random() * 5));
    const all = Array.from({ length: burst }, () => player.step(by));
    await Promise.all(all);
    asked = Math.min(last, Math.max(0, asked + by * burst));
    left -= burst;
    look(burst === 1 ? 'step' : 'burst', asked, burst);
  }
}

const painted = async (media: HTMLVideoElement, pictures: number): Promise<void> => {
  for (let picture = 0; picture < pictures && !media.ended; picture += 1)
    await new Promise<void>((resolve) => {
      media.requestVideoFrameCallback(() => resolve());
      media.addEventListener('ended', () => resolve(), { once: true });
    });
};

/** The frame is proven again after a pause; one that never is will be reported as not verified. */
const settled = (player: Player): Promise<void> =>
  new Promise((resolve) => {
    const unverified = setTimeout(resolve, 8000);
    const look = () => {
      if (player.playing || !player.verified || player.media.seeking) return requestAnimationFrame(look);
      clearTimeout(unverified);
      return resolve();
    };
    player.media.addEventListener('pause', () => requestAnimationFrame(look), { once: true });
  });

declare global {
  var exercise: (plan: Exercise) => Promise<Sighting[]>;
}

globalThis.exercise = exercise;
