import type { Tick } from '../contexts/clock.ts';

/** While another file takes the element over: what is told meanwhile, and what is asked for. */
export interface Exchange {
  readonly told: Tick;
  goal: number;
  goesOn: boolean;
  readonly done: Promise<void>;
  /** Lets go of the picture that was held, and of who waits. */
  readonly end: () => void;
}

export function exchangeOf(standing: Pick<Exchange, 'told' | 'goal' | 'goesOn'>, release: () => void): Exchange {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const end = () => {
    release();
    resolve();
  };
  return { ...standing, done, end };
}
