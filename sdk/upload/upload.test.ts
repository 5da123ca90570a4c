import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planParts } from '../../domain/upload/part-plan.ts';
import type { Video } from '../client/client.ts';
import { ApiProblem } from '../client/problem.ts';
import { fingerprintOf, type UploadMemory } from './memory.ts';
import type { Surroundings } from './surroundings.ts';
import { Upload, type UploadPhase } from './upload.ts';
import type { OpenUpload, PutOptions, UploadWire } from './wire.ts';

const PART_SIZE = 10;
const FILE = new File(['0123456789', 'abcdefghij', 'ABCDEFGHIJ', 'tail'], 'swing.mp4', { type: 'video/mp4', lastModified: 1 });
const problem = (code: string, status: number): ApiProblem => new ApiProblem({ code, status });
const videoOf = (id: string, status: Video['status'], progress: number | null = null): Video => ({ id, status, progress }) as Video;

/** What happens to a PUT instead of arriving. */
type Mishap = (partNumber: number, options: PutOptions) => Promise<void> | void;

/** A server and a store in memory, with the questions a test asks them. */
class FakeServer implements UploadWire {
  readonly opened = new Map<string, string>();
  readonly stored = new Map<string, Map<number, string>>();
  readonly puts: number[] = [];
  readonly aborted: string[] = [];
  readonly completed: string[] = [];
  status: Video['status'] = 'uploading';
  addressLifeMs = 3_600_000;
  signatures = 0;
  mishap: Mishap = () => undefined;
  beforeOpen: () => Promise<void> | void = () => undefined;
  beforeComplete: () => void = () => undefined;
  hidesEtags = false;
  looks: Video['status'][] = ['processing', 'ready'];

  async open({ clientUploadId }: { clientUploadId: string }): Promise<OpenUpload> {
    await this.beforeOpen();
    const videoId = this.opened.get(clientUploadId) ?? `video-${this.opened.size + 1}`;
    this.opened.set(clientUploadId, videoId);
    if (!this.stored.has(videoId)) this.stored.set(videoId, new Map());
    return this.#upload(videoId);
  }

  look({ videoId }: { videoId: string }): Promise<OpenUpload> {
    return Promise.resolve(this.#upload(videoId));
  }

  async put(url: string, bytes: Blob, options: PutOptions): Promise<string | undefined> {
    const [videoId = '', part = '', signature = ''] = url.split('/');
    options.signal.throwIfAborted();
    await this.mishap(Number(part), options);
    options.signal.throwIfAborted();
    if (Number(signature) !== this.signatures) throw problem('store.signature_invalid', 403);
    this.puts.push(Number(part));
    options.onProgress(bytes.size);
    const etag = `"${await bytes.text()}"`;
    this.stored.get(videoId)?.set(Number(part), etag);
    return this.hidesEtags ? undefined : etag;
  }

  complete({ videoId }: { videoId: string }, parts: { partNumber: number; etag: string }[]): Promise<Video> {
    this.beforeComplete();
    const stored = this.stored.get(videoId);
    if (parts.some(({ partNumber, etag }) => stored?.get(partNumber) !== etag)) throw problem('upload.parts_incomplete', 409);
    this.completed.push(parts.map(({ etag }) => etag.slice(1, -1)).join(''));
    this.status = 'uploaded';
    return Promise.resolve(videoOf(videoId, 'uploaded'));
  }

  abort({ videoId }: { videoId: string }): Promise<void> {
    this.aborted.push(videoId);
    this.stored.delete(videoId);
    return Promise.resolve();
  }

  video(videoId: string): Promise<Video> {
    return Promise.resolve(videoOf(videoId, this.looks.shift() ?? 'ready'));
  }

  #upload(videoId: string): OpenUpload {
    this.signatures += 1;
    const stored = this.stored.get(videoId) ?? new Map<number, string>();
    const parts = planParts(FILE.size, PART_SIZE);
    return {
      videoId,
      uploadId: `upload-of-${videoId}`,
      key: 'k',
      status: this.status,
      partSizeBytes: PART_SIZE,
      storedParts: parts
        .filter(({ partNumber }) => stored.has(partNumber))
        .map(({ partNumber, sizeBytes }) => ({ partNumber, sizeBytes, etag: stored.get(partNumber) ?? '' })),
      missingParts: parts
        .filter(({ partNumber }) => !stored.has(partNumber))
        .map((part) => ({ ...part, url: `${videoId}/${part.partNumber}/${this.signatures}` })),
      expiresAt: new Date(Date.now() + this.addressLifeMs).toISOString(),
    };
  }
}

