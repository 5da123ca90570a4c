import type { paths } from './generated/openapi.ts';

/** The contract for a caller whose client puts an `Idempotency-Key` on every POST by itself: there it may be left out. */
export type KeyedPaths = {
  [Path in keyof paths]: {
    [Member in keyof paths[Path]]: Member extends 'post' ? WithOptionalHeaders<paths[Path][Member]> : paths[Path][Member];
  };
};

type WithOptionalHeaders<Operation> = Operation extends { parameters: { header: infer Headers } }
  ? Omit<Operation, 'parameters'> & { parameters: Omit<Operation['parameters'], 'header'> & { header?: Headers } }
  : Operation;
