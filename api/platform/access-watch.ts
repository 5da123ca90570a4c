import pg from 'pg';

/** Hears of every change of access when the transaction that made it commits. */
export interface AccessWatch {
  /** False while nobody would tell us: then nothing that was known may be believed. */
  readonly isHearing: boolean;
  stop(): Promise<void>;
}

export interface AccessListener {
  /** Something of this tenant's access has become narrower. */
  changed(tenantId: string): void;
  /** Changes may have been missed. */
  lost(): void;
}

const CHANNEL = 'playback_access';
const RETRY_MS = 1000;
/** A connection that died without a word is noticed by a question that gets no answer. */
const HEARTBEAT_MS = 5000;

/** Listens on a connection of its own, and again on a new one when that breaks. */
export function watchAccess(databaseUrl: string, listener: AccessListener): AccessWatch {
  let client: pg.Client | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hearing = false;
  let stopped = false;

  const drop = (broken: pg.Client): void => {
    if (client !== broken) return;
    client = null;
    hearing = false;
    listener.lost();
    // Not waited for: an end that nobody acknowledges would hold us up.
    broken.end().catch(() => undefined);
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(connect, RETRY_MS);
  };

  const beat = async (alive: pg.Client): Promise<void> => {
    await alive.query('select 1');
    if (client === alive) timer = setTimeout(() => void beat(alive).catch(() => drop(alive)), HEARTBEAT_MS);
  };

  const connect = (): void => {
    const next = new pg.Client({
      ...{ connectionString: databaseUrl, application_name: 'va-access-watch' },
      ...{ connectionTimeoutMillis: 5000, query_timeout: HEARTBEAT_MS, keepAlive: true },
    });
    client = next;
    next.on('error', () => drop(next));
    next.on('end', () => drop(next));
    next.on('notification', ({ payload }) => listener.changed(payload ?? ''));
    const open = async (): Promise<void> => {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
      hearing = client === next;
      await beat(next);
    };
    open().catch(() => drop(next));
  };

  connect();
  return {
    get isHearing() {
      return hearing;
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      const last = client;
      client = null;
      hearing = false;
      await last?.end();
    },
  };
}
