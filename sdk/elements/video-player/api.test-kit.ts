import { ContextProvider } from '@lit/context';
import { html } from 'lit';
import { createClient, type VideoAnalysisClient } from '../../client/client.ts';
import { clientContext } from '../../contexts/client.ts';
import { fixture } from '../../test/kit.ts';
import { factsOf } from './player.test-kit.ts';
import type { VideoPlayer } from './video-player.ts';

/** Answers of the API, by the path's last part. */
export type Answers = Readonly<Record<string, () => Response | Promise<Response>>>;

export const problem = (status: number, code: string): Response =>
  new Response(JSON.stringify({ code, status, title: code }), { status, headers: { 'Content-Type': 'application/problem+json' } });

export const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });

export function fakeClient(answers: Answers): { client: VideoAnalysisClient; asked: string[] } {
  const asked: string[] = [];
  const client = createClient({
    endpoint: location.origin,
    getSessionToken: () => Promise.resolve({ token: 'va_st_test', expiresAt: '2999-01-01T00:00:00Z' }),
    fetch: async (input) => {
      const name = new URL(input instanceof Request ? input.url : input).pathname.split('/').at(-1) ?? '';
      asked.push(name);
      return (await answers[name]?.()) ?? problem(404, 'video.not_found');
    },
  });
  return { client, asked };
}

/** @param members of the answer that a test wants to be different. */
export async function playbackOf(url: string, members: object = {}): Promise<Response> {
  const { width, height, sizeBytes, frameIndex } = await factsOf('landscape');
  return json({
    ...{ policyVersion: 1, expiresAt: '2999-01-01T00:00:00Z', renewUrl: '/api/v1/play/lease/renew', renewAfterSeconds: 120 },
    ...{ poster: '/test-clips/landscape.mp4', isPreview: false, frameIndex, video: { id: 'v1', captureFps: 100 } },
    sources: { analysis: { url, type: 'video/mp4', sizeBytes, width, height } },
    ...members,
  });
}

export async function connected(client: VideoAnalysisClient, memoryLimitBytes = 200_000_000): Promise<VideoPlayer> {
  const stage = await fixture<HTMLDivElement>(html`<div lang="en"></div>`);
  new ContextProvider(stage, { context: clientContext, initialValue: client });
  const player = document.createElement('video-player');
  player.memoryLimitBytes = memoryLimitBytes;
  player.videoId = 'v1';
  stage.append(player);
  await player.updateComplete;
  return player;
}

export const notice = (player: VideoPlayer): string =>
  player.shadowRoot?.querySelector('.notice')?.textContent.replace(/\s+/g, ' ').trim() ?? '';
