import { ApiProblem } from '../client/problem.ts';
import { isPassing, MAX_ATTEMPTS, retryDelayMs } from './policy.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Does a piece of work again until it succeeds, fails for good, or has failed too often. Attempts made without a network do not
 * count: one that comes back after an hour in a tunnel goes on.
 */
export async function persist<T>(work: () => Promise<T>, world: Surroundings, signal: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (thrown) {
      signal.throwIfAborted();
      if (!isPassing(ApiProblem.of(thrown))) throw thrown;
      if (!world.isOnline()) failures = 0;
      else if (failures >= MAX_ATTEMPTS) throw thrown;
      await world.online(signal);
      await world.wait(retryDelayMs(Math.max(failures, 1), world.random()), signal);
    }
  }
}
