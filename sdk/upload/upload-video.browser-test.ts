import { FakeVideoApi, idOf } from '../test/fake-video-api.ts';
import { assert, until } from '../test/kit.ts';
import { checkVideo } from './check-video.ts';
import { uploadVideo } from './upload-video.ts';

const fileOf = (name: string, sizeBytes = 2000, type = 'video/mp4'): File =>
  new File([crypto.getRandomValues(new Uint8Array(sizeBytes))], name, { type });

describe('uploadVideo, without an element', () => {
  it('sends a file and follows it until it can be played, telling each step to whoever listens', async () => {
    const api = new FakeVideoApi();
    api.quota = { which: 'videos', usedBytes: null, limitBytes: null, usedVideos: 9, limitVideos: 10, isNearLimit: true };
    const upload = uploadVideo(api.client, fileOf('Driver 3.mov'), { playerId: idOf(801) });
    const phases: string[] = [upload.progress.phase];
    const stop = upload.subscribe(() => {
      if (upload.progress.phase !== phases.at(-1)) phases.push(upload.progress.phase);
    });
    await until(() => upload.progress.phase === 'ready', 'the end');
    stop();
    assert.deepEqual(phases, ['starting', 'uploading', 'completing', 'processing', 'ready']);
    const { loadedBytes, totalBytes, video, quota } = upload.progress;
    assert.deepEqual([loadedBytes, totalBytes, video?.status, quota?.usedVideos], [2000, 2000, 'ready', 9]);
    assert.deepEqual([api.opened[0]?.title, api.opened[0]?.playerId], ['Driver 3', idOf(801)]);
  });

  it('pauses, goes on and gives up', async () => {
    const api = new FakeVideoApi();
    api.partAddress = '/test-parts/hold/';
    const upload = uploadVideo(api.client, fileOf('a.mp4'));
    await until(() => upload.progress.phase === 'uploading', 'the upload');
    upload.pause();
    assert.equal(upload.progress.phase, 'paused');
    upload.resume();
    await until(() => upload.progress.phase === 'uploading', 'the upload again');
    await upload.cancel();
    assert.deepEqual([upload.progress.phase, api.videos.length], ['cancelled', 0]);
  });

  it('tells a refusal with its numbers, and tries again when asked', async () => {
    const api = new FakeVideoApi();
    api.refuse(/init/, 409, 'quota.exceeded', { which: 'videos', limit: 10, used: 10, reserved: 0, requested: 1 });
    const upload = uploadVideo(api.client, fileOf('a.mp4'));
    await until(() => upload.progress.phase === 'failed', 'the refusal');
    const { code, members } = upload.progress.problem ?? {};
    assert.deepEqual([code, members?.['which'], members?.['limit']], ['quota.exceeded', 'videos', 10]);
    api.allow();
    upload.retry();
    await until(() => upload.progress.phase === 'ready', 'the end');
  });

  it('looks into a file, at the quota and for the same content before anything is sent', async () => {
    const api = new FakeVideoApi();
    api.quota = { which: 'bytes', usedBytes: 9000, limitBytes: 10_000, usedVideos: null, limitVideos: null, isNearLimit: true };
    const fits = await checkVideo(api.client, fileOf('a.mp4', 1000));
    const not = await checkVideo(api.client, fileOf('a.mp4', 1001));
    const isNoRoom = ({ kind }: { readonly kind: string }): boolean => kind === 'noRoom';
    assert.deepEqual([fits.warnings.some(isNoRoom), not.warnings.some(isNoRoom), not.quota?.usedBytes], [false, true, 9000]);
    assert.deepEqual(api.opened, []);
  });
});
