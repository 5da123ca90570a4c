/** The least a site needs: a page, the elements in one file, and an endpoint that asks the API for a session. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';

const { SECRET_KEY = '', API_URL = 'http://127.0.0.1:4000', PORT = '8080' } = process.env;
const origin = `http://127.0.0.1:${PORT}`;
const kit = new URL(import.meta.resolve('video-analysis-platform/video-analysis.js'));

/** In a real site this is the person who is signed in there, not always the same one. */
const actor = { externalId: 'fairway-kari', role: 'coach', displayName: 'Kari Nordli' };

async function mintSession(): Promise<string> {
  const response = await fetch(`${API_URL}/api/v1/sessions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${SECRET_KEY}`, 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    body: JSON.stringify({ actor, origins: [origin] }),
  });
  if (!response.ok) throw new Error(`no session: ${await response.text()}`);
  return response.text();
}

const page = async (): Promise<string> =>
  (await readFile(new URL('index.html', import.meta.url), 'utf8')).replace('http://127.0.0.1:4000', API_URL);

async function answer(method: string, path: string, response: ServerResponse): Promise<void> {
  const send = (type: string, body: string): void => void response.setHeader('Content-Type', type).end(body);
  if (method === 'POST' && path === '/session-token') send('application/json', await mintSession());
  else if (path === '/') send('text/html', await page());
  // The editor is a second file beside the first, loaded when somebody draws.
  else if (/^\/video-analysis[\w-]*\.js$/.test(path)) send('text/javascript', await readFile(new URL(`.${path}`, kit), 'utf8'));
  else response.writeHead(404).end();
}

createServer((request, response) => {
  answer(request.method ?? '', request.url ?? '', response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(502).end();
  });
}).listen(Number(PORT), '127.0.0.1', () => console.log(`Open ${origin}`));
