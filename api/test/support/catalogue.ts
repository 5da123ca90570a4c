import type { Knex } from 'knex';

/** Tables that belong to no tenant, and why that is right. */
const SHARED_TABLES: Readonly<Record<string, string>> = {
  knex_migrations: 'which migrations have run',
  knex_migrations_lock: 'that none runs twice',
  video_status_move: 'which moves of a status are legal, for everybody',
};

/** Unique without the tenant in front: hashes of 256 random bits, asked for before a tenant is known. They tell nobody anything. */
const SECRET_HASHES = new Set([
  'api_key_secret.secret_sha256',
  'session.token_sha256',
  'playback_lease.lease_sha256',
  'access_link.token_sha256',
]);

/** Functions that write or make what no working role may: the audit's chain and partitions. The owner too sees the transaction's tenant only. */
const OWNERS_FUNCTIONS = ['chain_audit_event', 'make_audit_partitions'];

/** Policies that open a table to the look-up role, which cannot log in. */
const LOOKUP_POLICY = 'lookup_only';

const QUESTIONS: readonly { readonly fault: string; readonly sql: string }[] = [
  {
    fault: 'a look-up past the tenant for a role that has no business with it',
    sql: `select p.proname || ' by ' || r.rolname as subject from pg_proc p cross join pg_roles r where p.pronamespace = 'public'::regnamespace and p.prosecdef
      and r.rolname in ('va_app', 'va_worker', 'va_eraser', 'va_verifier') and has_function_privilege(r.oid, p.oid, 'execute')
      and r.rolname <> case when p.proname in ('tenant_ids', 'make_audit_partitions') then 'va_worker' else 'va_app' end
      and not (r.rolname = 'va_verifier' and p.proname = 'find_lease') and p.proname <> 'is_foreign_id'`,
  },
  {
    fault: 'a table without a tenant_id that is not known to be shared',
    sql: `select c.relname as subject from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> 'tenant' and not (c.relname = any (:shared))
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull)`,
  },
  {
    fault: 'row-level security is not enabled and forced',
    sql: `select c.relname as subject from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relname = any (:shared))
        and not (c.relrowsecurity and c.relforcerowsecurity)`,
  },
  {
    fault: 'no policy that ties reads and writes to the tenant of the transaction',
    sql: `select c.relname as subject from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relname = any (:shared))
        and not exists (select from pg_policies p where p.tablename = c.relname and p.cmd = 'ALL' and p.qual like '%app_tenant()%' and p.with_check like '%app_tenant()%')`,
  },
  {
    fault: 'a policy that lets somebody past the tenant',
    sql: `select tablename || '.' || policyname as subject from pg_policies
      where schemaname = 'public' and (coalesce(qual, '') not like '%app_tenant()%' or (cmd <> 'SELECT' and coalesce(with_check, '') not like '%app_tenant()%'))
        and not (policyname = :lookup and cmd = 'SELECT' and roles = '{va_lookup}')`,
  },
  {
    fault: 'a foreign key between tenant tables that does not carry the tenant',
    sql: `select k.conname as subject from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
      where k.contype = 'f' and c.relnamespace = 'public'::regnamespace and t.relname <> 'tenant'
        and exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'tenant_id')
        and not exists (select from unnest(k.conkey, k.confkey) as pair (own, other)
          join pg_attribute o on o.attrelid = c.oid and o.attnum = pair.own and o.attname = 'tenant_id'
          join pg_attribute f on f.attrelid = t.oid and f.attnum = pair.other and f.attname = 'tenant_id')`,
  },
  {
    fault: 'a unique index that does not begin with the tenant',
    sql: `select c.relname || '.' || a.attname as subject from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where i.indisunique and c.relnamespace = 'public'::regnamespace and not (c.relname = any (:shared)) and c.relname <> 'tenant'
        and a.attname <> 'tenant_id' and not ((c.relname || '.' || a.attname) = any (:hashes))`,
  },
  {
    fault: 'a view that reads with its owner’s rights',
    sql: `select c.relname as subject from pg_class c where c.relnamespace = 'public'::regnamespace and (c.relkind = 'm'
      or (c.relkind = 'v' and not coalesce(c.reloptions, '{}') @> '{security_invoker=true}'))`,
  },
  {
    fault: 'a working role with too much power',
    sql: `select r.rolname as subject from pg_roles r where r.rolname in ('va_owner', 'va_app', 'va_worker', 'va_eraser', 'va_verifier', 'va_lookup')
      and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb
        or (r.rolname in ('va_app', 'va_worker', 'va_eraser', 'va_verifier') and exists (select from pg_class c where c.relowner = r.oid))
        or (r.rolname in ('va_app', 'va_worker', 'va_eraser', 'va_verifier') and exists (select from pg_auth_members m where m.member = r.oid))
        or (r.rolname = 'va_lookup' and r.rolcanlogin))`,
  },
  {
    fault: 'a grant nobody should have',
    sql: `select g.grantee || ' may ' || g.privilege_type || ' ' || g.table_name as subject from information_schema.role_table_grants g
      where g.table_schema = 'public' and (
        (g.grantee in ('va_app', 'va_worker', 'va_eraser') and g.privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES'))
        or (g.grantee = 'va_verifier' and g.privilege_type <> 'SELECT') or (g.grantee = 'va_eraser' and g.table_name like 'audit\\_%')
        or (g.grantee = 'PUBLIC') or (g.grantee = 'va_lookup' and g.privilege_type <> 'SELECT')
        or (g.grantee in ('va_app', 'va_worker') and g.table_name like 'audit\\_%' and g.privilege_type <> 'SELECT'))`,
  },
  {
    fault: 'a function that runs with its owner’s rights without a fixed search path, or for everybody',
    sql: `select p.proname as subject from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
      and (not coalesce(array_to_string(p.proconfig, ','), '') like '%search_path=%' or has_function_privilege('public', p.oid, 'execute')
        or pg_get_userbyid(p.proowner) <> case when p.proname = any (:owners) then 'va_owner' else 'va_lookup' end)`,
  },
];

