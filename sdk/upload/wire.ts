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

export interface PutOptions {
  readonly signal: AbortSignal;
  /** Bytes of this part that have left so far. */
  readonly onProgress: (sentBytes: number) => void;
}

/** What an upload needs from the network. Every failure is an ApiProblem, or an AbortError when the signal said so. */
export interface UploadWire {
  open(parameters: UploadParameters): Promise<OpenUpload>;
  /** What the store has by now, and fresh addresses for the rest. */
  look(upload: UploadRef, signal: AbortSignal): Promise<OpenUpload>;
  /** Resolves with the part's ETag, or undefined where the store does not let the browser read it. */
  put(url: string, bytes: Blob, options: PutOptions): Promise<string | undefined>;
  complete(upload: UploadRef, parts: CompletedParts, signal: AbortSignal): Promise<Video>;
  abort(upload: UploadRef): Promise<void>;
  video(videoId: string, signal: AbortSignal): Promise<Video>;
}

export const apiWire = ({ api, endpoint }: VideoAnalysisClient): UploadWire => ({
  open: (body) => unwrap(api.POST('/api/v1/media/upload/init', { body })),
  look: (body, signal) => unwrap(api.POST('/api/v1/media/upload/parts', { body, signal })),
  put: (url, bytes, options) => putByXhr(new URL(url, `${endpoint}/`).href, bytes, options),
  complete: ({ videoId, uploadId }, parts, signal) =>
    unwrap(api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, parts }, signal })),
  async abort(body) {
    await api.POST('/api/v1/media/upload/abort', { body });
  },
  video: (videoId, signal) => unwrap(api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } }, signal })),
});

/** XMLHttpRequest, because fetch cannot tell how much of a body has left. The address is the credential: no token, no cookie. */
const putByXhr = (url: string, bytes: Blob, { signal, onProgress }: PutOptions): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    const end = (settle: () => void) => (): void => {
      signal.removeEventListener('abort', stop);
      settle();
    };
    request.open('PUT', url);
    request.upload.onprogress = ({ loaded }) => onProgress(Math.min(loaded, bytes.size));
    request.onload = end(() => {
      if (request.status >= 200 && request.status < 300) resolve(request.getResponseHeader('etag') ?? undefined);
      else reject(refusalOf(request));
    });
    request.onerror = end(() => void silenceOf(bytes).then(reject));
    request.onabort = end(() => reject(new DOMException('The part was stopped', 'AbortError')));
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
      () => new ApiProblem({ code: 'network.unreachable', status: 0 }),
      () => new ApiProblem({ code: 'file.unreadable', status: 0 }),
    );

/** A store of our own answers with a problem document, S3 with XML: then only the status counts. */
const refusalOf = ({ status, responseText }: XMLHttpRequest): ApiProblem => {
  const code = /"code"\s*:\s*"([\w.]+)"/.exec(responseText)?.[1] ?? 'service.failed';
  return new ApiProblem({ code, status });
};
