import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiProblem } from '../client/problem.ts';
import { mustBeUploadable } from './file-check.ts';
import { isPassing, nextLookMs, retryDelayMs } from './policy.ts';
import { RateMeter } from './rate.ts';
import { titleOf } from './upload-video.ts';

describe('the policy of uploads', () => {
  it('doubles the wait up to twenty seconds, spread over its upper half', () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((attempt) => retryDelayMs(attempt, 0)),
      [250, 500, 1000, 2000],
    );
    assert.equal(retryDelayMs(1, 1), 500);
    assert.equal(retryDelayMs(30, 1), 20_000);
  });

  it('tries again what may pass, and nothing else', () => {
    const passing = (code: string, status: number): boolean => isPassing(new ApiProblem({ code, status }));
    assert.ok(passing('network.unreachable', 0));
    assert.ok(passing('service.unavailable', 503));
    assert.ok(passing('rate.limited', 429));
    assert.ok(!passing('upload.too_large', 413));
    assert.ok(!passing('unknown', 0));
  });

  it('looks less often at a video that does not change, never less than every four seconds', () => {
    assert.equal(nextLookMs(4000, true), 1000);
    assert.equal(nextLookMs(1000, false), 1500);
    assert.equal(nextLookMs(3000, false), 4000);
  });
});

describe('the rate of an upload', () => {
  it('is unknown until there is half a second to judge by', () => {
    const meter = new RateMeter();
    meter.note(0, 0);
    meter.note(1000, 400);
    assert.equal(meter.bytesPerSecond, null);
  });

  it('is that of the last six seconds', () => {
    const meter = new RateMeter();
    for (let second = 0; second <= 10; second += 1) meter.note(second * 1000, second * 1000);
    assert.equal(meter.bytesPerSecond, 1000);
    for (let second = 11; second <= 17; second += 1) meter.note(10_000, second * 1000);
    assert.equal(meter.bytesPerSecond, 0);
  });
});

describe('a file to upload', () => {
  const file = (name: string, type: string, content = 'x'): File => new File([content], name, { type });

  it('is known by its type, or by its name where the system gives none', () => {
    assert.equal(mustBeUploadable(file('a.bin', 'video/mp4')), 'video/mp4');
    assert.equal(mustBeUploadable(file('a.MKV', '')), 'video/x-matroska');
    assert.equal(mustBeUploadable(file('clip.v2.mov', 'application/octet-stream')), 'video/quicktime');
  });

  it('is refused before the first byte when it is empty or no video', () => {
    assert.throws(() => mustBeUploadable(file('a.mp4', 'video/mp4', '')), { code: 'upload.empty' });
    assert.throws(() => mustBeUploadable(file('a.pdf', 'application/pdf')), { code: 'upload.type_not_allowed' });
    assert.throws(() => mustBeUploadable(file('photo.mp4', 'image/png')), { code: 'upload.type_not_allowed' });
    assert.throws(() => mustBeUploadable(file('noending', '')), { code: 'upload.type_not_allowed' });
  });

  it('gives the clip its name without the ending', () => {
    assert.equal(titleOf(file('Driver 3.mov', '')), 'Driver 3');
    assert.equal(titleOf(file('.mov', '')), '.mov');
    assert.equal(titleOf(file('x'.repeat(300), '')).length, 200);
  });
});
