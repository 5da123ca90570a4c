import { ApiProblem } from '../client/problem.ts';
import { isPassing, MAX_ATTEMPTS, retryDelayMs } from './policy.ts';
import type { Surroundings } from './surroundings.ts';

/** What stands between two attempts. */
export interface Line extends Pick<Surroundings, 'random' | 'wait'> {
  /** Resolves as soon as the network is there, with whether it had been away. */
  restored(signal: AbortSignal): Promise<boolean>;
}

/**
 * Does a piece of work again until it succeeds, fails for good, or has failed too often. Attempts made without a network do not
 * count: one that comes back after an hour in a tunnel goes on.
 */
export async function persist<T>(work: () => Promise<T>, line: Line, signal: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (thrown) {
      signal.throwIfAborted();
      const problem = ApiProblem.of(thrown);
      if (!isPassing(problem)) throw thrown;
      if (problem.code === 'network.unreachable' && (await line.restored(signal))) failures = 0;
      else if (failures >= MAX_ATTEMPTS) throw thrown;
      await line.wait(retryDelayMs(Math.max(failures, 1), line.random()), signal);
    }
  }
}
