import { unwrap, type Video, type VideoAnalysisClient } from '../client/client.ts';
import { ApiProblem } from '../client/problem.ts';
import type { components } from '../../domain/generated/openapi.ts';

type Schemas = components['schemas'];
export type UploadParameters = Schemas['UploadInit'];
/** The upload as the server knows it: what is stored and what is missing, with an address for each missing part. */
export type OpenUpload = Schemas['Upload'];
export type MissingPart = OpenUpload['missingParts'][number];
export type UploadRef = Schemas['UploadRef'];
export type CompletedParts = Schemas['UploadComplete']['parts'];
/** What the caller has begun with this content, and whether the content is here already. */
export type OpenUploadList = Schemas['OpenUploadList'];
/** The limit of the tenant that will be reached first. */
export type UploadQuota = Schemas['UploadQuota'];

export interface PutOptions {
  readonly signal: AbortSignal;
  /** Bytes of this part that have left so far. */
  readonly onProgress: (sentBytes: number) => void;
}

/** What an upload needs from the network. Every failure is an ApiProblem, or an AbortError when the signal said so. */
export interface UploadWire {
  /** Uploads of this content that the caller has begun, here or on another device. */
  openUploads(fingerprint: string, signal: AbortSignal): Promise<OpenUploadList>;
  open(parameters: UploadParameters): Promise<OpenUpload>;
  /** What the store has by now, and fresh addresses for the rest. */
  look(upload: UploadRef, signal: AbortSignal): Promise<OpenUpload>;
  /** Resolves with the part's ETag, or undefined where the store does not let the browser read it. */
  put(url: string, bytes: Blob, options: PutOptions): Promise<string | undefined>;
  complete(
    upload: UploadRef,
    proof: { readonly parts: CompletedParts; readonly checksumSha256OfPieces: string },
    signal: AbortSignal,
  ): Promise<Video>;
  abort(upload: UploadRef): Promise<void>;
  video(videoId: string, signal: AbortSignal): Promise<Video>;
  /** Whether the API and the store that parts go to can be reached at all, whatever they would answer. */
  reachable(signal: AbortSignal): Promise<boolean>;
}

/** What has not answered by then never will: the line went away without a word. A completion may assemble gigabytes. */
const [ANSWER_MS, COMPLETE_MS, PROBE_MS, STALL_MS] = [60_000, 150_000, 5000, 45_000];

const unreachable = (cause?: unknown): ApiProblem => new ApiProblem({ code: 'network.unreachable', status: 0 }, { cause });

/** Gives up waiting after a while, as if the network had said so. */
async function within<T>(limitMs: number, signal: AbortSignal | undefined, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return await ask(signal ? AbortSignal.any([signal, limit]) : limit);
  } catch (thrown) {
    throw limit.aborted && !signal?.aborted ? unreachable(thrown) : thrown;
  }
}

export const apiWire = ({ api, endpoint }: VideoAnalysisClient): UploadWire => {
  const origins = new Set([new URL(endpoint).origin]);
  return {
    openUploads: (fingerprint, caller) =>
      within(ANSWER_MS, caller, (signal) => unwrap(api.GET('/api/v1/media/uploads', { params: { query: { fingerprint } }, signal }))),
    open: (body) => within(ANSWER_MS, undefined, (signal) => unwrap(api.POST('/api/v1/media/upload/init', { body, signal }))),
    look: (body, caller) => within(ANSWER_MS, caller, (signal) => unwrap(api.POST('/api/v1/media/upload/parts', { body, signal }))),
    put(address, bytes, options) {
      const url = new URL(address, `${endpoint}/`);
      origins.add(url.origin);
      return putByXhr(url.href, bytes, options);
    },
    complete: ({ videoId, uploadId }, proof, caller) =>
      within(COMPLETE_MS, caller, (signal) =>
        unwrap(api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, ...proof, parts: [...proof.parts] }, signal })),
      ),
    async abort(body) {
      await within(ANSWER_MS, undefined, (signal) => api.POST('/api/v1/media/upload/abort', { body, signal }));
    },
    video: (videoId, caller) =>
      within(ANSWER_MS, caller, (signal) => unwrap(api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } }, signal }))),
    async reachable(signal) {
      const answers = await Promise.all([...origins].map((origin) => answersAtAll(origin, signal)));
      return !answers.includes(false);
    },
  };
};

/** An opaque answer is enough: a store refuses a stranger, and an API that is starting up refuses everybody. */
const answersAtAll = (origin: string, caller: AbortSignal): Promise<boolean> =>
  within(PROBE_MS, caller, (signal) =>
    fetch(`${origin}/health/live`, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal }),
  ).then(
    () => true,
    () => false,
  );

/** XMLHttpRequest, because fetch cannot tell how much of a body has left. The address is the credential: no token, no cookie. */
const putByXhr = (url: string, bytes: Blob, { signal, onProgress }: PutOptions): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    let stalled = false;
    const stall = (): void => {
      stalled = true;
      request.abort();
    };
    // A phone that changes networks keeps a connection on which nothing will ever move again.
    let timer = setTimeout(stall, STALL_MS);
    const end = (settle: () => void) => (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      settle();
    };
    request.open('PUT', url);
    request.upload.onprogress = ({ loaded }) => {
      clearTimeout(timer);
      timer = setTimeout(stall, STALL_MS);
      onProgress(Math.min(loaded, bytes.size));
    };
    request.onload = end(() => {
      if (request.status >= 200 && request.status < 300) resolve(request.getResponseHeader('etag') ?? undefined);
      else reject(refusalOf(request));
    });
    request.onerror = end(() => void silenceOf(bytes).then(reject));
    request.onabort = end(() => reject(stalled ? unreachable() : new DOMException('The part was stopped', 'AbortError')));
    signal.addEventListener('abort', stop);
    if (signal.aborted) request.onabort(new ProgressEvent('abort'));
    else request.send(bytes);
  });

/** The browser says the same whether the line broke or the file was moved away; a byte of it tells them apart. */
const silenceOf = (bytes: Blob): Promise<ApiProblem> =>
  bytes
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => unreachable(),
      () => new ApiProblem({ code: 'file.unreadable', status: 0 }),
    );

/** A store of our own answers with a problem document, S3 with XML: then only the status counts. */
const refusalOf = ({ status, responseText }: XMLHttpRequest): ApiProblem => {
  const code = /"code"\s*:\s*"([\w.]+)"/.exec(responseText)?.[1] ?? 'service.failed';
  return new ApiProblem({ code, status });
};
