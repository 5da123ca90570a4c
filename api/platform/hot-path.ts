import pg from 'pg';
import { Flight, type Row, type Statement } from './flight.ts';

/**
 * The few questions that are asked with every request, as prepared statements over connections of their own. Everything else goes
 * through knex and objection.
 */
export interface HotPath {
  /**
   * A transaction in one go over the wire: nothing waits for an answer in between. What one statement sets for the transaction, the
   * next one finds.
   * @returns the rows of each statement
   * @throws what PostgreSQL says. Then nothing has happened.
   */
  flight(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]>;
  stop(): Promise<void>;
}

export interface HotPathOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
}

/** Milliseconds. The same bounds as every unit of work has. */
const WAITS = { statement_timeout: 15_000, lock_timeout: 5_000, idle_in_transaction_session_timeout: 30_000, query_timeout: 30_000 };

export function openHotPath({ url, poolSize, name }: HotPathOptions): HotPath {
  const pool = new pg.Pool({
    ...{ connectionString: url, application_name: name, max: poolSize, connectionTimeoutMillis: 5000, keepAlive: true, ...WAITS },
  });
  // A connection that breaks while nobody uses it: the pool opens another one when it is needed.
  pool.on('error', () => undefined);
  return {
    flight: async (statements) => {
      const client = await pool.connect();
      try {
        const { rows } = client.query(new Flight(statements));
        const found = await rows;
        client.release();
        return found;
      } catch (error) {
        // Whatever state it is in, nobody meets it again.
        client.release(true);
        throw error;
      }
    },
    stop: () => pool.end(),
  };
}
