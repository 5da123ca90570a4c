import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Knex } from 'knex';
import { up as chainWhatIsThere } from '../../migrations/20261123T0400_audit_chain.ts';
import { connectDatabase } from '../platform/database.ts';
import { operatorTenant } from '../services/administration.ts';
import { verifyAuditChain } from '../services/audit-verify.ts';
import { startClub, type Club } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let other: Club;

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Chained');
  other = await startClub(system, 'Other');
});
after(() => system.stop());

const tenantOf = ({ tenantId }: Club) => operatorTenant({ database: system.app, sender: null }, tenantId);

const write = (of: Club, count = 1, requestOf = (): string => randomUUID()): Promise<void> =>
  tenantOf(of).within(async (scope) => {
    for (let done = 0; done < count; done += 1)
      await scope.audit('QUOTA_CHANGED', {
        resourceType: 'tenant',
        resourceId: requestOf(),
        metadata: { done, name: 'Zoë "ß"', share: 0.5 },
      });
  });

interface Row {
  readonly id: string;
  readonly sequence: number;
}

const rowsOf = ({ tenantId }: Club): Promise<Row[]> =>
  system.database.admin<Row & { readonly tenantId: string }>('auditEvent').where({ tenantId }).orderBy('sequence').select('id', 'sequence');

/** `npm run admin -- audit verify`, with the working role it uses. */
const verify = (...options: string[]): Promise<{ readonly status: number; readonly said: string }> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '', WORKER_DATABASE_URL: system.database.workerUrl };
    execFile(process.execPath, ['api/admin.ts', 'audit', 'verify', ...options], { env }, (error, stdout, stderr) => {
      if (stderr !== '') reject(new Error(stderr));
      else resolve({ status: error === null ? 0 : Number(error.code), said: stdout.trim() });
    });
  });

/** What only the database's own administrator can do: write past every trigger. It is undone when it has been looked at. */
async function tampered(sql: string, bindings: readonly Knex.RawBinding[], look: () => Promise<void>): Promise<void> {
  const { admin } = system.database;
  const undo = await admin.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    const before = await trx.raw<{ rows: { copy: string }[] }>('select row_to_json(e)::text as copy from audit_event e');
    await trx.raw(sql, [...bindings]);
    return before.rows.map(({ copy }) => copy);
  });
  try {
    await look();
  } finally {
    await admin.transaction(async (trx) => {
      await trx.raw('set local session_replication_role = replica');
      await trx.raw('delete from audit_event');
      await trx.raw(
        'insert into audit_event select r.* from unnest(?::text[]) as copy, json_populate_record(null::audit_event, copy::json) r',
        [undo],
      );
    });
  }
}

describe("a tenant's audit", () => {
  it('is numbered from 1 without a gap, and a transaction that failed leaves none', async () => {
    await write(club, 3);
    const failed = tenantOf(club).within(async (scope) => {
      await scope.audit('QUOTA_CHANGED', { resourceType: 'tenant', resourceId: 'never' });
      throw new Error('changed its mind');
    });
    await assert.rejects(failed, /changed its mind/);
    await write(club, 2);
    const rows = await rowsOf(club);
    assert.deepEqual(
      rows.map(({ sequence }) => sequence),
      rows.map((_, index) => index + 1),
    );
  });

  it('stays whole when many write at once, several rows each, and lock other rows in different orders', async () => {
    const before = (await rowsOf(club)).length;
    const people = await Promise.all(['a', 'b'].map((name) => club.person('player', name)));
    const touch = async (trx: Knex.Transaction, id: string | undefined): Promise<void> => {
      await trx('appUser')
        .where({ tenantId: club.tenantId, id: id ?? '' })
        .forNoKeyUpdate()
        .select('id');
    };
    const sessions = (await rowsOf(club)).length - before;
    // Whoever writes its audit first and then asks for a row that another one holds, who wants to write: each would wait for the other.
    const work = Array.from({ length: 24 }, (_, index) =>
      tenantOf(club).within(async (scope) => {
        if (index % 2 === 0) await touch(scope.trx, people[0]?.id);
        await scope.audit('QUOTA_CHANGED', { resourceType: 'tenant', resourceId: 'first' });
        if (index % 2 === 1) await touch(scope.trx, people[0]?.id);
        await scope.audit('QUOTA_CHANGED', { resourceType: 'tenant', resourceId: 'second' });
      }),
    );
    await Promise.all([...work, ...Array.from({ length: 12 }, () => write(other, 2))]);
    assert.equal((await rowsOf(club)).length, before + sessions + 48);
    for (const { tenantId } of [club, other]) assert.equal((await verifyAuditChain(system.app, tenantId)).fault, null);
  });

  it('takes neither its number nor its hash nor its time from the application, which cannot touch the chain either', async () => {
    const within = (sql: string): Promise<unknown> =>
      system.app.transaction(async (trx) => {
        await trx.raw(`select set_config('app.tenant_id', ?, true)`, [club.tenantId]);
        await trx.raw(sql);
      });
    const insert = (columns: string, values: string): Promise<unknown> =>
      within(
        `insert into audit_event (tenant_id, id, action, resource_type, resource_id, ${columns})
         values (app_tenant(), gen_random_uuid(), 'X', 'x', 'x', ${values})`,
      );
    await assert.rejects(insert('sequence', '1'), /permission denied/);
    await assert.rejects(insert('chain_hash', `'\\x00'`), /permission denied/);
    await assert.rejects(insert('occurred_at', 'now()'), /permission denied/);
    await assert.rejects(within('update audit_chain set sequence = 0'), /permission denied/);
    await assert.rejects(within('delete from audit_chain'), /permission denied/);
    await assert.rejects(within('insert into audit_chain (tenant_id) values (app_tenant())'), /permission denied/);
  });

  it('cannot be written into another tenant’s chain', async () => {
    const foreign = system.app.transaction(async (trx) => {
      await trx.raw(`select set_config('app.tenant_id', ?, true)`, [club.tenantId]);
      await trx('auditEvent').insert({ tenantId: other.tenantId, id: randomUUID(), action: 'X', resourceType: 'x', resourceId: 'x' });
    });
    await assert.rejects(foreign, /row-level security/);
  });
});

