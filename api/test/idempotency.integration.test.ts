import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { DomainError, ERROR_CODES } from '../../domain/errors.ts';
import type { Annotations } from '../services/contracts.ts';
import { lineOn } from './support/drawings.ts';
import { annotationTrial, post, trialOf, type Answered } from './support/post-trials.ts';
import { PORTAL_ORIGIN, type TestSystem } from './support/system.ts';
import { photograph, startTwoSides, type Side } from './support/tenancy-matrix.ts';
import { readOperations } from './support/tenancy-places.ts';

const POSTS = readOperations()
  .filter(({ method, isPublic }) => method === 'post' && !isPublic)
  .map(({ operationId }) => operationId);

let system: TestSystem;
let mine: Side;
let theirs: Side;
const untouched = (create: () => ReturnType<Annotations['create']>) => create();
/** Stands before the service that makes drawings, where a test says so. */
let around = untouched;
beforeEach(() => {
  around = untouched;
});
before(async () => {
  ({ system, mine, theirs } = await startTwoSides((services) => ({
    ...services,
    annotations: { ...services.annotations, create: (...request) => around(() => services.annotations.create(...request)) },
  })));
});
after(() => system.stop());

const keys = () => system.database.admin('idempotencyKey');
const drawings = async (id: string): Promise<number> => (await system.database.admin('videoAnnotation').where({ id })).length;
const inProgress = ({ code }: Answered): boolean => code === 'idempotency.in_progress';

describe('every POST of the contract', () => {
  for (const operationId of POSTS) {
    it(`G31 ${operationId}: 50 equal requests at the same time under one key have one effect`, async (t) => {
      const trial = await trialOf(operationId, system, mine);
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 50 }, () => post(system, trial, key)));
      const good = answers.filter(({ status }) => status === trial.status);
      const waiting = answers.filter(inProgress);
      assert.ok(good.length > 0);
      assert.equal(good.length + waiting.length, 50, JSON.stringify(answers.map(({ status, code }) => [status, code])));
      assert.deepEqual(
        new Set(waiting.map(({ status, retryAfter }) => `${String(status)} ${String(retryAfter)}`)),
        new Set(waiting.length ? ['409 1'] : []),
      );
      assert.equal(good.filter(({ isReplay }) => !isReplay).length, 1);

      const later = await post(system, trial, key);
      assert.deepEqual([later.status, later.isReplay], [trial.status, true]);
      const effects = await trial.effects();
      assert.deepEqual(effects, Object.fromEntries(Object.keys(effects).map((name) => [name, 1])));
      t.diagnostic(`${String(good.length)} answered, ${String(waiting.length)} told to wait; effects ${JSON.stringify(effects)}`);
    });

    it(`G32 ${operationId}: the key with another body, or at another address, is 422 and does nothing`, async () => {
      const trial = await trialOf(operationId, system, mine);
      const key = randomUUID();
      assert.equal((await post(system, trial, key)).status, trial.status);
      const elsewhere = operationId === 'signUploadParts' ? 'initUpload' : 'signUploadParts';
      const other = await trialOf(elsewhere, system, mine);
      const picture = await photograph(system, mine.club.tenantId);
      const others = [{ ...other, bearer: trial.bearer }, ...(trial.otherBody === undefined ? [] : [{ ...trial, body: trial.otherBody }])];
      for (const request of others) {
        const { status, code } = await post(system, request, key);
        assert.deepEqual([status, code], [422, 'idempotency.key_reused']);
      }
      assert.equal(await photograph(system, mine.club.tenantId), picture);
    });

    it(`G32 ${operationId}: the key in another tenant is another key`, async () => {
      const key = randomUUID();
      for (const side of [mine, theirs]) {
        const trial = await trialOf(operationId, system, side);
        const { status, isReplay } = await post(system, trial, key);
        assert.deepEqual([status, isReplay], [trial.status, false]);
      }
    });

    it(`G34 ${operationId}: without a key that can be used it is 400, and nothing is done`, async () => {
      const trial = await trialOf(operationId, system, mine);
      const picture = await photograph(system, mine.club.tenantId);
      for (const none of [undefined, '']) {
        const { status, code } = await post(system, trial, none);
        assert.deepEqual([status, code], [400, 'idempotency.key_missing']);
      }
      for (const key of ['1234567', 'k'.repeat(256), 'two words', 'tab\tinside', 'bokmål-is-no-ascii']) {
        const { status, code } = await post(system, trial, key);
        assert.deepEqual([status, code], [400, 'idempotency.key_invalid'], key);
      }
      for (const control of ['\u0000', '\u0001', '\u001b', '\u007f'])
        assert.match(await raw(trial.path, trial.bearer, `control${control}character`, trial.body), /^HTTP\/1.1 400 /);
      assert.equal(await photograph(system, mine.club.tenantId), picture);
    });
  }

  it('keeps no token, no signed address and no lease', async () => {
    for (const operationId of ['createSession', 'initUpload', 'signUploadParts', 'renewPlayback']) {
      const trial = await trialOf(operationId, system, mine);
      const key = randomUUID();
      await post(system, trial, key);
      const [row] = await keys().where({ key }).select<{ state: string; body: unknown }[]>('state', 'body');
      assert.deepEqual(row && [row.state, row.body], ['done', null], operationId);
    }
  });
});

