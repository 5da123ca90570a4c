import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { startServer } from './server.ts';

const HERE = { host: '127.0.0.1', port: 0 };

/** A server whose answers are given by the test. */
async function waiting() {
  const open: ServerResponse[] = [];
  let arrived = (): void => {};
  const server = await startServer((_req, res) => {
    open.push(res);
    arrived();
  }, HERE);
  const agent = new Agent({ keepAlive: true });
  const ask = async () => {
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const sent = get({ port: server.port, host: '127.0.0.1', agent });
    await arrival;
    return sent;
  };
  return { server, open, ask, agent };
}

describe('a server that ends', () => {
  it('lets a running request finish, and does not wait for the idle connection it leaves', async () => {
    const { server, open, ask, agent } = await waiting();
    const sent = await ask();
    const closed = server.close();
    open[0]?.end('done');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    response.resume();
    assert.equal(await closed, 'drained');
    agent.destroy();
  });

  it('refuses new connections at once', async () => {
    const { server, open, ask } = await waiting();
    const sent = await ask();
    const closed = server.close();
    const late = get({ port: server.port, host: '127.0.0.1', agent: false });
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
    open[0]?.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await closed;
  });

  it('cuts what does not finish in time', async () => {
    const { server, ask } = await waiting();
    const sent = await ask();
    const cut = once(sent, 'error');
    assert.equal(await server.close(1), 'cut');
    await cut;
  });

  it('may be told twice', async () => {
    const server = await startServer(() => {}, HERE);
    assert.deepEqual(await Promise.all([server.close(), server.close()]), ['drained', 'drained']);
  });
});

describe('a server that starts', () => {
  it('fails where the port is taken', async () => {
    const server = await startServer(() => {}, HERE);
    await assert.rejects(
      startServer(() => {}, { ...HERE, port: server.port }),
      { code: 'EADDRINUSE' },
    );
    await server.close();
  });
});
