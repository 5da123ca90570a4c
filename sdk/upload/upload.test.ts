import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONTENT, FakeServer, FILE, memoryOf, problem, start, worldOf } from './upload.test-kit.ts';

const WHOLE = '0123456789abcdefghijABCDEFGHIJtail';

describe('an upload', () => {
  it('sends every part once, in the file’s order for the server, and follows the video until it is ready', async () => {
    const server = new FakeServer();
    const { upload, phases, reaches, memory } = start(server);
    await reaches('ready');
    assert.deepEqual(
      server.puts.toSorted((a, b) => a - b),
      [1, 2, 3, 4],
    );
    assert.deepEqual(server.completed, [WHOLE]);
    assert.deepEqual(phases, ['starting', 'uploading', 'completing', 'processing', 'ready']);
    assert.equal(upload.progress.loadedBytes, WHOLE.length);
    assert.equal(upload.progress.videoId, 'video-1');
    assert.equal(memory.entries.size, 0);
  });

  it('tries a part again that got lost, waiting longer each time', async () => {
    const server = new FakeServer();
    let losses = 3;
    server.mishap = (part) => {
      if (part === 2 && losses-- > 0) throw problem('network.unreachable', 0);
    };
    const { reaches, world } = start(server);
    await reaches('ready');
    assert.deepEqual(server.completed, [WHOLE]);
    // Half of 500, 1000 and 2000: the jitter of this world is always the least.
    assert.deepEqual(world.waits.slice(0, 3), [250, 500, 1000]);
  });

  it('stops after eight attempts, and goes on from there when asked', async () => {
    const server = new FakeServer();
    let attempts = 0;
    server.mishap = (part) => {
      if (part !== 4) return;
      attempts += 1;
      throw problem('network.unreachable', 0);
    };
    const { upload, reaches } = start(server);
    await reaches('failed');
    assert.equal(attempts, 8);
    assert.equal(upload.progress.problem?.code, 'network.unreachable');

    server.mishap = () => undefined;
    upload.retry();
    await reaches('ready');
    assert.deepEqual(
      server.puts.toSorted((a, b) => a - b),
      [1, 2, 3, 4],
    );
    assert.deepEqual(server.completed, [WHOLE]);
  });

  it('waits for the network without counting attempts, and says so', async () => {
    const server = new FakeServer();
    let losses = 20;
    server.mishap = (part) => {
      if (part === 1 && losses-- > 0) throw problem('network.unreachable', 0);
    };
    const world = worldOf({ isOnline: () => losses <= 0 });
    const { phases, reaches } = start(server, { world });
    await reaches('ready');
    assert.ok(phases.includes('waiting'));
    assert.deepEqual(server.completed, [WHOLE]);
  });

  it('waits for a service that is down although the browser says it is online, probing at most every five seconds', async () => {
    const server = new FakeServer();
    let probes = 0;
    let down = true;
    server.isReachable = () => !(down = (probes += 1) < 30);
    server.mishap = () => {
      if (down) throw problem('network.unreachable', 0);
    };
    const { phases, reaches, world } = start(server);
    await reaches('ready');
    assert.equal(phases.filter((phase) => phase === 'waiting').length, 1, 'all parts wait together');
    assert.ok(world.waits.length > 25 && Math.max(...world.waits) <= 5000);
    assert.deepEqual(server.completed, [WHOLE]);
  });

  it('can be paused while it waits for the network', async () => {
    const server = new FakeServer();
    server.isReachable = () => false;
    server.mishap = () => {
      throw problem('network.unreachable', 0);
    };
    const { upload, reaches } = start(server);
    await reaches('waiting');
    upload.pause();
    assert.equal(upload.progress.phase, 'paused');
    server.isReachable = () => true;
    server.mishap = () => undefined;
    upload.resume();
    await reaches('ready');
    assert.deepEqual(server.completed, [WHOLE]);
  });

  it('tells what the file contains at the beginning, and the hash of all of it at the end', async () => {
    const server = new FakeServer();
    await start(server).reaches('ready');
    assert.equal(server.parameters?.fingerprint, CONTENT);
    assert.deepEqual(server.checksums, ['hash of the swing']);
  });

  it('asks for new addresses when the store refuses the old ones', async () => {
    const server = new FakeServer();
    let refusals = 2;
    server.mishap = (part) => {
      if (part === 3 && refusals-- > 0) throw problem('store.signature_invalid', 403);
    };
    const { reaches } = start(server);
    await reaches('ready');
    assert.deepEqual(server.completed, [WHOLE]);
  });

  it('asks for new addresses before it uses some that are about to end', async () => {
    const server = new FakeServer();
    server.addressLifeMs = 1000;
    const { reaches } = start(server);
    await reaches('ready');
    assert.ok(server.signatures > 1);
    assert.deepEqual(server.completed, [WHOLE]);
  });

  it('asks the store for the ETags where the browser may not read them', async () => {
    const server = new FakeServer();
    server.hidesEtags = true;
    await start(server).reaches('ready');
    assert.deepEqual(server.completed, [WHOLE]);
  });

  it('pauses in the middle of a part and later sends only what is missing', async () => {
    const server = new FakeServer();
    const stuck = Promise.withResolvers<void>();
    server.mishap = (part, { signal, onProgress }) => {
      if (part !== 4) return;
      onProgress(5);
      stuck.resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    const { upload, reaches } = start(server);
    await stuck.promise;
    while ((server.stored.get('video-1')?.size ?? 0) < 3) await new Promise(setImmediate);
    upload.pause();
    assert.equal(upload.progress.phase, 'paused');
    assert.deepEqual(
      server.puts.toSorted((a, b) => a - b),
      [1, 2, 3],
    );

    server.mishap = () => undefined;
    upload.resume();
    await reaches('ready');
    assert.deepEqual(
      server.puts.toSorted((a, b) => a - b),
      [1, 2, 3, 4],
    );
    assert.deepEqual(server.completed, [WHOLE]);
    assert.equal(server.opened.size, 1);
  });

  it('resumes after a crash when the same file is chosen again, under the same id', async () => {
    const server = new FakeServer();
    const memory = memoryOf([[CONTENT, 'id-before']]);
    server.opened.set('id-before', 'video-9');
    server.stored.set(
      'video-9',
      new Map([
        [1, '"0123456789"'],
        [3, '"ABCDEFGHIJ"'],
      ]),
    );
    const { upload, reaches } = start(server, { memory });
    await reaches('ready');
    assert.deepEqual(
      server.puts.toSorted((a, b) => a - b),
      [2, 4],
    );
    assert.deepEqual(server.completed, [WHOLE]);
    assert.equal(upload.progress.videoId, 'video-9');
  });

  const begunElsewhere = (playerId: string | null): FakeServer => {
    const server = new FakeServer();
    server.stored.set('video-9', new Map([[2, '"abcdefghij"']]));
    const upload = { id: 'upload-of-video-9', videoId: 'video-9', clientUploadId: 'id-there', title: 'Elsewhere' };
    server.begun = [{ ...upload, fingerprint: CONTENT, playerId, sizeBytes: FILE.size, createdAt: '2026-07-01T12:00:00Z' }];
    return server;
  };

  it('goes on with what was begun on another device', async () => {
    const server = begunElsewhere('emma');
    const { upload, reaches } = start(server, { playerId: 'emma' });
    await reaches('ready');
    assert.deepEqual(
      server.puts.toSorted((a, b) => a - b),
      [1, 3, 4],
    );
    assert.deepEqual(server.completed, [WHOLE]);
    assert.equal(upload.progress.videoId, 'video-9');
    assert.equal(server.opened.size, 0);
  });

  it('does not go on with an upload that was said to show somebody else', async () => {
    const server = begunElsewhere('emma');
    const { upload, reaches } = start(server, { playerId: 'jonas' });
    await reaches('ready');
    assert.equal(upload.progress.videoId, 'video-1');
    assert.equal(server.puts.length, 4);
  });

  it('finds its parts again when the same file got another title meanwhile', async () => {
    const server = begunElsewhere(null);
    server.beforeOpen = () => {
      throw problem('upload.parameters_differ', 409);
    };
    const { upload, reaches } = start(server, { memory: memoryOf([[CONTENT, 'id-there']]) });
    await reaches('ready');
    assert.equal(upload.progress.videoId, 'video-9');
    assert.equal(server.puts.length, 3);
  });

  it('completes what the store has put together before the answer got lost in a crash', async () => {
    const server = new FakeServer();
    server.look = () => Promise.reject(new Error('nothing is missing'));
    const upload = await server.open({ clientUploadId: 'id-before', sizeBytes: 34, contentType: 'video/mp4', title: 'Swing' });
    server.open = () => Promise.resolve({ ...upload, storedParts: [], missingParts: [] });
    await start(server, { memory: memoryOf([[CONTENT, 'id-before']]) }).reaches('ready');
    assert.deepEqual(server.completed, ['']);
    assert.deepEqual(server.puts, []);
  });

  it('begins anew when the remembered upload is lost', async () => {
    const server = new FakeServer();
    let lost = true;
    server.beforeOpen = () => {
      if (lost) {
        lost = false;
        throw problem('upload.lost', 410);
      }
    };
    const { reaches } = start(server, { memory: memoryOf([[CONTENT, 'id-before']]) });
    await reaches('ready');
    assert.deepEqual([...server.opened.keys()], ['id-1']);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const server = new FakeServer();
    const stuck = Promise.withResolvers<void>();
    server.mishap = (_, { signal }) => {
      stuck.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    const { upload, memory } = start(server);
    await stuck.promise;
    await upload.cancel();
    assert.equal(upload.progress.phase, 'cancelled');
    assert.deepEqual(server.aborted, ['video-1']);
    assert.equal(server.stored.size, 0);
    assert.equal(memory.entries.size, 0);
    upload.resume();
    upload.retry();
    assert.equal(upload.progress.phase, 'cancelled');
  });

  it('removes an upload that was being opened when it was cancelled', async () => {
    const server = new FakeServer();
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    server.beforeOpen = () => (asked.resolve(), answer.promise);
    const { upload } = start(server);
    await asked.promise;
    const cancelled = upload.cancel();
    answer.resolve();
    await cancelled;
    assert.deepEqual(server.aborted, ['video-1']);
    assert.deepEqual(server.puts, []);
  });

  it('sends what the server missed at the end', async () => {
    const server = new FakeServer();
    let vanished = false;
    server.beforeComplete = () => {
      if (!vanished) server.stored.get('video-1')?.delete(2);
      vanished = true;
    };
    await start(server).reaches('ready');
    assert.deepEqual(
      server.puts.toSorted((a, b) => a - b),
      [1, 2, 2, 3, 4],
    );
    assert.deepEqual(server.completed, [WHOLE]);
  });

  it('repeats the completion whose answer got lost', async () => {
    const server = new FakeServer();
    let attempts = 0;
    server.beforeComplete = () => {
      attempts += 1;
      if (attempts === 1) throw problem('network.unreachable', 0);
    };
    await start(server).reaches('ready');
    assert.equal(attempts, 2);
  });

  it('tells a refusal at once, with its code', async () => {
    const server = new FakeServer();
    server.beforeOpen = () => {
      throw problem('upload.too_large', 413);
    };
    const { upload, reaches } = start(server);
    await reaches('failed');
    assert.equal(upload.progress.problem?.code, 'upload.too_large');
    assert.equal(upload.progress.videoId, null);
  });

  it('ends with the arrival for whoever may send and not look', async () => {
    const server = new FakeServer();
    server.maySee = false;
    const { upload, phases, reaches } = start(server);
    await reaches('arrived');
    assert.deepEqual(phases, ['starting', 'uploading', 'completing', 'processing', 'arrived']);
    assert.deepEqual([server.completed, upload.progress.problem], [[WHOLE], null]);
    await upload.cancel();
    assert.equal(upload.progress.phase, 'arrived');
  });

  it('tells that a file which arrived could not be processed', async () => {
    const server = new FakeServer();
    server.looks = ['uploaded', 'processing', 'failed'];
    const { upload, reaches } = start(server);
    await reaches('failed');
    assert.equal(upload.progress.problem, null);
    assert.equal(upload.progress.video?.status, 'failed');
  });
});
