/** Steps between which a crash must lose nothing. Tests stop the process dead at exactly one of them. */
export type KillPoint =
  | 'before_begin_commit'
  | 'after_begin'
  | 'after_store_begin'
  | 'after_open'
  | 'before_claim'
  | 'after_claim'
  | 'after_store_complete'
  | 'before_finish_commit'
  | 'after_finish'
  | 'after_renditions_stored'
  | 'after_ladder_stored'
  | 'before_block_commit'
  | 'after_block'
  | 'erase_begun'
  | 'erase_jobs_removed'
  | 'erase_store_purged'
  | 'erase_table_removed'
  | 'erase_rows_removed'
  | 'erase_person_removed'
  | 'erase_proven'
  | 'erase_concluded'
  | 'takeout_stored';

/** Does nothing unless the process was started, by a test, to die at this point. */
export type KillPointCheck = (point: KillPoint) => void;

export const killPoints =
  (armed: string | undefined): KillPointCheck =>
  (point) => {
    if (armed === point) process.kill(process.pid, 'SIGKILL');
  };
