/** Steps between which a crash must lose nothing. Tests stop the process dead at exactly one of them. */
export type KillPoint = 'after_store_complete' | 'after_renditions_stored';

/** Does nothing unless the process was started, by a test, to die at this point. */
export type KillPointCheck = (point: KillPoint) => void;

export const killPoints =
  (armed: string | undefined): KillPointCheck =>
  (point) => {
    if (armed === point) process.kill(process.pid, 'SIGKILL');
  };
