import { pino, type Logger } from 'pino';

/** Structured lines on stdout. Callers log ids, codes and numbers; what could hold a secret or a name is cut out all the same. */
export const openLog = (part: string, level: string): Logger =>
  pino({
    level,
    base: { part },
    redact: { paths: ['authorization', '*.authorization', 'token', '*.token', 'err.detail', 'err.where', 'err.bindings'], remove: true },
  });
