import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import request from 'supertest';
import { DomainError } from '../../domain/errors.ts';
import { videoWith, VIDEO } from './rows.test-kit.ts';
import { answered, appWith, KEY, LEASE, SESSION } from './test-kit.ts';

let thrown: unknown;
const kit = appWith({
  videos: {
    get: () => {
      throw thrown;
    },
  },
});
/** What the caller sees, and what we log, when a service throws. */
const answerTo = async (error: unknown) => {
  thrown = error;
  const before = kit.lines.length;
  const answer = await answered(request(kit.app).get(`/api/v1/videos/${VIDEO}`).set('Authorization', `Bearer ${SESSION}`));
  return { ...answer, lines: kit.lines.slice(before) };
};
const sqlError = (code: string) => Object.assign(new Error('secret row'), { severity: 'ERROR', code, detail: 'Key (name)=(Kari) exists' });

describe('a failure with a name', () => {
  it('is a problem with all its members, and the status in the body is the status on the wire', async () => {
    const { status, headers, body } = await answerTo(
      new DomainError('video.not_ready', { detail: 'Wait.', field: 'videoId', extra: { retryAfterSeconds: 1.2, status: 200, code: 'x' } }),
    );
    assert.equal(status, 409);
    assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.equal(headers['retry-after'], '2');
    assert.deepEqual(body, {
      type: 'https://docs.example/errors#video.not_ready',
      title: 'The video is not ready to play',
      status: 409,
      code: 'video.not_ready',
      detail: 'Wait.',
      field: 'videoId',
      requestId: headers['x-request-id'],
      docs: 'https://docs.example/errors#video.not_ready',
      retryAfterSeconds: 1.2,
    });
  });

  it('is not logged as ours when it is the caller’s', async () => {
    const { lines } = await answerTo(new DomainError('video.not_found'));
    assert.ok(lines.every((line) => !line.includes('request failed')));
  });
});

describe('a failure of the database', () => {
  for (const code of ['22021', '22P05', '22P02', '22003', '22008', '2201W', '54001'])
    it(`${code} is a bad request`, async () => {
      const { status, body } = await answerTo(sqlError(code));
      assert.deepEqual([status, body['code'], body['detail']], [400, 'request.invalid', undefined]);
    });

  for (const code of ['40001', '40P01', '55P03', '57014', '08006', '53300', '57P01'])
    it(`${code} is worth another try`, async () => {
      const { status, headers, body } = await answerTo(sqlError(code));
      assert.deepEqual([status, body['code'], headers['retry-after']], [503, 'service.unavailable', '2']);
    });

  it('that cannot be reached, or went away, is worth another try', async () => {
    const unreachable = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    assert.equal((await answerTo(unreachable)).status, 503);
    assert.equal((await answerTo(new Error('Connection terminated unexpectedly'))).status, 503);
  });
});

describe('a failure without a name', () => {
  it('tells the caller nothing', async () => {
    for (const error of [
      new Error('password=hunter2'),
      sqlError('23505'),
      new DomainError('service.failed', { detail: 'hunter2' }),
      'hunter2',
    ]) {
      const { status, text, body } = await answerTo(error);
      assert.deepEqual([status, body['code']], [500, 'service.failed']);
      assert.doesNotMatch(text, /hunter2|secret|Kari|stack|\.ts/);
    }
  });

  it('is logged with its stack and its request, and without the row', async () => {
    const { headers, lines } = await answerTo(sqlError('23505'));
    const line = lines.find((entry) => entry.includes('request failed')) ?? '';
    assert.match(line, /problems\.test\.ts/);
    assert.ok(line.includes(headers['x-request-id'] ?? 'no id'));
    assert.doesNotMatch(line, /Kari/);
  });

  it('is an answer that breaks the contract, where answers are checked', async () => {
    const broken = videoWith({ title: 7 as unknown as string });
    const checked = appWith({ videos: { get: async () => broken } });
    const unchecked = appWith({ videos: { get: async () => broken } }, { settings: { checkResponses: false } });
    const statusOf = async ({ app }: typeof checked) =>
      (await answered(request(app).get(`/api/v1/videos/${VIDEO}`).set('Authorization', `Bearer ${SESSION}`))).status;
    assert.deepEqual([await statusOf(checked), await statusOf(unchecked)], [500, 200]);
  });
});

describe('the log', () => {
  it('has one line per request, with the template of the address and nobody’s data', async () => {
    const { app, lines } = appWith();
    await request(app)
      .get(`/api/v1/videos/${VIDEO}`)
      .set({ Authorization: `Bearer ${SESSION}`, 'X-Request-Id': 'partner-request-1' });
    assert.equal(lines.length, 1);
    const { time: _time, pid: _pid, hostname: _host, ms, level: _level, ...line } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.equal(typeof ms, 'number');
    assert.deepEqual(line, {
      method: 'GET',
      route: '/api/v1/videos/{videoId}',
      status: 200,
      requestId: 'partner-request-1',
      tenantId: '00000000-0000-4000-8000-000000000005',
      msg: 'request',
    });
  });

  it('never holds a lease, a credential or an unknown address, whatever happens', async () => {
    const { app, lines } = appWith({ playback: { file: () => Promise.reject(new Error('boom')) } });
    await request(app).get(`/api/v1/play/${LEASE}/analysis.mp4`);
    await request(app).get(`/api/v1/play/${LEASE}/UPPER.mp4`);
    await request(app).get(`/api/v1/play/${LEASE}/%E0%A4%A`);
    await request(app).put(`/api/v1/play/${LEASE}/analysis.mp4`);
    await request(app)
      .post(`/api/v1/play/${LEASE}/renew`)
      .set({ Authorization: `Bearer ${SESSION}`, 'Idempotency-Key': KEY });
    await request(app).get(`/api/v1/${LEASE}`);
    assert.ok(lines.length >= 6);
    assert.doesNotMatch(lines.join(''), new RegExp(`${LEASE}|${SESSION}`));
  });
});

describe('a request id', () => {
  const idFor = async (offered: string) =>
    (await answered(request(kit.app).get('/health/live').set('X-Request-Id', offered))).headers['x-request-id'];

  it('is the caller’s when it is harmless', async () => {
    assert.equal(await idFor('0190f5d2-7c5e-7bbb-8000-000000000000'), '0190f5d2-7c5e-7bbb-8000-000000000000');
  });

  it('is ours when the caller’s is too short, too long or no id at all', async () => {
    for (const offered of ['short', 'x'.repeat(65), 'a b c d e f g', 'id<script>alert(1)'])
      assert.match((await idFor(offered)) ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, offered);
  });
});
