import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import request from 'supertest';
import { operationsOf, readSpec, type Operation } from './spec.ts';
import { VIDEO } from './rows.test-kit.ts';
import { answered, appWith, CALLS, KEY, type Answered, SECRET_KEY, SESSION } from './test-kit.ts';

/** Every operation of the spec, its offences before its success. An operation without a call in the kit fails here. */
const operations = operationsOf(readSpec());
const { app } = appWith();

const callOf = (operation: Operation) => {
  const call = CALLS[operation.id];
  assert.ok(call, `the test kit has no call for ${operation.id}`);
  return call;
};
const credentialFor = ({ access }: Operation): string => (access === 'secretKey' ? SECRET_KEY : SESSION);

/** The answer to the operation's good call, with changes. */
function send(
  operation: Operation,
  { path, bearer, body, type = 'application/json' }: { path?: string; bearer?: string | null; body?: unknown; type?: string } = {},
) {
  const call = callOf(operation);
  const sending = request(app)[operation.method](path ?? call.path);
  if (bearer !== null && (bearer !== undefined || operation.access !== 'public'))
    sending.set('Authorization', `Bearer ${bearer ?? credentialFor(operation)}`);
  if (operation.method === 'post') sending.set('Idempotency-Key', KEY);
  const content = body ?? call.body;
  return answered(
    content === undefined ? sending : sending.type(type).send(typeof content === 'string' ? content : JSON.stringify(content)),
  );
}

const withoutId = ({ requestId: _, ...problem }: Answered['body']) => problem;

describe('every operation', () => {
  for (const operation of operations.filter(({ access }) => access !== 'public')) {
    it(`${operation.id} asks for a credential before anything else`, async () => {
      const { status, body, headers } = await send(operation, { bearer: null, body: '{' });
      assert.equal(status, 401);
      assert.equal(headers['www-authenticate'], 'Bearer realm="api"');
      assert.deepEqual(withoutId(body), {
        type: 'https://docs.example/errors#auth.invalid',
        title: 'A valid credential is required',
        status: 401,
        code: 'auth.invalid',
        docs: 'https://docs.example/errors#auth.invalid',
      });
    });

    it(`${operation.id} refuses a credential nobody issued`, async () => {
      const { status, body, headers } = await send(operation, { bearer: 'va_st_forged' });
      assert.equal(status, 401);
      assert.equal(body['code'], 'auth.invalid');
      assert.equal(headers['www-authenticate'], 'Bearer realm="api", error="invalid_token"');
    });
  }

  for (const operation of operations) {
    it(`${operation.id} refuses a query parameter it does not know`, async () => {
      const { path } = callOf(operation);
      const { status, body } = await send(operation, { path: `${path}${path.includes('?') ? '&' : '?'}surprise=1` });
      assert.deepEqual([status, body['field']], [400, 'surprise']);
    });

    it(`${operation.id} answers as the spec says`, async () => {
      const { status, headers } = await send(operation);
      assert.equal(status, callOf(operation).status);
      assert.match(headers['cache-control'] ?? '', /no-store/);
      assert.match(headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    });
  }

  for (const operation of operations.filter(({ hasBody }) => hasBody)) {
    it(`${operation.id} takes JSON and nothing else`, async () => {
      const { status, body } = await send(operation, { type: 'text/plain' });
      assert.deepEqual([status, body['code']], [415, 'request.unsupported_type']);
    });

    it(`${operation.id} refuses a field it does not know`, async () => {
      const { status, body } = await send(operation, { body: { ...callOf(operation).body, surprise: 1 } });
      assert.deepEqual([status, body['field']], [400, 'surprise']);
    });

    it(`${operation.id} needs its body`, async () => {
      const bare = request(app)
        [operation.method](callOf(operation).path)
        .set('Authorization', `Bearer ${credentialFor(operation)}`);
      const { status, body } = await answered(bare);
      assert.deepEqual([status, body['code']], [400, 'request.invalid']);
    });
  }

  for (const operation of operations.filter(({ path }) => path.includes('{videoId}'))) {
    it(`${operation.id} refuses an id that is not one`, async () => {
      const { status, body } = await send(operation, { path: callOf(operation).path.replace(VIDEO, 'not-a-uuid') });
      assert.deepEqual([status, body['field']], [400, 'videoId']);
    });
  }

  for (const operation of operations.filter(({ access, hasBody }) => access !== 'public' && !hasBody)) {
    it(`${operation.id} takes no body`, async () => {
      const { status } = await send(operation, { body: { role: 'admin' } });
      assert.equal(status, 400);
    });
  }

  for (const operation of operations.filter(({ method, access }) => method === 'post' && access !== 'public')) {
    const withKey = (key: string | null) => {
      const { path, body } = callOf(operation);
      const sending = request(app)
        .post(path)
        .set('Authorization', `Bearer ${credentialFor(operation)}`);
      if (key !== null) sending.set('Idempotency-Key', key);
      return answered(body === undefined ? sending : sending.send(body));
    };

    it(`${operation.id} needs an Idempotency-Key`, async () => {
      for (const none of [null, '']) {
        const { status, body } = await withKey(none);
        assert.deepEqual([status, body['code']], [400, 'idempotency.key_missing']);
      }
    });

    it(`${operation.id} refuses a key that is not 8 to 255 visible characters`, async () => {
      for (const key of ['1234567', 'k'.repeat(256), 'with a space', 'with\ttab', 'norsk-bokmål'])
        assert.deepEqual((await withKey(key)).body['code'], 'idempotency.key_invalid', key);
      for (const key of ['12345678', 'k'.repeat(255), '!"#$%&~{}'])
        assert.equal((await withKey(key)).status, callOf(operation).status, key);
    });
  }

  for (const operation of operations.filter(({ access }) => access === 'secretKey')) {
    it(`${operation.id} is for servers: a session is not enough`, async () => {
      const { status, body } = await send(operation, { bearer: SESSION });
      assert.deepEqual([status, body['code']], [403, 'auth.secret_key_required']);
    });
  }
});
