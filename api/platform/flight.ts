import pg from 'pg';

/** Prepared once on each connection, under its name. One name, one text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly Value[];
}

/** What PostgreSQL reads a value from; bytes go as they are. */
type Value = string | number | boolean | Buffer | null;

export type Row = Readonly<Record<string, unknown>>;

type Column = readonly [name: string, parse: (text: string) => unknown];

/** The statements a connection knows, with what their rows are made of. */
const known = new WeakMap<pg.Connection, Map<string, readonly Column[]>>();

const textOf = (value: Value): string | Buffer | null => (value === null || Buffer.isBuffer(value) ? value : String(value));

/**
 * Statements that go over the wire together, with one end of the flight (Sync) behind the last. PostgreSQL answers them together, and
 * unless one of them says otherwise they are one transaction: if any fails, none of the later ones is looked at and nothing has
 * happened (PostgreSQL's documentation, "Pipelining" in the chapter about the protocol). The driver's own pipelining ends each
 * statement by itself, which costs an answer, a write and a reading for each.
 */
export class Flight implements pg.Submittable {
  readonly rows: Promise<readonly (readonly Row[])[]>;
  /** The driver puts its time limit around it. */
  callback: (error: unknown) => void;
  readonly #statements: readonly Statement[];
  readonly #found: Row[][];
  readonly #columns: (readonly Column[])[] = [];
  #at = 0;

  constructor(statements: readonly Statement[]) {
    this.#statements = statements;
    this.#found = statements.map(() => []);
    const { promise, resolve, reject } = Promise.withResolvers<readonly (readonly Row[])[]>();
    this.rows = promise;
    this.callback = (error) => {
      if (error === null) resolve(this.#found);
      else reject(error instanceof Error ? error : new Error('the flight failed', { cause: error }));
    };
  }

  submit(connection: pg.Connection): void {
    const prepared = known.get(connection) ?? new Map<string, readonly Column[]>();
    known.set(connection, prepared);
    connection.stream.cork();
    for (const [at, { name, text, values }] of this.#statements.entries()) {
      const columns = prepared.get(name);
      if (!columns) connection.parse({ name, text, types: [] }, true);
      connection.bind({ statement: name, values: values.map(textOf) }, true);
      if (columns) this.#columns[at] = columns;
      else connection.describe({ type: 'P', name: '' }, true);
      connection.execute(null, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    this.#columns[this.#at] = fields.map(({ name, dataTypeID }) => [
      name,
      (pg.types.getTypeParser as (type: number, format: 'text') => Column[1])(dataTypeID, 'text'),
    ]);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const columns = this.#columns[this.#at] ?? [];
    const row: Record<string, unknown> = {};
    for (const [place, [name, parse]] of columns.entries()) {
      const text = fields[place] ?? null;
      row[name] = text === null ? null : parse(text);
    }
    this.#found[this.#at]?.push(row);
  }

  handleCommandComplete(_message: unknown, connection: pg.Connection): void {
    const name = this.#statements[this.#at]?.name;
    if (name !== undefined) known.get(connection)?.set(name, this.#columns[this.#at] ?? []);
    this.#at += 1;
  }

  handleError(error: unknown): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(this.#at === this.#statements.length ? null : new Error('not every statement of the flight was answered'));
  }
}
