import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A line between browser and service that counts, that is as slow as a line, and that can be cut. */
export interface Line {
  readonly url: string;
  /** Bytes that have gone up through it, with everything around them. */
  readonly sentBytes: number;
  /** Ends every connection in the middle, and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param bytesPerSecond What goes up in all, however many connections share it. @param at The port to listen on; any when 0. */
export async function startLine(target: URL, bytesPerSecond: number, at = 0): Promise<Line> {
  const sockets = new Set<Socket>();
  let [sentBytes, isCut, freeAtMs] = [0, false, 0];
  const shaped = (): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sentBytes += chunk.length;
        freeAtMs = Math.max(freeAtMs, performance.now()) + (chunk.length / bytesPerSecond) * 1000;
        setTimeout(() => done(null, chunk), Math.max(0, freeAtMs - performance.now()));
      },
    });
  const server = createServer((browser) => {
    if (isCut) return void browser.resetAndDestroy();
    const service = connect(Number(target.port), target.hostname);
    for (const socket of [browser, service]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        browser.destroy();
        service.destroy();
      });
    }
    browser
      .pipe(shaped())
      .on('error', () => undefined)
      .pipe(service);
    service.pipe(browser);
  });
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endAll = (): void => sockets.forEach((socket) => socket.resetAndDestroy());
  return {
    url: `http://127.0.0.1:${String(port)}`,
    get sentBytes() {
      return sentBytes;
    },
    cut() {
      isCut = true;
      endAll();
    },
    mend() {
      isCut = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        endAll();
      }),
  };
}
