import type { Express } from 'express';

/** Starts a peer on a free port and tells which. */
export function listen(app: Express): void {
  const server = app.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    console.log(`peer ready http://127.0.0.1:${String(address.port)}`);
  });
}
