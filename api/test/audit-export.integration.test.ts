import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ExportEntry, ExportLine } from '../../domain/audit/export.ts';
import { auditLog } from '../services/audit-log.ts';
import { operatorTenant } from '../services/administration.ts';
import { eventually } from './support/gateway-rig.ts';
import { startClub, type Club, type Person } from './support/club.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let other: Club;
let admin: Person;
let coach: Person;
let kari: Person;
let directory: string;

before(async () => {
  system = await startTestSystem();
  [club, other] = [await startClub(system, 'Exported'), await startClub(system, 'Other')];
  [admin, coach, kari] = [
    await club.person('admin', 'admin-1'),
    await club.person('coach', 'coach-1'),
    await club.person('player', 'kari'),
  ];
  directory = await mkdtemp(join(tmpdir(), 'va-export-'));
});
after(async () => {
  await rm(directory, { recursive: true });
  await system.stop();
});

const write = (of: Club, count: number): Promise<void> =>
  operatorTenant({ database: system.app, sender: null }, of.tenantId).within(async (scope) => {
    for (let done = 0; done < count; done += 1)
      await scope.audit('QUOTA_CHANGED', { resourceType: 'tenant', resourceId: 'Zoë "ß"', metadata: { done, share: 0.5 } });
  });

const YEAR = { from: new Date(Date.now() - 300 * 86_400_000).toISOString(), to: new Date(Date.now() + 3_600_000).toISOString() };

