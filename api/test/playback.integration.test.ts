import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { startClub, type Club, type Person } from './support/club.ts';
import { uploadClip } from './support/clips.ts';
import { publishRendition } from './support/published.ts';
import { PORTAL_ORIGIN, startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let club: Club;
let coach: Person;
let player: Person;
const bytes = randomBytes(200_000);

before(async () => {
  system = await startTestSystem();
  club = await startClub(system, 'Fairway');
  coach = await club.person('coach', 'coach-1');
  player = await club.person('player', 'player-1');
  await club.coaches(coach, player);
  await club.consents(player, 'coach_review');
});
after(() => system.stop());

const published = async (): Promise<string> => {
  const { id } = await uploadClip(player.api, bytes);
  await publishRendition(system, club.tenantId, id, bytes);
  return id;
};

const open = (person: Person, videoId: string) => person.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });

const opened = async (person: Person, videoId: string) => {
  const { data, error } = await open(person, videoId);
  assert.ok(data, JSON.stringify(error));
  return data;
};

const renew = (person: Person, renewUrl: string) =>
  fetch(renewUrl, {
    method: 'POST',
    headers: { Authorization: `Bearer ${person.token}`, Origin: PORTAL_ORIGIN, 'Idempotency-Key': randomUUID() },
  });

const codeOf = async (response: Response): Promise<unknown> => [response.status, ((await response.json()) as { code: string }).code];

/** What an address is refused with. Whoever remembers a lease hears of its end a moment after the commit. */
async function refusalOf(url: string): Promise<unknown> {
  const patientUntil = Date.now() + 1000;
  for (;;) {
    const response = await fetch(url);
    if (!response.ok) return codeOf(response);
    await response.body?.cancel();
    if (Date.now() > patientUntil) return [response.status];
  }
}

describe('a lease', () => {
  it('lives at most 300 seconds and names no store', async () => {
    const playback = await opened(coach, await published());
    const seconds = (Date.parse(playback.expiresAt) - Date.now()) / 1000;
    assert.ok(seconds > 200 && seconds <= 300, String(seconds));
    assert.match(playback.sources.analysis.url, new RegExp(`^${system.url}/api/v1/play/[\\w-]{43}/analysis\\.mp4$`));
  });

  it('streams whole files and ranges, byte for byte, without a credential', async () => {
    const { sources } = await opened(coach, await published());
    const { url } = sources.analysis;
    const get = async (range?: string): Promise<[number, string | null, Buffer]> => {
      const response = await fetch(url, range === undefined ? {} : { headers: { Range: range } });
      return [response.status, response.headers.get('content-range'), Buffer.from(await response.arrayBuffer())];
    };
    const total = String(bytes.length);
    assert.deepEqual(await get(), [200, null, bytes]);
    assert.deepEqual(await get('bytes=100-199'), [206, `bytes 100-199/${total}`, bytes.subarray(100, 200)]);
    assert.deepEqual(await get('bytes=199990-'), [206, `bytes 199990-199999/${total}`, bytes.subarray(199_990)]);
    assert.deepEqual(await get('bytes=-5'), [206, `bytes 199995-199999/${total}`, bytes.subarray(199_995)]);
    assert.deepEqual(await get('bytes=0-999999999'), [206, `bytes 0-199999/${total}`, bytes]);
    assert.deepEqual((await get('bytes=9-3'))[0], 200);
    assert.deepEqual((await get('bytes=0-1,5-6'))[0], 200);
    const beyond = await fetch(url, { headers: { Range: 'bytes=200000-' } });
    assert.deepEqual(
      [beyond.headers.get('content-range'), await codeOf(beyond)],
      [`bytes */${total}`, [416, 'playback.range_unsatisfiable']],
    );
  });

  it('knows no file that was not published, whatever its name', async () => {
    const { sources } = await opened(coach, await published());
    const base = sources.analysis.url.replace('analysis.mp4', '');
    for (const name of ['other.mp4', 'frame-index.json', '..%2fanalysis.mp4', 'source', '%2e%2e/x.mp4'])
      assert.equal((await fetch(`${base}${name}`)).status >= 400, true, name);
    assert.deepEqual(await codeOf(await fetch(`${base}other.mp4`)), [404, 'playback.not_found']);
  });

  it('that never was is playback.not_found', async () => {
    assert.deepEqual(await codeOf(await fetch(`${system.url}/api/v1/play/${randomBytes(32).toString('base64url')}/analysis.mp4`)), [
      404,
      'playback.not_found',
    ]);
  });

  it('is renewed by its own session, also after it has lapsed, and by nobody else', async () => {
    const videoId = await published();
    const { renewUrl, sources } = await opened(coach, videoId);
    await system.database
      .admin('playbackLease')
      .where({ videoId })
      .update({ expiresAt: new Date(Date.now() - 1000) });
    assert.deepEqual(await codeOf(await fetch(sources.analysis.url)), [410, 'playback.expired']);
    assert.equal((await fetch(renewUrl, { method: 'POST' })).status, 401);
    assert.deepEqual(await codeOf(await renew(player, renewUrl)), [404, 'playback.not_found']);
    assert.equal((await renew(coach, renewUrl)).status, 200);
    assert.equal((await fetch(sources.analysis.url)).status, 200);
  });

  it('cannot be renewed beyond its absolute end', async () => {
    const videoId = await published();
    const { renewUrl } = await opened(coach, videoId);
    const past = new Date(Date.now() - 1000);
    await system.database.admin('playbackLease').where({ videoId }).update({ expiresAt: past, absoluteExpiresAt: past });
    assert.deepEqual(await codeOf(await renew(coach, renewUrl)), [410, 'playback.expired']);
  });

  it('is recorded each time it is opened and renewed', async () => {
    const videoId = await published();
    const { renewUrl } = await opened(coach, videoId);
    await renew(coach, renewUrl);
    const rows = await system.database
      .admin('auditEvent')
      .where({ resourceId: videoId })
      .whereIn('action', ['PLAYBACK_URL_ISSUED', 'PLAYBACK_RENEWED'])
      .orderBy('occurredAt')
      .select<{ action: string; actorId: string; subjectId: string }[]>('action', 'actorId', 'subjectId');
    assert.deepEqual(
      rows.map((row) => [row.action, row.actorId, row.subjectId]),
      [
        ['PLAYBACK_URL_ISSUED', coach.id, player.id],
        ['PLAYBACK_RENEWED', coach.id, player.id],
      ],
    );
  });
});

