import { pino, type DestinationStream, type Logger } from 'pino';

/** Structured lines, on stdout unless told otherwise. Callers log ids, codes and numbers; what could hold a secret or a name is cut out all the same. */
export const openLog = (part: string, level: string, destination: DestinationStream = pino.destination(1)): Logger =>
  pino(
    {
      level,
      base: { part },
      redact: { paths: ['authorization', '*.authorization', 'token', '*.token', 'err.detail', 'err.where', 'err.bindings'], remove: true },
    },
    destination,
  );
