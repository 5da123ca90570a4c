import { request as ask, createServer } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** What happens to a request that a rule picks out. The engine sees it only where the name says so. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: 500 | 503 }
  /** The engine answers, and the answer waits. */
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'reset_before' }
  /** The engine has done the work; the answer is lost. */
  | { readonly kind: 'reset_after' }
  /** The headers promise the whole body, half of it comes. */
  | { readonly kind: 'truncate' }
  /** As S3 does when a completion fails after the status line has left. */
  | { readonly kind: 'error_inside_200' }
  | { readonly kind: 'wrong_etag' };

export interface Rule {
  readonly method: string;
  /** Found in the query, as `uploadId=` is for everything about one upload. Empty: a request without a query of ours. */
  readonly query?: RegExp;
  /** Which of the requests that match, from 1; all of them when left out. */
  readonly nth?: readonly number[];
  readonly fault: Fault;
}

export interface FaultProxy {
  readonly url: string;
  /** From now on; counting begins anew. An empty list lets everything through. */
  follow(rules: readonly Rule[]): void;
  /** `METHOD query-names status` of everything that passed or was stopped since `follow`. */
  seen(): readonly string[];
  stop(): Promise<void>;
}

const ERROR_BODIES = {
  500: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>',
  503: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
};

/** A proxy in front of an S3 engine. The Host header passes as it came: it is part of every signature. */
export async function startFaultProxy(engineUrl: string): Promise<FaultProxy> {
  let rules: readonly { readonly rule: Rule; matched: number }[] = [];
  let seen: string[] = [];
  const engine = new URL(engineUrl);
  const server = createServer((incoming, outgoing) => {
    const fault = faultFor(rules, incoming);
    seen.push(`${incoming.method ?? ''} ${[...queryOf(incoming).keys()].join('&')} ${fault?.kind ?? 'passed'}`);
    serve(engine, incoming, outgoing, fault).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    follow: (next) => {
      rules = next.map((rule) => ({ rule, matched: 0 }));
      seen = [];
    },
    seen: () => seen,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const queryOf = (incoming: IncomingMessage): URLSearchParams => new URL(incoming.url ?? '', 'http://s3').searchParams;

function faultFor(rules: readonly { readonly rule: Rule; matched: number }[], incoming: IncomingMessage): Fault | null {
  for (const counted of rules) {
    const { method, query, nth, fault } = counted.rule;
    if (method !== incoming.method || (query && !query.test(queryOf(incoming).toString()))) continue;
    counted.matched += 1;
    if (!nth || nth.includes(counted.matched)) return fault;
  }
  return null;
}

async function serve(engine: URL, incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | null): Promise<void> {
  if (fault?.kind === 'reset_before') return void incoming.socket.resetAndDestroy();
  if (fault?.kind === 'answer') {
    // The body is read first, as S3 does: a client that is still sending would see a reset rather than the status.
    incoming.resume();
    await new Promise((resolve) => incoming.once('end', resolve));
    return void outgoing.writeHead(fault.status, { 'content-type': 'application/xml' }).end(ERROR_BODIES[fault.status]);
  }
  if (fault?.kind === 'error_inside_200') {
    await text(incoming);
    return void outgoing.writeHead(200, { 'content-type': 'application/xml' }).end(ERROR_BODIES[500]);
  }
  await passOn(await answerOf(engine, incoming), incoming, outgoing, fault);
}

function answerOf(engine: URL, incoming: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    const onward = ask({ host: engine.hostname, port: engine.port, method, path: url, headers }, resolve);
    onward.once('error', reject);
    pipeline(incoming, onward).catch(reject);
  });
}

async function passOn(answer: IncomingMessage, incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | null): Promise<void> {
  if (fault?.kind === 'reset_after') {
    answer.resume();
    return void incoming.socket.resetAndDestroy();
  }
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  const headers: OutgoingHttpHeaders = { ...answer.headers, ...(fault?.kind === 'wrong_etag' && { etag: `"${'0'.repeat(32)}"` }) };
  if (fault?.kind !== 'truncate') {
    outgoing.writeHead(answer.statusCode ?? 502, headers);
    return pipeline(answer, outgoing);
  }
  const body = await text(answer);
  outgoing.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(body) });
  outgoing.write(body.slice(0, body.length / 2), () => incoming.socket.resetAndDestroy());
}
