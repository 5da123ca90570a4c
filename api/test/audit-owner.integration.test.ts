import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, describe } from 'node:test';
import type { Knex } from 'knex';
import { connectDatabase } from '../platform/database.ts';
import { numberedCase } from './support/cases.ts';
import { startClub, type Club } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

const PEOPLE = 300;

let system: TestSystem;
let club: Club;
let owner: Knex;

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Owned');
  owner = connectDatabase({ url: system.database.ownerUrl, poolSize: 1, name: 'va-test-owner' });
});
after(async () => {
  await owner.destroy();
  await system.stop();
});

/** `npm run admin -- audit verify`. */
const verify = (): Promise<{ readonly status: number; readonly said: string }> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '', WORKER_DATABASE_URL: system.database.workerUrl };
    execFile(process.execPath, ['api/admin.ts', 'audit', 'verify'], { env }, (error, stdout, stderr) => {
      if (stderr !== '') reject(new Error(stderr));
      else resolve({ status: error === null ? 0 : Number(error.code), said: stdout.trim() });
    });
  });

/** What the owner of the tables can do: switch the triggers off, write what they like, and switch them on again. */
const asOwner = (...statements: readonly (readonly [sql: string, ...bindings: Knex.RawBinding[]])[]): Promise<void> =>
  owner.transaction(async (trx) => {
    await trx.raw(`select set_config('app.tenant_id', ?, true)`, [club.tenantId]);
    await trx.raw('alter table audit_event disable trigger user');
    for (const [sql, ...bindings] of statements) await trx.raw(sql, bindings);
    await trx.raw('alter table audit_event enable trigger user');
  });

const idOf = async (sequence: number): Promise<string> => {
  const row = await system.database
    .admin<{ tenantId: string; id: string; sequence: number }>('auditEvent')
    .where({ tenantId: club.tenantId, sequence })
    .first();
  return row?.id ?? '';
};

/** Tampers, lets verify speak, and puts everything back as it was. */
async function tampering(
  statements: readonly (readonly [sql: string, ...bindings: Knex.RawBinding[]])[],
  { sequence, id, what }: { readonly sequence: number; readonly id: string; readonly what: string },
): Promise<string> {
  await asOwner(...statements);
  try {
    const { status, said } = await verify();
    assert.deepEqual([status, said], [1, `tenant ${club.tenantId}: row ${String(sequence)} (${id}): ${what}`]);
    return `exit 1, ${said.slice(said.indexOf('row'))}`;
  } finally {
    await asOwner(['delete from audit_event'], ['insert into audit_event select * from as_it_was']);
    assert.equal((await verify()).status, 0);
  }
}

const DOES_NOT_FOLLOW = 'its hash does not follow from the row before it and what it says';

describe("the audit log and the database's owner", () => {
  numberedCase('audit', 'owner', `${String(PEOPLE)} people are named through the API`, async () => {
    for (let n = 1; n <= PEOPLE; n += 1) {
      const [externalId, displayName] = [`member-${String(n)}`, `Member ${String(n)}`];
      const body = { displayName, role: 'player' } as const;
      const { response } = await club.server.PUT('/api/v1/people/{externalId}', { params: { path: { externalId } }, body });
      assert.equal(response.status, 201);
    }
    const { status, said } = await verify();
    const { length } = await system.database.admin('auditEvent').where({ tenantId: club.tenantId });
    assert.ok(length >= PEOPLE);
    assert.deepEqual([status, said], [0, `${String(length)} events of 1 tenant: chain whole`]);
    await owner.transaction(async (trx) => {
      await trx.raw(`select set_config('app.tenant_id', ?, true)`, [club.tenantId]);
      await trx.raw('create temporary table as_it_was as select * from audit_event');
    });
    return said;
  });

  numberedCase('audit', 'owner', 'with the triggers on, the owner cannot either', async () => {
    for (const sql of [`update audit_event set action = 'X' where sequence = 120`, 'delete from audit_event where sequence = 120']) {
      const tried = owner.transaction(async (trx) => {
        await trx.raw(`select set_config('app.tenant_id', ?, true)`, [club.tenantId]);
        await trx.raw(sql);
      });
      await assert.rejects(tried, /append-only/);
    }
    return 'update and delete are refused';
  });

  numberedCase('audit', 'owner', 'triggers off, one row changed', async () =>
    tampering([[`update audit_event set actor_id = gen_random_uuid() where sequence = 120`]], {
      ...{ sequence: 120, id: await idOf(120), what: DOES_NOT_FOLLOW },
    }),
  );

  numberedCase('audit', 'owner', 'one row changed, its hash made to fit', async () =>
    tampering(
      [
        [`update audit_event set metadata = '{}', action = 'PERSON_CHANGED' where sequence = 120`],
        [
          `update audit_event e set chain_hash = sha256(p.chain_hash || convert_to(audit_record(e.tenant_id, e.sequence, e.id, e.occurred_at,
             e.actor_id, e.action, e.resource_type, e.resource_id, e.subject_id, e.request_id, e.metadata), 'UTF8'))
           from audit_event p where p.sequence = 119 and e.sequence = 120`,
        ],
      ],
      { sequence: 121, id: await idOf(121), what: DOES_NOT_FOLLOW },
    ),
  );

  numberedCase('audit', 'owner', 'one row removed', async () =>
    tampering([['delete from audit_event where sequence = 120']], {
      sequence: 121,
      id: await idOf(121),
      what: 'row 120 is missing before it',
    }),
  );

  numberedCase('audit', 'owner', 'the last row removed', async () => {
    const { length } = await system.database.admin('auditEvent').where({ tenantId: club.tenantId });
    const what = `row ${String(length)} is missing at the end`;
    return tampering([['delete from audit_event where sequence = ?', length]], { sequence: length - 1, id: await idOf(length - 1), what });
  });

  numberedCase('audit', 'owner', 'one row put in', async () => {
    const id = `ffffffff-${randomUUID().slice(9)}`;
    const sql = `insert into audit_event (tenant_id, id, action, resource_type, resource_id, sequence, chain_hash)
      select tenant_id, ?, 'VIDEO_DELETED', 'video', 'x', 120, sha256('x') from audit_event where sequence = 120`;
    return tampering([[sql, id]], { sequence: 120, id, what: 'its number is taken: one of the two was put in' });
  });

  numberedCase('audit', 'owner', 'two rows changed places', async () =>
    tampering([['update audit_event set sequence = 241 - sequence where sequence in (120, 121)']], {
      ...{ sequence: 120, id: await idOf(121), what: DOES_NOT_FOLLOW },
    }),
  );

  numberedCase('audit', 'owner', 'everything as it was', async () => (await verify()).said);
});
