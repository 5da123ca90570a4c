import { planParts } from '../../domain/upload/part-plan.ts';
import type { Video } from '../client/client.ts';
import { ApiProblem } from '../client/problem.ts';
import type { UploadMemory } from './memory.ts';
import type { FileReading } from './reading.ts';
import type { Surroundings } from './surroundings.ts';
import { Upload, type UploadPhase } from './upload.ts';
import type { OpenUpload, OpenUploadList, PutOptions, UploadParameters, UploadWire } from './wire.ts';

/** What the tests of an upload's life share: a server, a store, a memory and a world, all in this process. */

const PART_SIZE = 10;
export const FILE = new File(['0123456789', 'abcdefghij', 'ABCDEFGHIJ', 'tail'], 'swing.mp4', { type: 'video/mp4', lastModified: 1 });
export const problem = (code: string, status: number): ApiProblem => new ApiProblem({ code, status });
const videoOf = (id: string, status: Video['status'], progress: number | null = null): Video => ({ id, status, progress }) as Video;

/** What happens to a PUT instead of arriving. */
type Mishap = (partNumber: number, options: PutOptions) => Promise<void> | void;

/** A server and a store in memory, with the questions a test asks them. */
export class FakeServer implements UploadWire {
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
  /** Whether the caller may look at what was sent. */
  maySee = true;
  /** What the caller has begun elsewhere. */
  begun: OpenUploadList['items'] = [];
  readonly checksums: string[] = [];
  isReachable = (): boolean => true;
  parameters: UploadParameters | undefined;

  openUploads(fingerprint: string): Promise<OpenUploadList> {
    const items = this.begun.filter((one) => one.fingerprint === fingerprint);
    return Promise.resolve({ items, duplicateOf: null, limits: { maxSizeBytes: 1000, maxDurationMs: 1000 } });
  }

  reachable(): Promise<boolean> {
    return Promise.resolve(this.isReachable());
  }

  async open(parameters: UploadParameters): Promise<OpenUpload> {
    const { clientUploadId } = parameters;
    this.parameters = parameters;
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

  complete(
    { videoId }: { videoId: string },
    { parts, checksumSha256OfPieces }: { parts: { partNumber: number; etag: string }[]; checksumSha256OfPieces: string },
  ): Promise<Video> {
    this.beforeComplete();
    this.checksums.push(checksumSha256OfPieces);
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
    if (!this.maySee) return Promise.reject(new ApiProblem({ code: 'access.scope_missing', status: 403 }));
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

export const memoryOf = (entries: [string, string][] = []): UploadMemory & { readonly entries: Map<string, string> } => {
  const kept = new Map(entries);
  return {
    entries: kept,
    recall: (fingerprint) => Promise.resolve(kept.get(fingerprint)),
    keep: (fingerprint, id) => Promise.resolve(void kept.set(fingerprint, id)),
    forget: (fingerprint) => Promise.resolve(void kept.delete(fingerprint)),
  };
};

/** A world whose time passes at once, and that tells how long it was asked to wait. */
export const worldOf = (change: Partial<Surroundings> = {}): Surroundings & { readonly waits: number[] } => {
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

export const CONTENT = 'content of the swing';
const reading: FileReading = { fingerprint: () => Promise.resolve(CONTENT), checksumOfPieces: () => Promise.resolve('hash of the swing') };

export const start = (server: FakeServer, { memory = memoryOf(), world = worldOf(), file = FILE, playerId = '' } = {}) => {
  const details = { title: 'Swing', contentType: 'video/mp4', ...(playerId !== '' && { playerId }) };
  const upload = new Upload(file, details, { wire: server, memory, world, reading });
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
