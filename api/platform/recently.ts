export interface Recently {
  note(name: string): void;
  /** Whether the name was noted within the time. */
  has(name: string): boolean;
  /** Notes a name that has not been noted within the time. @returns whether it did: the time runs from there */
  isDue(name: string): boolean;
}

export interface RecentlyOptions {
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
  /** The oldest is forgotten beyond that. */
  readonly maxEntries?: number;
}

/** Names, and whether it is long ago. */
export function recently(ms: number, { now = () => performance.now(), maxEntries = 10_000 }: RecentlyOptions = {}): Recently {
  const noted = new Map<string, number>();
  const has = (name: string): boolean => now() - (noted.get(name) ?? -Infinity) < ms;
  const note = (name: string): void => {
    noted.delete(name);
    // The oldest goes first: a Map remembers the order in which its keys came.
    for (const oldest of noted.keys()) {
      if (noted.size < maxEntries) break;
      noted.delete(oldest);
    }
    noted.set(name, now());
  };
  return {
    ...{ has, note },
    isDue: (name) => {
      if (has(name)) return false;
      note(name);
      return true;
    },
  };
}
