import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { numberedCase } from './support/cases.ts';
import { withdraw } from './support/consent-calls.ts';
import { eventually, startGatewayRig, type GatewayRig, type Opened } from './support/gateway-rig.ts';
import type { Person } from './support/club.ts';

const clip = randomBytes(50_000);
let rig: GatewayRig;

before(async () => {
  rig = await startGatewayRig('disk');
});
after(() => rig.stop());

/** Under the application's own role, as every writer of the platform works. */
const write = (sql: string, bindings: readonly string[]): Promise<unknown> =>
  rig.system.app.transaction(async (trx) => {
    await trx.raw(`select set_config('app.tenant_id', ?, true)`, [rig.club.tenantId]);
    await trx.raw(sql, [...bindings]);
  });

interface Scene {
  readonly coach: Person;
  readonly player: Person;
  readonly opened: Opened;
}

let people = 0;

async function scene(): Promise<Scene> {
  people += 1;
  const coach = await rig.club.person('coach', `coach-${String(people)}-of-scene`);
  const player = await rig.club.person('player', `player-${String(people)}-of-scene`);
  await rig.club.coaches(coach, player);
  await rig.club.consents(player, 'coach_review');
  return { coach, player, opened: await rig.open(coach, await rig.publish(clip, player)) };
}

/** What the outbox tells of the end of a video's leases. */
const told = async (videoId: string): Promise<readonly unknown[]> =>
  (
    await rig.system.database
      .admin<{ tenantId: string; name: string; payload: unknown }>('event')
      .where({ tenantId: rig.club.tenantId, name: 'playback.revoked' })
      .whereRaw(`payload->>'videoId' = ?`, [videoId])
      .select('payload')
  ).map(({ payload }) => payload);

const leaseOf = (videoId: string): Promise<{ readonly id: string; readonly revokedAt: Date | null } | undefined> =>
  rig.system.database.admin<{ id: string; videoId: string; revokedAt: Date | null }>('playbackLease').where({ videoId }).first();

type Writer = (scene: Scene) => Promise<unknown>;

/** Everything that narrows an access, and what a renewal says afterwards. */
const WRITERS: readonly (readonly [what: string, write: Writer, renewal: readonly [number, string]])[] = [
  [
    'consent withdrawn',
    ({ player }) => write('update consent set withdrawn_at = now() where player_id = ?', [player.id]),
    [403, 'access.consent_missing'],
  ],
  [
    'consent ended early',
    ({ player }) => write('update consent set expires_at = now() where player_id = ?', [player.id]),
    [403, 'access.consent_missing'],
  ],
  [
    'video made private',
    ({ player, opened: { videoId } }) =>
      player.api.PATCH('/api/v1/videos/{videoId}', { params: { path: { videoId } }, body: { visibility: 'private' } }),
    [403, 'access.denied'],
  ],
  [
    'video removed',
    ({ player, opened: { videoId } }) => player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId } } }),
    [410, 'playback.expired'],
  ],
  [
    'another athlete in the picture',
    ({ opened }) => write('update video set player_id = ? where id = ?', [rig.player.id, opened.videoId]),
    [403, 'access.denied'],
  ],
  [
    'coach no longer with the athlete',
    ({ coach }) => write('delete from coach_player where coach_id = ?', [coach.id]),
    [403, 'access.denied'],
  ],
  ['role changed', ({ coach }) => write(`update app_user set role = 'guardian' where id = ?`, [coach.id]), [403, 'access.denied']],
  ['session ended', ({ coach }) => coach.api.DELETE('/api/v1/sessions/current'), [401, 'auth.invalid']],
  [
    'session cut down to other videos',
    ({ coach }) => write(`update session set only_video_ids = '{}' where user_id = ?`, [coach.id]),
    [403, 'access.denied'],
  ],
];

const status = async ({ analysisUrl }: Opened): Promise<number> => {
  const response = await fetch(analysisUrl, { headers: { Range: 'bytes=0-99' } });
  await response.arrayBuffer();
  return response.status;
};

/** A player that goes on asking, so that the answer of a moment ago is remembered when access ends. */
async function refusedAfter(opened: Opened, end: () => Promise<unknown>): Promise<number> {
  assert.deepEqual([await status(opened), await status(opened)], [206, 206]);
  await end();
  const done = performance.now();
  await eventually(async () => (await status(opened)) === 410);
  return performance.now() - done;
}

