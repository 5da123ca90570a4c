import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

const PAGE = '<!doctype html><html lang="en"><title>Club</title><body><script type="module" src="/page.js"></script>';

/** Plays the club's site. @param session mints a session for the site's origin, as the club's server does. */
export async function pageServer(
  session: (origin: string) => Promise<object>,
  entry = path.join(import.meta.dirname, 'page.ts'),
): Promise<PageServer> {
  const script = await bundle(entry);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') send(response, 'text/html; charset=utf-8', PAGE);
    else if (pathname === '/page.js') send(response, 'text/javascript; charset=utf-8', script);
    else if (pathname === '/session')
      session(origin).then(
        (answer) => send(response, 'application/json', JSON.stringify(answer)),
        () => response.writeHead(503).end(),
      );
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${String(port)}`;
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const send = (response: ServerResponse, type: string, body: string): void => {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
};

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, format: 'esm', target: 'es2024' },
    // The container reader's module for Node, which its package.json takes out of browsers.
    ...{ platform: 'browser', tsconfigRaw: {} },
  });
  return outputFiles[0]?.text ?? '';
}
