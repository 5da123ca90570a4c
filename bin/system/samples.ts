import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import createFetchClient, { type Client } from 'openapi-fetch';
import type { components } from '../../domain/generated/openapi.ts';
import type { KeyedPaths } from '../../domain/keyed-paths.ts';
import { renderSwing, SAMPLE_SWINGS, type SwingOptions } from '../../examples/sample-clips/index.ts';
import type { DataDirectory } from './data-directory.ts';
import { sampleDrawings } from './sample-drawings.ts';
import { saveDemo, type Demo, type DemoClub, type DemoLogin, type DemoSample } from './demo.ts';
import type { Settings } from './settings.ts';

type Api = Client<KeyedPaths>;
type Video = components['schemas']['Video'];

interface SampleClip {
  readonly athlete: string;
  readonly options: Partial<SwingOptions>;
  readonly details: Partial<components['schemas']['UploadInit']>;
}

const CLIPS: readonly [SampleClip, SampleClip] = [
  {
    athlete: 'anna',
    options: SAMPLE_SWINGS['anna-driver-face-on'],
    details: { category: 'Driving range', clubType: 'driver', viewAngle: 'face_on' },
  },
  {
    athlete: 'jonas',
    options: SAMPLE_SWINGS['jonas-iron-down-the-line'],
    details: { category: 'Driving range', clubType: 'iron_7', viewAngle: 'down_the_line' },
  },
];

/** Draws the sample swings that are not there yet and brings them in as the coach would: through the API, with a session. */
export async function seedSamples(data: DataDirectory, demo: Demo, settings: Settings, signal: AbortSignal): Promise<void> {
  for (const [at, clip] of CLIPS.entries()) {
    const sample = demo.samples[at];
    if (!sample || sample.isDone) continue;
    const started = performance.now();
    const api = await coachApi(demo.clubs[0], settings);
    const video = await seedSample(data, sample, clip, api, demo.clubs[0], signal);
    if (video.status === 'ready') await draw(api, video, clip.options);
    sample.videoId = video.id;
    sample.isDone = video.status === 'ready';
    saveDemo(data, demo);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${'sample'.padEnd(12)} "${sample.title}" ${video.status === 'ready' ? 'is ready' : `is ${video.status}: ${String(video.errorCode)}`} after ${seconds} s`,
    );
  }
}

async function seedSample(
  data: DataDirectory,
  sample: DemoSample,
  { athlete, options, details }: SampleClip,
  api: Api,
  club: DemoClub,
  signal: AbortSignal,
): Promise<Video> {
  const directory = await mkdtemp(path.join(data.workspaces, 'sample-'));
  try {
    const file = path.join(directory, 'clip.mp4');
    await renderSwing(options, file, { signal });
    const bytes = await readFile(file);
    const video = await upload(api, bytes, {
      ...{ clientUploadId: sample.clientUploadId, title: sample.title, sizeBytes: bytes.length, contentType: 'video/mp4' },
      ...{ ...details, playerId: loginOf(club, athlete).personId, visibility: 'coach_only' },
    });
    return await untilSettled(api, video.id, signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const loginOf = ({ logins }: DemoClub, username: string): DemoLogin => {
  const login = logins.find((one) => one.username === username);
  if (!login) throw new Error(`nobody is called ${username}`);
  return login;
};

async function coachApi(club: DemoClub, { apiUrl, portalUrl }: Settings): Promise<Api> {
  const server = clientFor(apiUrl, { Authorization: `Bearer ${club.secretKey}` });
  const { externalId, role, displayName } = loginOf(club, 'kari');
  const { data, error } = await server.POST('/api/v1/sessions', {
    body: { actor: { externalId, role, displayName }, origins: [portalUrl], ttlSeconds: 900 },
  });
  if (!data) throw new Error(`the API gave no session: ${JSON.stringify(error)}`);
  return clientFor(apiUrl, { Authorization: `Bearer ${data.token}`, Origin: portalUrl });
}

/** Each POST is sent once and under a key of its own. */
function clientFor(baseUrl: string, headers: Readonly<Record<string, string>>): Api {
  const api = createFetchClient<KeyedPaths>({ baseUrl, headers });
  api.use({
    onRequest({ request }) {
      if (request.method === 'POST') request.headers.set('Idempotency-Key', randomUUID());
    },
  });
  return api;
}

/** May be repeated: the same `clientUploadId` finds the same upload, and only what is missing is sent. */
async function upload(api: Api, bytes: Buffer, declaration: components['schemas']['UploadInit']): Promise<{ readonly id: string }> {
  const { data: state, error } = await api.POST('/api/v1/media/upload/init', { body: declaration });
  if (!state) throw new Error(`the upload was refused: ${JSON.stringify(error)}`);
  if (state.status !== 'uploading' && state.status !== 'created') return { id: state.videoId };
  const sent = [];
  for (const { partNumber, offsetBytes, sizeBytes, url } of state.missingParts) {
    const body = new Uint8Array(bytes.subarray(offsetBytes, offsetBytes + sizeBytes));
    const response = await fetch(url, { method: 'PUT', body });
    if (!response.ok) throw new Error(`part ${String(partNumber)} was refused: ${String(response.status)}`);
    sent.push({ partNumber, etag: response.headers.get('etag') ?? '' });
  }
  const stored = state.storedParts.map(({ partNumber, etag }) => ({ partNumber, etag }));
  const parts = [...stored, ...sent].sort((a, b) => a.partNumber - b.partNumber);
  const { videoId, uploadId } = state;
  const checksumSha256 = createHash('sha256').update(bytes).digest('hex');
  const completed = await api.POST('/api/v1/media/upload/complete', { body: { videoId, uploadId, parts, checksumSha256 } });
  if (!completed.data) throw new Error(`the upload was not completed: ${JSON.stringify(completed.error)}`);
  return completed.data;
}

/** A start that was interrupted has drawn already. */
async function draw(api: Api, video: Video, options: Partial<SwingOptions>): Promise<void> {
  if (video.annotationCount > 0) return;
  for (const document of sampleDrawings(video, options)) {
    const path = { videoId: video.id };
    const { error } = await api.POST('/api/v1/videos/{videoId}/annotations', { params: { path }, body: { id: randomUUID(), document } });
    if (error) throw new Error(`a drawing was refused: ${JSON.stringify(error)}`);
  }
}

const POLL_MS = 500;

async function untilSettled(api: Api, videoId: string, signal: AbortSignal): Promise<Video> {
  for (;;) {
    const { data, error } = await api.GET('/api/v1/videos/{videoId}', { params: { path: { videoId } }, signal });
    if (!data) throw new Error(`the sample cannot be asked for: ${JSON.stringify(error)}`);
    if (['ready', 'failed', 'quarantined'].includes(data.status)) return data;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
