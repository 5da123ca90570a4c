import type { Knex } from 'knex';
import { MENTIONS, PERSON_COLUMNS, UNDONE_FIRST, VIDEO_COLUMNS, type Fate } from './person-data.ts';

/** A foreign key as the database has it. */
export interface ForeignKey {
  readonly child: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
}

/** The tables of tenants and how they hang together, read from the database itself. */
export interface Catalogue {
  readonly tables: readonly string[];
  readonly keys: readonly ForeignKey[];
}

/** Partitions are reached through what they are parts of. */
export async function readCatalogue(database: Knex): Promise<Catalogue> {
  const { rows: tables } = await database.raw<{ rows: { name: string }[] }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) order by 1`,
  );
  const { rows: keys } = await database.raw<{ rows: ForeignKey[] }>(
    `select c.relname as child, p.relname as parent,
       array(select a.attname::text from unnest(k.conkey) with ordinality as u (number, place)
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by u.place) as columns,
       array(select a.attname::text from unnest(k.confkey) with ordinality as u (number, place)
         join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number order by u.place) as "parentColumns"
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
     where k.contype = 'f' and k.conparentid = 0 and c.relnamespace = 'public'::regnamespace and p.relname <> 'tenant' order by 1, k.conname`,
  );
  return { tables: tables.map(({ name }) => name), keys };
}

/** Columns of one of the declared lists that belong to a table. */
const ofTable = (places: Readonly<Record<string, { readonly fate: Fate }>>, table: string, fate: Fate): readonly string[] =>
  Object.entries(places)
    .filter(([name, place]) => place.fate === fate && name.startsWith(`${table}.`))
    .map(([name]) => name.slice(table.length + 1));

/** The id of whoever or whatever a row of the key's child is about. */
export const lastColumn = ({ child, columns }: ForeignKey): string => `${child}.${columns.at(-1) ?? ''}`;

const isUndoneFirst = (key: ForeignKey): boolean => (UNDONE_FIRST as readonly string[]).includes(lastColumn(key));

/** Whether a key is followed from what goes to what goes along with it. People and videos are decided on by name, column by column. */
const isFollowed = (key: ForeignKey): boolean => key.parent !== 'app_user' && key.parent !== 'video' && !isUndoneFirst(key);

/**
 * The rows of a table that are the person's own, as a condition on `table` with the bindings `:people` and `:videos`; null when the
 * table has none. Follows the foreign keys, so that a row is found through whatever it hangs on.
 */
export function ownRows({ keys }: Catalogue, table: string): string | null {
  const wanted = [
    ...(table === 'video' ? ['video.id = any ((:videos)::uuid[])'] : []),
    ...ofTable(PERSON_COLUMNS, table, 'remove').map((column) => `${table}.${column} = any ((:people)::uuid[])`),
    ...ofTable(VIDEO_COLUMNS, table, 'remove').map((column) => `${table}.${column} = any ((:videos)::uuid[])`),
    ...keys
      .filter((key) => key.child === table && key.parent !== table && isFollowed(key))
      .flatMap((key) => {
        const own = ownRows({ tables: [], keys }, key.parent);
        return own === null ? [] : [inRowsOf(key, own)];
      }),
  ];
  return wanted.length === 0 ? null : wanted.map((condition) => `(${condition})`).join(' or ');
}

const inRowsOf = ({ child, columns, parent, parentColumns }: ForeignKey, own: string): string =>
  `(${columns.map((column) => `${child}.${column}`).join(', ')}) in (select ${parentColumns.join(', ')} from ${parent} where ${own})`;

/** Tables with rows of the person's own, each before whatever its rows hang on. @throws Error when they hang on each other. */
export function removalOrder(catalogue: Catalogue): readonly string[] {
  const waiting = new Set(catalogue.tables.filter((table) => ownRows(catalogue, table) !== null));
  const order: string[] = [];
  while (waiting.size > 0) {
    const free = [...waiting].filter(
      (table) =>
        !catalogue.keys.some((key) => key.parent === table && key.child !== table && waiting.has(key.child) && !isUndoneFirst(key)),
    );
    if (free.length === 0)
      throw new Error(`rows of ${[...waiting].join(', ')} refer to each other: name the reference that is undone first`);
    for (const table of free) waiting.delete(table);
    order.push(...free);
  }
  return order;
}

/** Documents whose rows go when an id of the person is in them, as `table` and `column`. */
export const mentioningColumns = (): readonly (readonly [table: string, column: string])[] => splitNames(MENTIONS, 'remove');

/** Lists of ids out of which the person's are taken. */
export const clearedColumns = (): readonly (readonly [table: string, column: string])[] => [
  ...splitNames(PERSON_COLUMNS, 'clear'),
  ...splitNames(VIDEO_COLUMNS, 'clear'),
];

const splitNames = (places: Readonly<Record<string, { readonly fate: Fate }>>, fate: Fate): readonly (readonly [string, string])[] =>
  Object.entries(places)
    .filter(([, place]) => place.fate === fate)
    .map(([name]) => {
      const [table = '', column = ''] = name.split('.');
      return [table, column] as const;
    });

/** Whether any of `:ids` stands in a text, wherever. */
export const mentions = (text: string): string =>
  `exists (select from regexp_matches(${text}, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') as found (id)
    where found.id[1]::uuid = any ((:ids)::uuid[]))`;