/** Everything in the database's own catalogue that could let one tenant reach another. Empty when all is well. */
export async function catalogueFaults(admin: Knex): Promise<readonly string[]> {
  const bindings = { shared: Object.keys(SHARED_TABLES), hashes: [...SECRET_HASHES], lookup: LOOKUP_POLICY, owners: OWNERS_FUNCTIONS };
  const faults: string[] = [];
  for (const { fault, sql } of QUESTIONS) {
    const used = Object.fromEntries(Object.entries(bindings).filter(([name]) => sql.includes(`:${name}`)));
    const { rows } = await admin.raw<{ rows: { subject: string }[] }>(sql, used);
    faults.push(...rows.map(({ subject }) => `${subject}: ${fault}`));
  }
  return faults;
}

/** Every table that holds rows of tenants, partitions among them. */
export async function tenantTables(admin: Knex): Promise<readonly string[]> {
  const { rows } = await admin.raw<{ rows: { name: string }[] }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** One planted fault for every question above, as the statements that plant it. */
export const PLANTS: readonly { readonly name: string; readonly sql: string; readonly expect: RegExp }[] = [
  {
    name: 'the list of tenants for the API',
    sql: 'grant execute on function tenant_ids() to va_app',
    expect: /^tenant_ids by va_app: a look-up past/,
  },
  { name: 'a table without a tenant', sql: 'create table stray (id uuid primary key, name text)', expect: /^stray: a table without/ },
  { name: 'security switched off', sql: 'alter table video disable row level security', expect: /^video: row-level/ },
  { name: 'security not forced on the owner', sql: 'alter table session no force row level security', expect: /^session: row-level/ },
  { name: 'a policy dropped', sql: 'drop policy tenant_only on consent', expect: /^consent: no policy/ },
  { name: 'a policy for everybody', sql: 'create policy open_door on upload using (true) with check (true)', expect: /^upload.open_door/ },
  {
    name: 'a plain foreign key',
    sql: `create unique index on video (id); create table note (tenant_id uuid not null, id uuid, video_id uuid references video (id), primary key (tenant_id, id));
      call protect_tenant_table('note')`,
    expect: /^note_video_id_fkey: a foreign key/,
  },
  { name: 'a global unique', sql: 'create unique index on app_user (external_id)', expect: /^app_user.external_id: a unique index/ },
  { name: "a view with its owner's rights", sql: 'create view every_video as select * from video', expect: /^every_video: a view/ },
  { name: 'a role past security', sql: 'alter role va_app bypassrls', expect: /^va_app: a working role/ },
  { name: 'a role of the owner', sql: 'grant va_owner to va_worker', expect: /^va_worker: a working role/ },
  { name: 'a table the application owns', sql: 'alter table event owner to va_app', expect: /^va_app: a working role/ },
  { name: 'truncate', sql: 'grant truncate on video to va_app', expect: /^va_app may TRUNCATE video/ },
  { name: 'a changeable audit', sql: 'grant update on audit_event to va_app', expect: /^va_app may UPDATE audit_event/ },
  { name: 'an audit that can be dated', sql: 'grant insert on audit_event to va_app', expect: /^va_app may INSERT audit_event/ },
  { name: 'a proof that can write', sql: 'grant delete on video to va_verifier', expect: /^va_verifier may DELETE video/ },
  { name: 'a log that can be erased', sql: 'grant delete on audit_event to va_eraser', expect: /^va_eraser may DELETE audit_event/ },
  { name: 'a changeable chain', sql: 'grant update on audit_chain to va_worker', expect: /^va_worker may UPDATE audit_chain/ },
  {
    name: 'a careless function',
    sql: `create function peek() returns bigint language sql security definer as $$ select count(*) from video $$`,
    expect: /^peek: a function/,
  },
];
