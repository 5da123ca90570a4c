/** What an upload asks of the world beside the network. Tests bring their own. */
export interface Surroundings {
  now(): number;
  /** In [0, 1). */
  random(): number;
  newId(): string;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  isOnline(): boolean;
  /** Resolves when there is a network. */
  online(signal: AbortSignal): Promise<void>;
  /** Resolves when somebody can see the page. */
  visible(signal: AbortSignal): Promise<void>;
}

const until = (target: EventTarget, event: string, holds: () => boolean, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      if (!signal.aborted && !holds()) return;
      target.removeEventListener(event, look);
      signal.removeEventListener('abort', look);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    };
    target.addEventListener(event, look);
    signal.addEventListener('abort', look);
    look();
  });

export const browserSurroundings: Surroundings = {
  now: () => Date.now(),
  random: () => Math.random(),
  // Not crypto.randomUUID, which exists on secure pages only; a club's test page on the local network is not one.
  newId: () => uuid(crypto.getRandomValues(new Uint8Array(16))),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    }),
  isOnline: () => navigator.onLine,
  online: (signal) => until(globalThis, 'online', () => navigator.onLine, signal),
  visible: (signal) => until(document, 'visibilitychange', () => document.visibilityState === 'visible', signal),
};

/** RFC 9562, version 4. */
const uuid = (bytes: Uint8Array): string => {
  const hex = [...bytes]
    .map((byte, i) => (i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0'))
    .join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