/** What no HTTP client would send. */
const raw = (path: string, bearer: string, key: string, body: unknown): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(system.url);
    const content = body === undefined ? '' : JSON.stringify(body);
    const origin = bearer.startsWith('va_st_') ? `Origin: ${PORTAL_ORIGIN}\r\n` : '';
    const type = content === '' ? '' : 'Content-Type: application/json\r\n';
    const head = `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\nAuthorization: Bearer ${bearer}\r\n${origin}${type}`;
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.once('close', () => resolve(answer));
    socket.once('error', reject);
    socket.write(`${head}Idempotency-Key: ${key}\r\nContent-Length: ${String(Buffer.byteLength(content))}\r\n\r\n${content}`, 'latin1');
  });

describe('a repetition', () => {
  it('G31 is told what the first was told, to the letter, though the drawing has changed since', async () => {
    const trial = annotationTrial(mine);
    const key = randomUUID();
    const first = await post(system, trial, key);
    const { error } = await mine.coach.api.PATCH('/api/v1/videos/{videoId}/annotations/{annotationId}', {
      params: { path: { videoId: mine.ids.videoId, annotationId: trial.body.id } },
      body: { version: 1, document: lineOn(9) },
    });
    assert.equal(error, undefined);
    const again = await post(system, trial, key);
    assert.deepEqual([again.status, again.isReplay], [201, true]);
    assert.equal(JSON.stringify(again.body), JSON.stringify(first.body));
  });

  it('G31 is known by the person, whatever token and whatever order of members it comes with', async () => {
    const trial = annotationTrial(mine);
    const key = randomUUID();
    await post(system, trial, key);
    const { token } = await mine.club.person('coach', mine.coach.externalId);
    const body = Object.fromEntries(Object.entries(trial.body).reverse());
    const again = await post(system, { ...trial, bearer: token, body }, key);
    assert.deepEqual([again.status, again.isReplay], [201, true]);
  });

  it('G32 by another person of the tenant is that person’s own first', async () => {
    const key = randomUUID();
    await post(system, annotationTrial(mine), key);
    const answer = await post(system, { ...annotationTrial(mine), bearer: mine.club.secretKey }, key);
    assert.equal(answer.isReplay, false);
    assert.notEqual(answer.status, 422);
  });
});

describe('a request that is still being answered', () => {
  it('G33 makes its repetition wait; when its lease has run out, the repetition takes over and finishes', async () => {
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let reached: () => void = () => undefined;
    const working = new Promise<void>((resolve) => (reached = resolve));
    around = async (create) => {
      around = untouched;
      reached();
      await gate;
      return create();
    };
    const trial = annotationTrial(mine);
    const key = randomUUID();
    const first = post(system, trial, key);
    await working;
    const early = await post(system, trial, key);
    assert.deepEqual([early.status, early.code, early.retryAfter], [409, 'idempotency.in_progress', '1']);
    const other = await post(system, { ...trial, body: annotationTrial(mine).body }, key);
    assert.equal(other.code, 'idempotency.key_reused');

    const [row] = await keys().where({ key }).select<{ leaseUntil: Date; createdAt: Date }[]>('leaseUntil', 'createdAt');
    assert.equal(row && row.leaseUntil.getTime() - row.createdAt.getTime(), 30_000);
    await keys()
      .where({ key })
      .update({ leaseUntil: new Date(Date.now() - 1) });
    const heir = await post(system, trial, key);
    assert.deepEqual([heir.status, heir.isReplay], [201, false]);

    letGo();
    assert.equal((await first).status, 201);
    assert.equal(await drawings(trial.body.id), 1);
    assert.deepEqual((await post(system, trial, key)).body, heir.body);
  });

  it('G33 is overtaken by one only, however many wait for its lease to run out', async () => {
    const trial = annotationTrial(mine);
    const key = randomUUID();
    await post(system, trial, key);
    const isDead = { state: 'in_flight', status: null, body: null, leaseUntil: new Date(Date.now() - 1) };
    await keys().where({ key }).update(isDead);
    let performed = 0;
    around = (create) => {
      performed += 1;
      return create();
    };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(system, trial, key)));
    assert.equal(performed, 1);
    assert.ok(answers.every((answer) => answer.status === 201 || inProgress(answer)));
    assert.equal(await drawings(trial.body.id), 1);
  });
});

