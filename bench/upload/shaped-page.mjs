// The page that uploads in three ways. Each resolves when the object stands in the store.
import Uppy from '@uppy/core';
import AwsS3 from '@uppy/aws-s3';
import { createClient, uploadVideo } from '../../sdk/index.ts';

const asked = async (path, body) => {
  const response = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
};

const endpoint = new URL(location.href).searchParams.get('api');
const client = createClient({ endpoint, getSessionToken: () => asked('/session', {}) });

const ours = (file) =>
  new Promise((resolve, reject) => {
    const upload = uploadVideo(client, file);
    upload.subscribe(() => {
      const { phase, problem } = upload.progress;
      if (phase === 'processing') resolve();
      else if (phase === 'failed') reject(problem ?? new Error('failed'));
    });
  });

const uppy = async (file) => {
  const uploader = new Uppy().use(AwsS3, { shouldUseMultipart: true, signRequest: (request) => asked('/sign', request) });
  uploader.addFile({ name: file.name, type: file.type, data: file });
  const { failed } = await uploader.upload();
  if (failed.length > 0) throw new Error(failed[0].error);
};

const RAW = 6;

const raw = async (file) => {
  const size = Math.ceil(file.size / RAW);
  const { urls } = await asked('/raw', { count: RAW });
  const answers = await Promise.all(urls.map((url, i) => fetch(url, { method: 'PUT', body: file.slice(i * size, (i + 1) * size) })));
  if (answers.some(({ ok }) => !ok)) throw new Error('a PUT was refused');
};

/** @returns the milliseconds it took. */
globalThis.measure = async (way) => {
  const [file] = document.querySelector('input').files;
  // A page with an uploader has its session before a file is chosen.
  if (way === 'ours') await client.api.GET('/api/v1/media/uploads');
  const startedAt = performance.now();
  await { ours, uppy, raw }[way](file);
  return performance.now() - startedAt;
};
