import type { Knex } from 'knex';
import { readCatalogue, removalOrder } from '../../platform/person-catalogue.ts';
import { MENTIONS, NAMES_NOBODY, PERSON_COLUMNS, UNDONE_FIRST, VIDEO_COLUMNS } from '../../platform/person-data.ts';

/** Every column that could name a person or a video, and what is wrong with how it is decided on. Empty when all is decided. */
export async function undecidedPlaces(admin: Knex): Promise<readonly string[]> {
  const catalogue = await readCatalogue(admin);
  const { rows } = await admin.raw<{ rows: { name: string }[] }>(
    `select c.relname || '.' || a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relname = any (?) and a.attnum > 0 and not a.attisdropped
       and a.atttypid::regtype::text in ('uuid', 'uuid[]', 'json', 'jsonb') and a.attname not in ('tenant_id')
       and not (a.attname = 'id' and c.relname <> 'audit_event') order by 1`,
    [[...catalogue.tables]],
  );
  const places = rows.map(({ name }) => name);
  const follows = new Set(
    catalogue.keys
      .filter(({ parent }) => parent !== 'app_user' && parent !== 'video')
      .flatMap(({ child, columns }) => columns.map((column) => `${child}.${column}`)),
  );
  const lists = [PERSON_COLUMNS, VIDEO_COLUMNS, MENTIONS].map((list) => Object.keys(list));
  const decided = [...lists.flat(), ...NAMES_NOBODY];
  const naming = (parent: string): string[] =>
    catalogue.keys.filter((key) => key.parent === parent).map(({ child, columns }) => `${child}.${columns.at(-1) ?? ''}`);
  return [
    ...places.filter((name) => !decided.includes(name) && !follows.has(name)).map((name) => `${name}: not decided on`),
    ...naming('app_user')
      .filter((name) => !(name in PERSON_COLUMNS))
      .map((name) => `${name}: refers to people and is not among them`),
    ...naming('video')
      .filter((name) => !(name in VIDEO_COLUMNS))
      .map((name) => `${name}: refers to videos and is not among them`),
    ...decided.filter((name) => !places.includes(name)).map((name) => `${name}: decided on, and not there`),
    ...decided.filter((name, at) => decided.indexOf(name) !== at).map((name) => `${name}: decided on twice`),
    ...UNDONE_FIRST.filter((name) => !follows.has(name)).map((name) => `${name}: undone first, and refers to nothing`),
    ...orderFault(() => removalOrder(catalogue)),
  ];
}

function orderFault(order: () => unknown): readonly string[] {
  try {
    order();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Later kinds of data, as the statements that add them. */
export const LATER_KINDS: readonly { readonly name: string; readonly sql: string; readonly expect: RegExp }[] = [
  {
    name: 'a table about athletes',
    sql: `create table swing_goal (tenant_id uuid not null, id uuid, player_id uuid not null, primary key (tenant_id, id),
      foreign key (tenant_id, player_id) references app_user (tenant_id, id)); call protect_tenant_table('swing_goal')`,
    expect: /^swing_goal\.player_id: not decided on/,
  },
  {
    name: 'a table about videos',
    sql: `create table highlight (tenant_id uuid not null, id uuid, video_id uuid not null, primary key (tenant_id, id),
      foreign key (tenant_id, video_id) references video (tenant_id, id)); call protect_tenant_table('highlight')`,
    expect: /^highlight\.video_id: not decided on/,
  },
  {
    name: 'an id without a foreign key',
    sql: `create table mail (tenant_id uuid not null, id uuid, sent_to uuid, primary key (tenant_id, id)); call protect_tenant_table('mail')`,
    expect: /^mail\.sent_to: not decided on/,
  },
  { name: 'a list of ids', sql: 'alter table share add column seen_by uuid[]', expect: /^share\.seen_by: not decided on/ },
  { name: 'a document', sql: `alter table video add column notes jsonb not null default '{}'`, expect: /^video\.notes: not decided on/ },
  {
    name: 'a column that names a person and was called nobody',
    sql: `alter table video add foreign key (tenant_id, attempt_id) references app_user (tenant_id, id) not valid`,
    expect: /^video\.attempt_id: refers to people/,
  },
];
