import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, unwrap } from './client.ts';
import { ApiProblem } from './problem.ts';

const problem = (status: number, code: string, members: object = {}): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title: code, status, code, requestId: 'r1', ...members }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });

const players = (): Response =>
  new Response(JSON.stringify({ items: [] }), { status: 200, headers: { 'content-type': 'application/json' } });

/** A client whose server gives these answers in turn, with the requests it saw. */
const clientOf = (...answers: (Response | Error)[]) => {
  const requests: Request[] = [];
  let tokens = 0;
  const client = createClient({
    endpoint: 'https://video.test/',
    getSessionToken: () => Promise.resolve({ token: `t${(tokens += 1)}`, expiresAt: new Date(Date.now() + 600_000).toISOString() }),
    fetch: (input, init) => {
      const request = new Request(input, init);
      requests.push(request);
      request.signal.throwIfAborted();
      const answer = answers[requests.length - 1] ?? new Error('no answer prepared');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { client, requests };
};

describe('the client', () => {
  it('asks in the name of the session, without cookies', async () => {
    const { client, requests } = clientOf(players());
    assert.deepEqual(await unwrap(client.api.GET('/api/v1/players')), { items: [] });
    assert.equal(requests[0]?.url, 'https://video.test/api/v1/players');
    assert.equal(requests[0]?.headers.get('authorization'), 'Bearer t1');
    assert.equal(requests[0]?.credentials, 'omit');
  });

  it('renews the session once after a 401 and repeats the request with its body', async () => {
    const { client, requests } = clientOf(problem(401, 'auth.invalid'), new Response(null, { status: 204 }));
    const ref = { videoId: 'v', uploadId: 'u' };
    await client.api.POST('/api/v1/media/upload/abort', { body: ref });
    assert.equal(requests[1]?.headers.get('authorization'), 'Bearer t2');
    assert.deepEqual(await requests[1]?.json(), ref);
  });

  it('names every POST once: the repetition carries the same key, the next request another', async () => {
    const done = (): Response => new Response(null, { status: 204 });
    const { client, requests } = clientOf(problem(401, 'auth.invalid'), done(), done(), done(), players());
    const body = { videoId: 'v', uploadId: 'u' };
    await client.api.POST('/api/v1/media/upload/abort', { body });
    await client.fetch('/api/v1/play/lease/renew', { method: 'POST' });
    await client.api.POST('/api/v1/media/upload/abort', { body, params: { header: { 'Idempotency-Key': 'the-hosts-own' } } });
    await client.api.GET('/api/v1/players');
    const [first, again, renewal, own, get] = requests.map(({ headers }) => headers.get('idempotency-key'));
    assert.match(first ?? '', /^[!-~]{8,255}$/);
    assert.equal(again, first);
    assert.match(renewal ?? '', /^[!-~]{8,255}$/);
    assert.notEqual(renewal, first);
    assert.deepEqual([own, get], ['the-hosts-own', null]);
  });

  it('gives up after the second 401', async () => {
    const { client, requests } = clientOf(problem(401, 'auth.invalid'), problem(401, 'auth.invalid'), players());
    await assert.rejects(client.api.GET('/api/v1/players'), { name: 'ApiProblem', code: 'auth.invalid', status: 401 });
    assert.equal(requests.length, 2);
  });

  it('throws a refusal with its code and all its members', async () => {
    const { client } = clientOf(problem(413, 'upload.too_large', { maxSizeBytes: 5 }));
    await assert.rejects(client.fetch('/api/v1/videos/x/poster'), (thrown: unknown) => {
      assert.ok(thrown instanceof ApiProblem);
      assert.equal(thrown.code, 'upload.too_large');
      assert.equal(thrown.members['maxSizeBytes'], 5);
      return true;
    });
  });

  it('calls an answer that is no problem document a failure of the service', async () => {
    const { client } = clientOf(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    await assert.rejects(client.api.GET('/api/v1/players'), { code: 'service.failed', status: 502 });
  });

  it('says that the network is unreachable, with the cause', async () => {
    const cause = new TypeError('fetch failed');
    const { client } = clientOf(cause);
    await assert.rejects(client.api.GET('/api/v1/players'), { code: 'network.unreachable', status: 0, cause });
  });

  it('leaves an abort what it is', async () => {
    const { client } = clientOf(players());
    await assert.rejects(client.api.GET('/api/v1/players', { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('says when the host gives no session, and asks it again next time', async () => {
    let signedIn = false;
    const client = createClient({
      endpoint: 'https://video.test',
      getSessionToken: () =>
        signedIn
          ? Promise.resolve({ token: 't', expiresAt: new Date(Date.now() + 600_000).toISOString() })
          : Promise.reject(new Error('signed out')),
      fetch: () => Promise.resolve(players()),
    });
    await assert.rejects(client.api.GET('/api/v1/players'), { code: 'session.unavailable' });
    signedIn = true;
    assert.deepEqual(await unwrap(client.api.GET('/api/v1/players')), { items: [] });
  });
});
