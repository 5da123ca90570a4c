import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Milliseconds. */
export const TIMEOUTS = {
  headers: 10_000,
  /** A whole request with its body: a part of 8 MiB over a slow phone is minutes. Answers have no limit, a player reads as it plays. */
  request: 10 * 60_000,
  /** Longer than the 60 s of common load balancers, which otherwise reuse a connection we are just closing. */
  keepAlive: 65_000,
  /** For running requests, once the process is asked to end. */
  drain: 20_000,
} as const;

export interface RunningServer {
  /** The port in use: asked for, or found when 0 was asked for. */
  readonly port: number;
  /** Refuses new connections, lets running requests finish for at most `drainMs`, then cuts what is left. */
  close(drainMs?: number): Promise<'drained' | 'cut'>;
}

/** @throws when the address cannot be listened on. */
export async function startServer(app: RequestListener, { host, port }: { host: string; port: number }): Promise<RunningServer> {
  const server = createServer(
    { headersTimeout: TIMEOUTS.headers, requestTimeout: TIMEOUTS.request, keepAliveTimeout: TIMEOUTS.keepAlive },
    app,
  );
  let closing = false;
  server.on('request', (_req, res) => {
    // A connection kept alive after its last answer would hold the end of the process for 65 s.
    res.once('close', () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

  const drain = async (drainMs: number): Promise<'drained' | 'cut'> => {
    closing = true;
    let outcome: 'drained' | 'cut' = 'drained';
    const limit = setTimeout(() => {
      outcome = 'cut';
      server.closeAllConnections();
    }, drainMs);
    await new Promise((resolve) => server.close(resolve));
    clearTimeout(limit);
    return outcome;
  };
  let closed: Promise<'drained' | 'cut'> | undefined;

  return {
    port: (server.address() as AddressInfo).port,
    close: (drainMs = TIMEOUTS.drain) => (closed ??= drain(drainMs)),
  };
}
