// Asks a server so many times over eight connections and prints how it was answered, as JSON. The wish comes over stdin. Its own
// process: what it costs is nobody's.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Ask {
  readonly method?: string;
  readonly path: string;
  /** An `id` in it is a new one each time; a `version` goes up by one with every request. */
  readonly body?: { readonly id?: string; readonly version?: number };
}

export interface Wish {
  readonly url: string;
  readonly amount: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly asks: readonly Ask[];
}

export interface Told {
  readonly answered: number;
  /** The first answer that was none; null when all were good. */
  readonly complaint: string | null;
}

const CONNECTIONS = 8;

async function askOnce(agent: Agent, { url, headers }: Wish, { method = 'GET', path, body }: Ask, turn: number): Promise<string | null> {
  const { id, version } = body ?? {};
  const filled = { ...body, ...(id !== undefined && { id: randomUUID() }), ...(version !== undefined && { version: version + turn }) };
  const json = body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {};
  const req = request(url + path, { agent, method, headers: { ...headers, ...json } });
  req.end(body ? JSON.stringify(filled) : undefined);
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  req.once('error', reject);
  req.once('response', (res) => {
    if ((res.statusCode ?? 500) < 300) {
      res.resume();
      res.once('end', () => resolve(null));
    } else text(res).then(resolve, reject);
  });
  return promise;
}

/** Every connection has its own share of what is asked for, so that no two change the same drawing. */
async function worker(wish: Wish, place: number): Promise<Told> {
  const share = wish.asks.filter((_ask, at) => at % CONNECTIONS === place % wish.asks.length);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let answered = 0;
  for (let at = place; at < wish.amount; at += CONNECTIONS) {
    const ask = share[answered % share.length];
    if (!ask) break;
    const complaint = await askOnce(agent, wish, ask, Math.floor(answered / share.length));
    if (complaint !== null) return { answered, complaint };
    answered += 1;
  }
  agent.destroy();
  return { answered, complaint: null };
}

const wish = JSON.parse(await text(process.stdin)) as Wish;
const told = await Promise.all(Array.from({ length: CONNECTIONS }, (_, place) => worker(wish, place)));
const sum: Told = {
  answered: told.reduce((all, { answered }) => all + answered, 0),
  complaint: told.find(({ complaint }) => complaint !== null)?.complaint ?? null,
};
console.log(JSON.stringify(sum));
process.exit();
