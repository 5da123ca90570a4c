import { sendMouse } from '@web/test-runner-commands';
import { html } from 'lit';
import type { FrameIndexData } from '../../../domain/frames/frame-index.ts';
import { decodeFrameCounterFrom } from '../../../examples/sample-clips/frame-counter.ts';
import { assert, fixture, inside, until } from '../../test/kit.ts';
import './define.ts';
import type { VideoPlayer } from './video-player.ts';

export interface ClipFacts {
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly frameIndex: FrameIndexData;
}

export const factsOf = async (clip: string): Promise<ClipFacts> => (await (await fetch(`/test-clips/${clip}.json`)).json()) as ClipFacts;

/** A player that shows frame 0 of a drawn clip of 50 frames at 25 a second. */
export async function opened(clip = 'landscape', overlay = html``): Promise<VideoPlayer> {
  const source = { ...(await factsOf(clip)), url: `/test-clips/${clip}.mp4` };
  const player = await fixture<VideoPlayer>(html`<video-player lang="en" .source=${source}>${overlay}</video-player>`);
  await until(() => player.shadowRoot?.querySelector('.panel:not([inert])'), 'the controls');
  await until(() => player.verified, 'the first frame');
  return player;
}

/** The frame number in the pixels. */
export function seen(player: VideoPlayer): number | null {
  const { videoWidth, videoHeight } = player.media;
  const context = new OffscreenCanvas(videoWidth, videoHeight).getContext('2d');
  context?.drawImage(player.media, 0, 0);
  return context ? decodeFrameCounterFrom(context.getImageData(0, 0, videoWidth, videoHeight)) : null;
}

export async function shows(player: VideoPlayer, frame: number): Promise<void> {
  await until(() => player.frame === frame && player.verified, `frame ${String(frame)}, instead of ${String(player.frame)}`);
  assert.equal(seen(player), frame, 'in the pixels:');
}

export const part = <T extends HTMLElement = HTMLElement>(player: VideoPlayer, name: string): T => inside<T>(player, `[part~="${name}"]`);

export async function click(element: Element): Promise<void> {
  const { x, y, width, height } = element.getBoundingClientRect();
  await sendMouse({ type: 'click', position: [Math.round(x + width / 2), Math.round(y + height / 2)] });
}
