/** One clear sentence on stderr, and a failed exit. A stack only where the fault is not the operator's. */
export function sayAndExit(part: string, error: unknown, isOperatorsFault: boolean): never {
  const message = error instanceof Error ? (isOperatorsFault ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${part}: ${message}\n`);
  process.exit(1);
}

/** Tells a parent that waits for it that the process now works. Whoever starts it otherwise reads the log. */
export const sayReady = (): void => void process.send?.('ready');

/** Runs the phases of a graceful stop once, on the first SIGTERM or SIGINT, then ends the process. */
export function onStopSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  const begin = (): void => {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`stop: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', begin);
  process.on('SIGINT', begin);
  // A parent that talks to us over IPC and vanishes leaves nobody to stop us later.
  process.on('disconnect', begin);
}
