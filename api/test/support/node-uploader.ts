import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '../../../sdk/client/client.ts';
import { ApiProblem } from '../../../sdk/client/problem.ts';
import type { UploadMemory } from '../../../sdk/upload/memory.ts';
import { fileReading } from '../../../sdk/upload/reading.ts';
import type { Surroundings } from '../../../sdk/upload/surroundings.ts';
import { Upload, type UploadProgress } from '../../../sdk/upload/upload.ts';
import { apiWire, type UploadWire } from '../../../sdk/upload/wire.ts';

const never = (): Promise<void> => Promise.resolve();

/** Node, where a browser would be: always online, always seen. Waits as told, a hundred times faster. */
const world: Surroundings = {
  now: () => Date.now(),
  random: () => Math.random(),
  newId: () => randomUUID(),
  wait: (ms, signal) => pause(ms / 100, undefined, { signal }),
  isOnline: () => true,
  online: never,
  visible: never,
};

const noMemory: UploadMemory = { recall: () => Promise.resolve(undefined), keep: never, forget: never };

/** What went over the line of one upload. */
export interface NodeUpload {
  readonly progress: UploadProgress;
  readonly sentBytes: number;
  /** The statuses of all PUTs, 0 where there was no answer. */
  readonly puts: readonly number[];
}

/** A file through the package's own engine, with fetch in the place of XMLHttpRequest. Resolves once it has arrived, or failed. */
export function uploadInNode(
  endpoint: string,
  token: string,
  content: Buffer | File,
  alter: (wire: UploadWire) => UploadWire,
): Promise<NodeUpload> {
  const file = content instanceof File ? content : new File([new Uint8Array(content)], 'swing.mp4', { type: 'video/mp4' });
  const expiresAt = new Date(Date.now() + 900_000).toISOString();
  const puts: number[] = [];
  let sentBytes = 0;
  const wire: UploadWire = {
    ...apiWire(createClient({ endpoint, getSessionToken: () => Promise.resolve({ token, expiresAt }) })),
    // Nobody processes it: following it any further would keep the process alive.
    video: () => new Promise(() => undefined),
    put: async (url, part, { signal, onProgress }) => {
      sentBytes += part.size;
      const body = await part.arrayBuffer();
      const answer = await fetch(url, { method: 'PUT', body, signal }).catch(() => null);
      puts.push(answer?.status ?? 0);
      signal.throwIfAborted();
      if (!answer) throw new ApiProblem({ code: 'network.unreachable', status: 0 });
      if (!answer.ok) throw new ApiProblem({ code: 'service.failed', status: answer.status });
      onProgress(part.size);
      return answer.headers.get('etag') ?? undefined;
    },
  };
  const upload = new Upload(
    file,
    { title: 'A swing', contentType: 'video/mp4' },
    { wire: alter(wire), memory: noMemory, world, reading: fileReading },
  );
  return new Promise((resolve) => {
    const stop = upload.subscribe(() => {
      const { phase } = upload.progress;
      if (phase !== 'processing' && phase !== 'failed' && phase !== 'ready') return;
      stop();
      resolve({ progress: upload.progress, sentBytes, puts });
    });
  });
}