const memoryOf = (entries: [string, string][] = []): UploadMemory & { readonly entries: Map<string, string> } => {
  const kept = new Map(entries);
  return {
    entries: kept,
    recall: (fingerprint) => Promise.resolve(kept.get(fingerprint)),
    keep: (fingerprint, id) => Promise.resolve(void kept.set(fingerprint, id)),
    forget: (fingerprint) => Promise.resolve(void kept.delete(fingerprint)),
  };
};

/** A world whose time passes at once, and that tells how long it was asked to wait. */
const worldOf = (change: Partial<Surroundings> = {}): Surroundings & { readonly waits: number[] } => {
  const waits: number[] = [];
  let ids = 0;
  return {
    waits,
    now: () => Date.now(),
    random: () => 0,
    newId: () => `id-${(ids += 1)}`,
    wait: (ms, signal) => {
      waits.push(ms);
      return new Promise((resolve, reject) => setImmediate(() => (signal.aborted ? reject(signal.reason as Error) : resolve())));
    },
    isOnline: () => true,
    online: () => Promise.resolve(),
    visible: () => Promise.resolve(),
    ...change,
  };
};

const start = (server: FakeServer, { memory = memoryOf(), world = worldOf(), file = FILE } = {}) => {
  const upload = new Upload(file, { title: 'Swing', contentType: 'video/mp4' }, { wire: server, memory, world });
  const phases: UploadPhase[] = [];
  upload.subscribe(() => phases.at(-1) !== upload.progress.phase && phases.push(upload.progress.phase));
  const reaches = (wanted: UploadPhase): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (upload.progress.phase === wanted) resolve();
      };
      upload.subscribe(look);
      look();
    });
  return { upload, phases, reaches, memory, world };
};

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

  it('stops after six attempts, and goes on from there when asked', async () => {
    const server = new FakeServer();
    let attempts = 0;
    server.mishap = (part) => {
      if (part !== 4) return;
      attempts += 1;
      throw problem('network.unreachable', 0);
    };
    const { upload, reaches } = start(server);
    await reaches('failed');
    assert.equal(attempts, 6);
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
    const world = worldOf({ isOnline: () => losses <= 0, online: () => Promise.resolve() });
    const { phases, reaches } = start(server, { world });
    await reaches('ready');
    assert.ok(phases.includes('waiting'));
    assert.deepEqual(server.completed, [WHOLE]);
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
      if (part !== 2) return;
      onProgress(5);
      stuck.resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    const { upload, reaches } = start(server);
    await stuck.promise;
    while (server.puts.length < 3) await new Promise(setImmediate);
    upload.pause();
    assert.equal(upload.progress.phase, 'paused');
    assert.deepEqual(
      server.puts.toSorted((a, b) => a - b),
      [1, 3, 4],
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
    const memory = memoryOf([[fingerprintOf(FILE), 'id-before']]);
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

  it('begins anew when the remembered upload is lost', async () => {
    const server = new FakeServer();
    let lost = true;
    server.beforeOpen = () => {
      if (lost) {
        lost = false;
        throw problem('upload.lost', 410);
      }
    };
    const { reaches } = start(server, { memory: memoryOf([[fingerprintOf(FILE), 'id-before']]) });
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

  it('tells that a file which arrived could not be processed', async () => {
    const server = new FakeServer();
    server.looks = ['uploaded', 'processing', 'failed'];
    const { upload, reaches } = start(server);
    await reaches('failed');
    assert.equal(upload.progress.problem, null);
    assert.equal(upload.progress.video?.status, 'failed');
  });
});