describe('what was refused or failed', () => {
  it('G35 is not remembered: corrected under the same key it is done (400, 401, 403, 404)', async () => {
    const trial = annotationTrial(mine);
    const key = randomUUID();
    const stranger = await mine.club.person('player', 'stranger');
    const attempts = [
      [400, { ...trial, body: { ...trial.body, surprise: 1 } }],
      [401, { ...trial, bearer: 'va_st_nobody' }],
      [404, { ...trial, path: `/api/v1/videos/${randomUUID()}/annotations` }],
      [422, { ...trial, body: annotationTrial(mine, 999_999).body }],
    ] as const;
    for (const [status, request] of attempts) assert.equal((await post(system, request, key)).status, status);
    assert.ok([403, 404].includes((await post(system, { ...trial, bearer: stranger.token }, key)).status));
    const { status, isReplay } = await post(system, trial, key);
    assert.deepEqual([status, isReplay, await drawings(trial.body.id)], [201, false, 1]);
  });

  it('G35 whatever it is called: every problem of the catalogue leaves the key free', async (t) => {
    const key = randomUUID();
    for (const code of ERROR_CODES) {
      around = () => Promise.reject(new DomainError(code));
      assert.equal((await post(system, annotationTrial(mine), key)).code, code);
    }
    around = untouched;
    assert.equal((await post(system, annotationTrial(mine), key)).status, 201);
    t.diagnostic(`${String(ERROR_CODES.length)} problems under one key, then 201`);
  });

  it('G35 500 before the effect, 500 after it, then the retry: one effect', async () => {
    const trial = annotationTrial(mine);
    const key = randomUUID();
    around = () => Promise.reject(new Error('before'));
    assert.equal((await post(system, trial, key)).status, 500);
    assert.equal(await drawings(trial.body.id), 0);
    around = async (create) => {
      await create();
      throw new Error('after');
    };
    assert.equal((await post(system, trial, key)).status, 500);
    assert.equal(await drawings(trial.body.id), 1);
    around = untouched;
    const { status, isReplay } = await post(system, trial, key);
    assert.deepEqual([status, isReplay, await drawings(trial.body.id)], [201, false, 1]);
    assert.equal((await post(system, trial, key)).isReplay, true);
  });
});

describe('a day later', () => {
  const aDayPasses = (key: string) =>
    keys()
      .where({ key })
      .update({ expiresAt: new Date(Date.now() - 1) });

  it('G36 the key is free for something else, and the clientUploadId still finds the old upload', async () => {
    const key = randomUUID();
    const first = await trialOf('initUpload', system, mine);
    const opened = (await post(system, first, key)).body as { videoId: string; uploadId: string };
    const [row] = await keys().where({ key }).select<{ createdAt: Date; expiresAt: Date }[]>('createdAt', 'expiresAt');
    assert.equal(row && row.expiresAt.getTime() - row.createdAt.getTime(), 24 * 3600_000);
    await aDayPasses(key);

    const second = await trialOf('initUpload', system, mine);
    const another = await post(system, second, key);
    assert.deepEqual([another.status, another.isReplay], [200, false]);
    assert.notEqual((another.body as typeof opened).videoId, opened.videoId);

    await aDayPasses(key);
    const resumed = await post(system, first, key);
    const { videoId, uploadId } = resumed.body as typeof opened;
    assert.deepEqual([resumed.isReplay, videoId, uploadId], [false, opened.videoId, opened.uploadId]);
    assert.deepEqual(await first.effects(), { uploads: 1, videos: 1, begun: 1 });
  });

  it('what has expired is removed by the tenant’s next requests, and nothing of anybody else’s', async () => {
    const [old, foreign] = [randomUUID(), randomUUID()];
    await post(system, annotationTrial(mine), old);
    await post(system, annotationTrial(theirs), foreign);
    await aDayPasses(old);
    await aDayPasses(foreign);
    await post(system, annotationTrial(mine), randomUUID());
    assert.deepEqual(
      (await keys().whereIn('key', [old, foreign]).select<{ key: string }[]>('key')).map(({ key }) => key),
      [foreign],
    );
  });
});