const ask = (bearer: string, query: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${system.url}/api/v1/audit-events/export?${new URLSearchParams(query).toString()}`, {
    headers: { Authorization: `Bearer ${bearer}` },
  });

async function exported(query: Readonly<Record<string, string>> = YEAR, bearer = club.secretKey) {
  const text = await (await ask(bearer, query)).text();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportLine);
  return { text, lines, entries: lines.filter((line): line is ExportEntry => line.line === 'entry') };
}

/** `npm run admin -- audit verify --file`, without a database. */
async function verify(text: string): Promise<{ readonly status: number; readonly said: string }> {
  const file = join(directory, 'export.ndjson');
  await writeFile(file, text);
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '' };
    execFile(process.execPath, ['api/admin.ts', 'audit', 'verify', '--file', file], { env }, (error, stdout, stderr) => {
      if (stderr !== '') reject(new Error(stderr));
      else resolve({ status: error === null ? 0 : Number(error.code), said: stdout.trim() });
    });
  });
}

const chainOf = async ({ tenantId }: Club): Promise<number> => {
  const row = await system.database.admin<{ tenantId: string; sequence: number }>('auditChain').where({ tenantId }).first();
  return row?.sequence ?? 0;
};

describe('an export of the audit log', () => {
  it('is for whoever may read the log, and for a range of time that is one', async () => {
    const refusal = async (bearer: string, query: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
      const response = await ask(bearer, query);
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    for (const { token } of [coach, kari]) assert.deepEqual(await refusal(token, YEAR), [403, 'access.scope_missing']);
    assert.equal((await exported(YEAR, admin.token)).lines.at(-1)?.line, 'end');
    assert.deepEqual(await refusal(club.secretKey, { from: YEAR.from }), [400, 'request.invalid']);
    assert.deepEqual(await refusal(club.secretKey, { from: YEAR.to, to: YEAR.from }), [400, 'request.invalid']);
    assert.deepEqual(await refusal(club.secretKey, { from: '2020-01-01T00:00:00Z', to: YEAR.to }), [400, 'request.invalid']);
  });

  it('has every entry once, in the order of the chain, over several pages, and nothing of another club', async () => {
    await write(club, 1200);
    await write(other, 3);
    const before = await chainOf(club);
    const { lines, entries } = await exported();
    assert.deepEqual(
      entries.map(({ sequence }) => sequence),
      Array.from({ length: before }, (_, index) => index + 1),
    );
    assert.ok(entries.every(({ tenantId }) => tenantId === club.tenantId));
    assert.deepEqual(lines.at(0), { line: 'head', format: 'audit-export-1', tenantId: club.tenantId, ...YEAR, filters: {} });
    assert.deepEqual(lines.at(-1), { line: 'end', entries: before, sequence: before, chainHash: entries.at(-1)?.chainHash });
  });

  it('is itself entered, before it begins', async () => {
    const before = await chainOf(club);
    await exported({ ...YEAR, subjectId: kari.id });
    const { entries } = await exported({ ...YEAR, action: 'AUDIT_EXPORTED', subjectId: kari.id });
    assert.deepEqual(
      entries.map(({ sequence, metadata }) => [sequence, JSON.parse(metadata) as unknown]),
      [[before + 1, { ...YEAR, filters: 'subjectId' }]],
    );
  });

  it('proves itself without a database, whole and filtered, to the very hash that the database has', async () => {
    const { text, entries } = await exported();
    const last = entries.at(-1);
    const { status, said } = await verify(text);
    assert.equal(status, 0, said);
    assert.deepEqual(said.split('\n'), [
      `${String(entries.length)} events of tenant ${club.tenantId}: chain whole`,
      `the first follows from the hash ${'00'.repeat(32)}`,
      `row ${String(last?.sequence)} has the hash ${last?.chainHash ?? ''}`,
    ]);
    const some = await exported({ ...YEAR, action: 'SESSION_CREATED' });
    assert.equal(some.entries.length, 3);
    assert.match((await verify(some.text)).said, /^3 events of tenant .*: every entry follows from the hash it names/);
    const none = await exported({ ...YEAR, action: 'NOTHING' });
    assert.match((await verify(none.text)).said, /^0 events of tenant [^\n]*$/);
  });

  it('is one piece of the chain also where the clocks disagree with it', async () => {
    const { admin: root } = system.database;
    const row = await root<{ tenantId: string; sequence: number; occurredAt: Date }>('auditEvent')
      .where({ tenantId: club.tenantId, sequence: 10 })
      .first();
    // Fifteen began long before the others and was committed among them, as a slow transaction is.
    const shift = (sign: string): Promise<void> =>
      root.transaction(async (trx) => {
        await trx.raw('set local session_replication_role = replica');
        const sql = `update audit_event set occurred_at = occurred_at ${sign} interval '2 years' where tenant_id = ? and sequence = 15`;
        await trx.raw(sql, [club.tenantId]);
      });
    await shift('-');
    const { entries } = await exported({ from: row?.occurredAt.toISOString() ?? '', to: YEAR.to }).finally(() => shift('+'));
    const numbers = entries.map(({ sequence }) => sequence);
    assert.ok(numbers.includes(15));
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => (numbers[0] ?? 0) + index),
    );
  });

  it('holds no connection while a reader stands still, and leaves none behind when it goes', async () => {
    await write(club, 3000);
    const { pool } = system.app.client as { pool: { numUsed(): number } };
    const leaving = new AbortController();
    const headers = { Authorization: `Bearer ${club.secretKey}` };
    const query = new URLSearchParams(YEAR).toString();
    const response = await fetch(`${system.url}/api/v1/audit-events/export?${query}`, { headers, signal: leaving.signal });
    await eventually(() => pool.numUsed() === 0);
    leaving.abort();
    await assert.rejects(response.text(), /aborted/);
    await eventually(() => pool.numUsed() === 0);
  });

  it('is over for a key that is revoked meanwhile', async () => {
    const { admin: root } = system.database;
    const key = await root<{ tenantId: string; id: string; revokedAt: Date | null }>('apiKey').where({ tenantId: club.tenantId }).first();
    const tenant = operatorTenant({ database: system.app, sender: null }, club.tenantId);
    const credential = { kind: 'key', keyId: key?.id ?? '', secretId: '' } as const;
    const { pages } = await auditLog().export({ ...tenant, credential }, YEAR);
    const reading = pages()[Symbol.asyncIterator]();
    assert.match(String((await reading.next()).value), /^{"line":"head"/);
    assert.equal(
      String((await reading.next()).value)
        .trimEnd()
        .split('\n').length,
      500,
    );
    await root('apiKey').where({ id: key?.id }).update({ revokedAt: new Date() });
    await assert.rejects(reading.next(), { code: 'auth.invalid' });
    await root('apiKey').where({ id: key?.id }).update({ revokedAt: null });
  });
});

describe('admin audit verify --file', () => {
  it('names the line and the entry that were changed, removed, put in or moved', async () => {
    const { text, entries } = await exported({ ...YEAR });
    const lines = text.trimEnd().split('\n');
    const said = async (changed: readonly string[]): Promise<string> => {
      const verdict = await verify(changed.map((line) => `${line}\n`).join(''));
      assert.equal(verdict.status, 1);
      return verdict.said;
    };
    const row = (number: number): string => `row ${String(number)} (${entries[number - 1]?.id ?? ''})`;
    const changed = lines.with(5, lines[5]?.replace('"action":"', '"action":"X') ?? '');
    assert.equal(await said(changed), `line 6: ${row(5)}: its hash does not follow from the row before it and what it says`);
    assert.equal(await said(lines.toSpliced(5, 1)), `line 6: ${row(6)}: row 5 is missing before it`);
    assert.equal(await said(lines.toSpliced(5, 0, lines[5] ?? '')), `line 7: ${row(5)}: its number is taken: one of the two was put in`);
    assert.equal(await said(lines.toSpliced(5, 2, lines[6] ?? '', lines[5] ?? '')), `line 6: ${row(6)}: row 5 is missing before it`);
    assert.equal(await said(lines.slice(0, -1)), `line ${String(lines.length - 1)}: the file was cut off: its last line is missing`);
    assert.match(await said(lines.toSpliced(-2, 1)), /the last line counts/);
    assert.equal(await said(lines.with(5, '{}')), 'line 6: this is no line of an export');
    await assert.rejects(verify('{"line":"entry"}\n'), /does not begin as an audit-export-1/);
  });
});