describe('revocation', () => {
  for (const [what, end, renewal] of WRITERS)
    numberedCase('G58', 'disk', what, async () => {
      const set = await scene();
      const ms = await refusedAfter(set.opened, () => end(set));
      const { videoId } = set.opened;
      const row = await leaseOf(videoId);
      assert.ok(row?.revokedAt, 'revoked in the same transaction');
      assert.deepEqual(await told(videoId), [{ videoId, leaseRow: row.id }]);
      const response = await rig.renew(set.coach, set.opened.renewUrl);
      assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], renewal);
      return `next range refused ${ms.toFixed(0)} ms after the commit; told once; renewal ${String(renewal[0])} ${renewal[1]}`;
    });

  numberedCase('G49', 'disk', 'key revoked', async () => {
    const set = await scene();
    const ms = await refusedAfter(set.opened, () => write('update api_key set revoked_at = now()', []));
    await write('update api_key set revoked_at = null', []);
    const { videoId } = set.opened;
    assert.deepEqual(await told(videoId), [{ videoId, leaseRow: (await leaseOf(videoId))?.id }]);
    return `next range refused ${ms.toFixed(0)} ms after the commit; told once`;
  });

  numberedCase('G58', 'disk', 'a withdrawal that is taken back, a lease that has lapsed, two that live', async () => {
    const { coach, player, opened } = await scene();
    const { videoId } = opened;
    const withdrawal = 'update consent set withdrawn_at = now() where player_id = ?';
    await assert.rejects(
      rig.system.app.transaction(async (trx) => {
        await trx.raw(`select set_config('app.tenant_id', ?, true)`, [rig.club.tenantId]);
        await trx.raw(withdrawal, [player.id]);
        throw new Error('taken back');
      }),
      /taken back/,
    );
    assert.deepEqual([await told(videoId), await status(opened)], [[], 206]);
    const lapsed = await leaseOf(videoId);
    await rig.system.database
      .admin('playbackLease')
      .where({ videoId })
      .update({ expiresAt: new Date(Date.now() - 1000) });
    await rig.open(coach, videoId);
    await rig.open(player, videoId);
    await write(withdrawal, [player.id]);
    await assert.rejects(write(withdrawal, [player.id]), /can only be ended, once/);
    const leases = await rig.system.database.admin<{ id: string; videoId: string }>('playbackLease').where({ videoId }).select('id');
    const living = leases.map(({ id }) => id).filter((id) => id !== lapsed?.id);
    assert.deepEqual((await told(videoId)).map((payload) => (payload as { leaseRow: string }).leaseRow).sort(), living.sort());
    return `${String(living.length)} events for ${String(leases.length)} leases, none of what did not happen`;
  });

  numberedCase('G58', 'disk', 'consent withdrawn while the lease is being opened', async () => {
    const { player, opened } = await scene();
    // As another transaction would have left it that read before the withdrawal and wrote after it.
    await write('update consent set withdrawn_at = now() where player_id = ?', [player.id]);
    await rig.system.database.admin('playbackLease').where({ videoId: opened.videoId }).update({ revokedAt: null });
    assert.equal(await status(opened), 410);
    return 'the epoch ends what the withdrawal could not see';
  });

  numberedCase('G58', 'disk', 'the athlete takes the consent back while a player fetches segments', async () => {
    const { coach, player, opened } = await scene();
    const segment = async (): Promise<number> => {
      const response = await fetch(`${opened.base}h-00001.m4s`);
      await response.arrayBuffer();
      return response.status;
    };
    let [isOver, fetched, refusal] = [false, 0, 0];
    const reading = (async () => {
      while (refusal === 0) {
        const afterwards = isOver;
        const answer = await segment();
        if (answer === 200) fetched += 1;
        else refusal = answer;
        if (afterwards) break;
      }
    })();
    await eventually(() => fetched >= 5);
    assert.equal((await withdraw(player, player.id)).response.status, 200);
    isOver = true;
    await reading;
    assert.ok(refusal === 403 || refusal === 410, `the next segment was answered ${String(refusal)}`);
    const renewal = await rig.renew(coach, opened.renewUrl);
    assert.deepEqual([renewal.status, ((await renewal.json()) as { code: string }).code], [403, 'access.consent_missing']);
    const { items } = (await coach.api.GET('/api/v1/videos')).data ?? { items: [] };
    assert.ok(!items.some(({ id }) => id === opened.videoId));
    return `${String(fetched)} segments, then ${String(refusal)} for the next one; renewal 403; no longer listed`;
  });

  numberedCase('G58', 'disk', 'nobody listens while the connection of the watch is cut', async () => {
    const { player, opened } = await scene();
    assert.equal(await status(opened), 206);
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'va-access-watch'`;
    await rig.system.database.admin.raw(cut);
    await write('update consent set withdrawn_at = now() where player_id = ?', [player.id]);
    await eventually(async () => (await status(opened)) === 410);
    const listening = `select count(*)::integer as listening from pg_stat_activity where application_name = 'va-access-watch'`;
    await eventually(
      async () => (await rig.system.database.admin.raw<{ rows: { listening: number }[] }>(listening)).rows[0]?.listening === 1,
    );
    return 'refused, and a new connection listens';
  });

  numberedCase('G58', 'disk', 'a lease of a consent that ends soon', async () => {
    const set = await scene();
    await write(`update consent set expires_at = now() + interval '40 seconds' where player_id = ?`, [set.player.id]);
    const { data } = await set.coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: set.opened.videoId } } });
    const seconds = (Date.parse(data?.expiresAt ?? '') - Date.now()) / 1000;
    assert.ok(seconds <= 40 && (data?.renewAfterSeconds ?? 0) <= 20, String(seconds));
    return `lives ${seconds.toFixed(0)} s, renewed after ${String(data?.renewAfterSeconds)} s`;
  });
});