describe('a lease dies within a second', () => {
  const endings: [string, (videoId: string) => Promise<unknown>, unknown][] = [
    [
      'when the video is removed',
      (videoId) => player.api.DELETE('/api/v1/videos/{videoId}', { params: { path: { videoId } } }),
      [410, 'playback.expired'],
    ],
    [
      'when the video is made private',
      (videoId) => player.api.PATCH('/api/v1/videos/{videoId}', { params: { path: { videoId } }, body: { visibility: 'private' } }),
      [403, 'access.denied'],
    ],
  ];
  for (const [name, end, renewal] of endings)
    it(name, async () => {
      const videoId = await published();
      const { sources, renewUrl } = await opened(coach, videoId);
      assert.equal((await fetch(sources.analysis.url)).status, 200);
      await end(videoId);
      assert.deepEqual(await refusalOf(sources.analysis.url), [410, 'playback.expired']);
      assert.deepEqual(await codeOf(await renew(coach, renewUrl)), renewal);
    });

  it('when its session ends', async () => {
    const other = await club.person('coach', 'coach-1');
    const { sources, renewUrl } = await opened(other, await published());
    assert.equal((await other.api.DELETE('/api/v1/sessions/current')).response.status, 204);
    assert.deepEqual(await refusalOf(sources.analysis.url), [410, 'playback.expired']);
    assert.equal((await renew(other, renewUrl)).status, 401);
  });

  it('when the key is revoked that minted its session', async () => {
    const another = await startClub(system, 'Links');
    const athlete = await another.person('player', 'player-1');
    const { id } = await uploadClip(athlete.api, bytes);
    await publishRendition(system, another.tenantId, id, bytes);
    const { sources } = await opened(athlete, id);
    await system.database.admin('apiKey').where({ tenantId: another.tenantId }).update({ revokedAt: new Date() });
    assert.deepEqual(await refusalOf(sources.analysis.url), [410, 'playback.expired']);
    assert.equal((await open(athlete, id)).response.status, 401);
    assert.equal((await another.server.GET('/api/v1/videos')).response.status, 401);
  });

  it('renewal repeats the whole decision: consent withdrawn is access.consent_missing', async () => {
    const athlete = await club.person('player', 'player-9');
    await club.coaches(coach, athlete);
    await club.consents(athlete, 'coach_review');
    const { id } = await uploadClip(athlete.api, bytes);
    await publishRendition(system, club.tenantId, id, bytes);
    const { renewUrl } = await opened(coach, id);
    await system.database.admin('consent').where({ playerId: athlete.id }).update({ withdrawnAt: new Date() });
    assert.deepEqual(await codeOf(await renew(coach, renewUrl)), [403, 'access.consent_missing']);
    assert.equal((await open(coach, id)).error?.code, 'access.consent_missing');
    assert.equal((await open(athlete, id)).response.status, 200);
  });
});

describe('a video that is not there yet', () => {
  it('is video.not_ready, with its status', async () => {
    const { id } = await uploadClip(player.api, bytes);
    const { response, error } = await open(player, id);
    assert.deepEqual([response.status, error?.code, error?.['status'], error?.['videoStatus']], [409, 'video.not_ready', 409, 'uploaded']);
  });

  it('is not removed from under the status machine by a direct write', async () => {
    const { id } = await uploadClip(player.api, bytes);
    await assert.rejects(
      system.app.transaction(async (trx) => {
        await trx.raw(`select set_config('app.tenant_id', ?, true)`, [club.tenantId]);
        await trx('video').where({ id }).update({ status: 'ready' });
      }),
      /may not move from uploaded to ready by api/,
    );
  });
});
