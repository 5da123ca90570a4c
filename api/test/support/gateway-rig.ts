import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { s3Store } from '../../platform/object-store.s3.ts';
import type { ObjectStore } from '../../platform/object-store.ts';
import type { SigningOptions } from '../../platform/read-signer.ts';
import { startClub, type Club, type Person } from './club.ts';
import { uploadClip } from './clips.ts';
import { publishRendition } from './published.ts';
import { PORTAL_ORIGIN, startTestSystem, type Setup, type TestSystem } from './system.ts';

/** What the environment names as an S3 engine; null where it names none. */
export function s3Settings(env: NodeJS.ProcessEnv): (SigningOptions & { readonly endpoint: string }) | null {
  const { S3_TEST_ENDPOINT: endpoint, S3_TEST_ACCESS_KEY = '', S3_TEST_SECRET_KEY = '', S3_TEST_BUCKET = 'media' } = env;
  if (endpoint === undefined) return null;
  const keys = { accessKeyId: S3_TEST_ACCESS_KEY, secretAccessKey: S3_TEST_SECRET_KEY };
  return { ...keys, endpoint, region: 'us-east-1', bucket: S3_TEST_BUCKET, forcePathStyle: true };
}

/** Names beside the analysis file and the poster, as a ladder and a storyboard have them. */
export const MORE_FILES: Readonly<Record<string, string>> = {
  'master.m3u8': 'application/vnd.apple.mpegurl',
  'h-init.mp4': 'video/mp4',
  'h-00001.m4s': 'video/iso.segment',
  'storyboard.jpg': 'image/jpeg',
  'storyboard.vtt': 'text/vtt',
  'waveform.json': 'application/json',
};

export interface Opened {
  readonly videoId: string;
  /** The address under which all files of the lease are, with its slash. */
  readonly base: string;
  readonly analysisUrl: string;
  readonly renewUrl: string;
}

export interface GatewayRig {
  readonly system: TestSystem;
  readonly club: Club;
  readonly coach: Person;
  readonly player: Person;
  /** Streams the store was asked for, newest last. */
  readonly reads: readonly Readable[];
  publish(bytes: Uint8Array, player?: Person): Promise<string>;
  open(person: Person, videoId: string): Promise<Opened>;
  renew(person: Person | null, renewUrl: string): Promise<Response>;
  stop(): Promise<void>;
}

/** The store as it is, with a list of what was read. */
function watched(store: ObjectStore, reads: Readable[]): ObjectStore {
  const read: ObjectStore['read'] = async (key, range) => {
    const body = await store.read(key, range);
    reads.push(body);
    return body;
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'read') return read;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

export async function startGatewayRig(
  engine: 'disk' | 'S3',
  delivery: NonNullable<Setup['delivery']> = { kind: 'proxy' },
): Promise<GatewayRig> {
  const settings = s3Settings(process.env);
  if (engine === 'S3' && !settings) throw new Error('no S3 engine is named');
  const reads: Readable[] = [];
  const system = await startTestSystem((services) => services, {
    delivery,
    place: (disk) => watched(engine === 'S3' && settings ? s3Store(settings) : disk, reads),
  });
  const club = await startClub(system, 'Fairway');
  const [coach, player] = [await club.person('coach', 'coach-1'), await club.person('player', 'player-1')];
  await club.coaches(coach, player);
  await club.consents(player, 'coach_review');
  return {
    ...{ system, club, coach, player, reads },
    publish: (bytes, of = player) => publish(system, club, of, bytes),
    open: async (person, videoId) => {
      const { data, error } = await person.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId } } });
      if (!data) throw new Error(JSON.stringify(error));
      const { url } = data.sources.analysis;
      return { videoId, base: url.slice(0, url.lastIndexOf('/') + 1), analysisUrl: url, renewUrl: data.renewUrl };
    },
    renew: (person, renewUrl) =>
      fetch(renewUrl, {
        method: 'POST',
        headers: { Origin: PORTAL_ORIGIN, 'Idempotency-Key': randomUUID(), ...(person && { Authorization: `Bearer ${person.token}` }) },
      }),
    stop: () => system.stop(),
  };
}

interface MoreFile {
  readonly name: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

/** Puts another file under a published rendition. */
export async function addFile(system: TestSystem, videoId: string, { name, file, sizeBytes, contentType }: MoreFile): Promise<void> {
  const { admin } = system.database;
  const rendition = await admin<{ videoId: string; files: Record<string, { key: string }> }>('videoRendition').where({ videoId }).first();
  const key = rendition?.files['analysis.mp4']?.key.replace('analysis.mp4', name) ?? '';
  await system.store.putFile(key, file, { contentType });
  await admin.raw('update video_rendition set files = files || ?::jsonb where video_id = ?', [
    JSON.stringify({ [name]: { key, sizeBytes, contentType } }),
    videoId,
  ]);
}

/** A video with a file of every kind under it. */
async function publish(system: TestSystem, club: Club, player: Person, bytes: Uint8Array): Promise<string> {
  const { id } = await uploadClip(player.api, Buffer.from('a clip'));
  await publishRendition(system, club.tenantId, id, bytes);
  const directory = await mkdtemp(join(tmpdir(), 'va-files-'));
  for (const [name, contentType] of Object.entries(MORE_FILES)) {
    const [file, content] = [join(directory, name), `this is ${name}`];
    await writeFile(file, content);
    await addFile(system, id, { name, file, sizeBytes: content.length, contentType });
  }
  await rm(directory, { recursive: true });
  return id;
}

/** What a request without Node's own client looks like: it can stand still, and leave. */
export interface RawReader {
  readonly socket: Socket;
  /** Bytes of the body that have arrived here. */
  readonly received: () => number;
  /** Resolves when so many have. */
  until(bytes: number): Promise<void>;
}

/** @param read false: the answer is asked for and not one byte of it taken. */
export async function rawGet(url: string, { read }: { readonly read: boolean }): Promise<RawReader> {
  const { hostname, port, pathname } = new URL(url);
  let received = -1;
  let wake = (): void => undefined;
  const buffer = Buffer.alloc(1024 * 1024);
  const onread = {
    buffer,
    callback: (length: number): boolean => {
      // The head is short and comes with the first bytes.
      const head = received < 0 ? buffer.subarray(0, length).indexOf('\r\n\r\n') + 4 : 0;
      received = Math.max(0, received) + length - head;
      wake();
      return read;
    },
  };
  const socket = connect({ host: hostname, port: Number(port), ...(read && { onread }) });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (!read) socket.pause();
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  return {
    socket,
    received: () => Math.max(0, received),
    until: (bytes) =>
      new Promise((resolve) => {
        wake = () => {
          if (received >= bytes) resolve();
        };
        wake();
      }),
  };
}

/** Asks again until it is so. The test's own time limit ends what never comes. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}