describe('admin audit verify', () => {
  it('says that the chain is whole, of one tenant and of all', async () => {
    const [ofClub, ofOther] = [(await rowsOf(club)).length, (await rowsOf(other)).length];
    assert.deepEqual(await verify(), { status: 0, said: `${String(ofClub + ofOther)} events of 2 tenants: chain whole` });
    const { status, said } = await verify('--tenant', club.tenantId);
    assert.equal(status, 0);
    assert.match(said, new RegExp(`^${String(ofClub)} events of 1 tenant: chain whole\nrow ${String(ofClub)} has the hash [0-9a-f]{64}$`));
  });

  it('does not take a tenant that there is not for a whole chain', async () => {
    await assert.rejects(verify('--tenant', randomUUID()), /there is no tenant/);
    await assert.rejects(verify('--tenant', 'everybody'), /there is no tenant/);
  });

  const at = async (index: number): Promise<Row> => {
    const row = (await rowsOf(club))[index];
    assert.ok(row);
    return row;
  };
  const names = async (row: Row, what: string): Promise<void> =>
    assert.deepEqual(await verify(), {
      status: 1,
      said: `tenant ${club.tenantId}: row ${String(row.sequence)} (${row.id}): ${what}`,
    });

  it('names a row that the owner changed', async () => {
    const row = await at(2);
    await tampered(`update audit_event set metadata = '{"share": 0.6}' where id = ?`, [row.id], () =>
      names(row, 'its hash does not follow from the row before it and what it says'),
    );
  });

  it('names the row behind one that the owner removed', async () => {
    await tampered('delete from audit_event where id = ?', [(await at(2)).id], async () =>
      names((await rowsOf(club)).find(({ sequence }) => sequence === 4) ?? (await at(0)), 'row 3 is missing before it'),
    );
  });

  it('names the last row when the owner removed those behind it', async () => {
    const { sequence } = await at((await rowsOf(club)).length - 1);
    await tampered('delete from audit_event where tenant_id = ? and sequence > ?', [club.tenantId, sequence - 2], async () =>
      names(await at(sequence - 3), `rows ${String(sequence - 1)} to ${String(sequence)} are missing at the end`),
    );
  });

  it('names a row that the owner put in', async () => {
    const last = await at((await rowsOf(club)).length - 1);
    const put = { id: randomUUID(), sequence: last.sequence + 1 };
    await tampered(
      `insert into audit_event (tenant_id, id, action, resource_type, resource_id, sequence, chain_hash)
       values (?, ?, 'X', 'x', 'x', ?, sha256('x'))`,
      [club.tenantId, put.id, put.sequence],
      () => names(put, 'its hash does not follow from the row before it and what it says'),
    );
    const twin = { id: 'ffffffff-ffff-7fff-bfff-ffffffffffff', sequence: 3 };
    await tampered(
      `insert into audit_event select (e).* from (select json_populate_record(e, json_build_object('id', ?::text)) e from audit_event e
       where tenant_id = ? and sequence = ?) t`,
      [twin.id, club.tenantId, twin.sequence],
      () => names(twin, 'its number is taken: one of the two was put in'),
    );
  });

  it('is whole again when all that is undone', async () => assert.equal((await verify()).status, 0));
});

describe('what was written before there was a chain', () => {
  it('is chained by the migration, by tenant and time', async () => {
    const { admin, ownerUrl } = system.database;
    await admin.raw(`drop trigger audit_is_chained on audit_event; drop function chain_audit_event(), audit_record, audit_field(text);
      drop table audit_chain; alter table audit_event drop column sequence, drop column chain_hash;`);
    const old = { tenantId: club.tenantId, action: 'X', resourceType: 'x', resourceId: 'x', occurredAt: '2020-02-29T23:59:59.999999Z' };
    const oldId = randomUUID();
    await admin('auditEvent').insert({ ...old, id: oldId });
    const owner = connectDatabase({ url: ownerUrl, poolSize: 1, name: 'va-test-owner' });
    try {
      await owner.transaction((trx) => chainWhatIsThere(trx));
    } finally {
      await owner.destroy();
    }
    assert.deepEqual((await rowsOf(club))[0], { id: oldId, sequence: 1 });
    await write(club);
    assert.equal((await verify()).status, 0);
  });
});
