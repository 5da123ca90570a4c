import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { PreparedClip } from './test-clips.ts';

const HERE = import.meta.dirname;

export interface ClipServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves the test's page, and answers the player's calls as the API would for these clips. */
export async function clipServer(clips: ReadonlyMap<string, PreparedClip>): Promise<ClipServer> {
  const script = await bundle();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/') send(response, 'text/html; charset=utf-8', PAGE);
    else if (url.pathname === '/page.js') send(response, 'text/javascript; charset=utf-8', script);
    else answer(request, response, url.pathname.split('/').filter(Boolean), clips);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PAGE = '<!doctype html><html lang="en"><title>Frames</title><body style="margin:0"><script type="module" src="/page.js"></script>';

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [path.join(HERE, 'page.ts')], bundle: true, write: false, format: 'esm', target: 'es2024' },
    tsconfigRaw: {},
  });
  return outputFiles[0]?.text ?? '';
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: readonly string[],
  clips: ReadonlyMap<string, PreparedClip>,
): void {
  const [, , kind, id = '', what] = parts;
  const clip = clips.get(decodeURIComponent(id));
  if (!clip) return problem(response);
  if (kind === 'videos' && what === 'playback') return send(response, 'application/json', JSON.stringify(playbackOf(id, clip)));
  if (kind === 'play' && what === 'renew') return send(response, 'application/json', JSON.stringify(LIFE));
  if (kind === 'play' && what === 'analysis.mp4') return sendRange(request, response, clip);
  return problem(response);
}

const LIFE = { policyVersion: 1, expiresAt: '2999-01-01T00:00:00.000Z', renewAfterSeconds: 86_400 } as const;

const playbackOf = (id: string, { width, height, sizeBytes, frameIndex }: PreparedClip): object => ({
  ...LIFE,
  renewUrl: `/api/v1/play/${id}/renew`,
  sources: { analysis: { url: `/api/v1/play/${id}/analysis.mp4`, type: 'video/mp4', sizeBytes, width, height } },
  poster: `/api/v1/play/${id}/poster.jpg`,
  frameIndex,
  video: { id, captureFps: null },
});

const send = (response: ServerResponse, type: string, body: string): void => {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
};

const problem = (response: ServerResponse): void => {
  response.writeHead(404, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ code: 'video.not_found', status: 404 }));
};

function sendRange(request: IncomingMessage, response: ServerResponse, { file, sizeBytes }: PreparedClip): void {
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Number(last);
  const headers = { 'Content-Type': 'video/mp4', 'Accept-Ranges': 'bytes', 'Content-Length': end - start + 1 };
  if (request.headers.range === undefined) response.writeHead(200, headers);
  else response.writeHead(206, { ...headers, 'Content-Range': `bytes ${String(start)}-${String(end)}/${String(sizeBytes)}` });
  createReadStream(file, { start, end }).pipe(response);
}
