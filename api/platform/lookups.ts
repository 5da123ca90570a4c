import type { Knex } from 'knex';
import type { ActorRole, Scope } from '../../domain/access/roles.ts';
import type { RenditionFile } from './models/rendition.ts';
import { sha256 } from './secrets.ts';

/** The questions asked before a tenant is known. Each goes to one database function that answers with ids and nothing more. */

export interface KeyOwner {
  readonly tenantId: string;
  readonly keyId: string;
  readonly secretId: string;
  readonly userId: string;
  readonly role: ActorRole;
  readonly scopes: readonly Scope[];
}

export interface SessionOwner {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly role: ActorRole;
  readonly scopes: readonly Scope[];
  readonly origins: readonly string[];
  readonly onlyPlayerIds: readonly string[] | null;
  readonly onlyVideoIds: readonly string[] | null;
}

export interface LeasedFile {
  readonly tenantId: string;
  readonly videoId: string;
  readonly leaseRow: string;
  /** How long the lease still lives, in milliseconds; null when it is dead. */
  readonly leftMs: number | null;
  /** Null when the lease has no file of this name. */
  readonly file: RenditionFile | null;
}

async function firstRow<Row>(database: Knex, sql: string, bindings: readonly Knex.RawBinding[] | Knex.ValueDict): Promise<Row | undefined> {
  const { rows } = await database.raw<{ rows: Row[] }>(sql, bindings);
  return rows[0];
}

/** Whose key this is, by its hash. */
export const KEY_QUESTION =
  'select tenant_id as "tenantId", key_id as "keyId", secret_id as "secretId", user_id as "userId", role, scopes from find_api_key($1)';

/** Whose session this is, by its hash. */
export const SESSION_QUESTION = `select tenant_id as "tenantId", session_id as "sessionId", user_id as "userId", role, scopes, origins,
  only_player_ids as "onlyPlayerIds", only_video_ids as "onlyVideoIds" from find_session($1)`;

/** In force or not: why it does not open is told to whoever holds the token. */
export const findLink = (
  database: Knex,
  token: string,
): Promise<{ readonly tenantId: string; readonly linkId: string; readonly guestId: string } | undefined> =>
  firstRow(database, 'select tenant_id as "tenantId", link_id as "linkId", guest_id as "guestId" from find_link(?)', [sha256(token)]);

export interface FileQuestion {
  readonly leaseId: string;
  readonly fileName: string;
}

type FoundFile = { readonly [Name in keyof LeasedFile]: LeasedFile[Name] | null };

/** For each file of a lease: does the lease live, and where are the bytes. Undefined where there is no such lease. */
export async function findLeasedFiles(database: Knex, questions: readonly FileQuestion[]): Promise<readonly (LeasedFile | undefined)[]> {
  const { rows } = await database.raw<{ rows: FoundFile[] }>(
    `select l.tenant_id as "tenantId", f.video_id as "videoId", l.lease_id as "leaseRow", case when f.is_alive then l.left_ms end as "leftMs", f.file
       from unnest(?::bytea[], ?::text[]) with ordinality q (lease, file_name, place)
       left join lateral find_lease(q.lease) l on true
       left join lateral find_leased_file(q.lease, q.file_name) f on true order by q.place`,
    [questions.map(({ leaseId }) => sha256(leaseId)), questions.map(({ fileName }) => fileName)],
  );
  return rows.map(({ tenantId, videoId, leaseRow, leftMs, file }) =>
    tenantId === null || videoId === null || leaseRow === null ? undefined : { tenantId, videoId, leaseRow, leftMs, file },
  );
}

/** Every tenant there is. For the worker, which then works under each as under any other. */
export async function findTenantIds(database: Knex): Promise<readonly string[]> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>('select id from tenant_ids() as id');
  return rows.map(({ id }) => id);
}
