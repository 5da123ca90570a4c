import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What every connection has to itself, in both directions. */
export interface LineShape {
  readonly bytesPerSecond: number;
  readonly roundTripMs: number;
}

export interface ShapedLine {
  readonly url: string;
  close(): Promise<void>;
}

/** Timers come late on a busy machine: so much of a connection's time may be caught up with. */
const CATCH_UP_MS = 20;

/** A line in front of a service on which every connection is as slow and as far as told. Nothing piles up in it: it reads as it carries. */
export async function startShapedLine(target: URL, shape: LineShape): Promise<ShapedLine> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      socket.setNoDelay();
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    // A handshake takes a round trip before the first byte.
    carry(near, far, shape, performance.now() + shape.roundTripMs).catch(() => near.destroy());
    carry(far, near, shape, 0).catch(() => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

async function carry(from: Socket, to: Socket, { bytesPerSecond, roundTripMs }: LineShape, startMs: number): Promise<void> {
  let freeAtMs = startMs;
  let delivered = Promise.resolve();
  for await (const chunk of from as AsyncIterable<Buffer>) {
    freeAtMs = Math.max(freeAtMs, performance.now() - CATCH_UP_MS) + (chunk.length / bytesPerSecond) * 1000;
    const paidMs = freeAtMs - performance.now();
    if (paidMs > 0) await wait(paidMs);
    const arrivesAtMs = performance.now() + roundTripMs / 2;
    if (to.writableNeedDrain) await delivered;
    delivered = delivered.then(async () => {
      await wait(Math.max(0, arrivesAtMs - performance.now()));
      if (!to.write(chunk)) await once(to, 'drain');
    });
  }
  await delivered;
  to.end();
}
