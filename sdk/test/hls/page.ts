import { ContextProvider } from '@lit/context';
import { decodeFrameCounterFrom } from '../../../examples/sample-clips/frame-counter.ts';
import { createClient, type ClientOptions } from '../../client/client.ts';
import { clientContext } from '../../contexts/client.ts';
import '../../elements/video-player/define.ts';
import type { Delivery } from '../../elements/video-player/wish.ts';

/** What the page tells of its player. */
export interface PlayerState {
  readonly seconds: number;
  readonly frame: number;
  readonly verified: boolean;
  readonly playing: boolean;
  readonly ended: boolean;
  readonly source: string;
  readonly error: string | null;
}

const endpoint = new URL(location.href).searchParams.get('api') ?? '';
const getSessionToken: ClientOptions['getSessionToken'] = async () => {
  const response = await fetch('/session', { method: 'POST' });
  return (await response.json()) as { token: string; expiresAt: string };
};
new ContextProvider(document.body, { context: clientContext, initialValue: createClient({ endpoint, getSessionToken }) });

let error: string | null = null;
let hasEnded = false;
let player: HTMLElementTagNameMap['video-player'] | undefined;

const current = (): HTMLElementTagNameMap['video-player'] => {
  if (!player) throw new Error('nothing is open');
  return player;
};

/** Opens a video in a fresh player. Resolves when its first frame is painted. */
function openVideo(videoId: string, delivery: Delivery, memoryLimitBytes: number): Promise<void> {
  const fresh = document.createElement('video-player');
  Object.assign(fresh, { videoId, delivery, memoryLimitBytes });
  fresh.media.muted = true;
  [player, error, hasEnded] = [fresh, null, false];
  // The player then proves the last frame, and its element has no longer ended.
  fresh.media.addEventListener('ended', () => {
    hasEnded = true;
  });
  const opened = new Promise<void>((resolve, reject) => {
    fresh.addEventListener('va-video-ready', () => resolve());
    fresh.addEventListener('va-error', ({ detail }) => {
      error = `${detail.code}: ${detail.message}`;
      reject(new Error(error));
    });
  });
  document.body.replaceChildren(fresh);
  return opened;
}

const state = (): PlayerState => {
  const { frame, verified, playing, media } = current();
  return { frame, verified, playing, error, seconds: media.currentTime, ended: hasEnded, source: media.currentSrc };
};

/** The frame number in the pixels. */
function seen(): number | null {
  const { media } = current();
  const context = new OffscreenCanvas(media.videoWidth, media.videoHeight).getContext('2d');
  context?.drawImage(media, 0, 0);
  return context ? decodeFrameCounterFrom(context.getImageData(0, 0, media.videoWidth, media.videoHeight)) : null;
}

const api = {
  seen,
  open: openVideo,
  state,
  play: () => current().play(),
  pause: () => current().pause(),
  step: (frames: number) => current().step(frames),
  seek: (frame: number) => current().seek(frame),
};

declare global {
  var watching: typeof api;
}

globalThis.watching = api;
