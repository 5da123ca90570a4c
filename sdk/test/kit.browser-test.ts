import { html } from 'lit';
import { decodeFrameCounterFrom } from '../../examples/sample-clips/frame-counter.ts';
import { assert, assertAccessible, fixture, until } from './kit.ts';

describe('the element test kit', () => {
  it('reports a button without a name', async () => {
    const button = await fixture(html`<button></button>`);
    await assert.rejects(assertAccessible(button), /button-name/);
  });

  it('tells data apart by content, not by the order of keys', async () => {
    assert.deepEqual({ a: 1, b: [2] }, { b: [2], a: 1 });
    await assert.rejects(
      Promise.resolve().then(() => assert.deepEqual({ a: 1 }, { a: 2 })),
      /expected/,
    );
  });

  it('serves clips that play here and carry their frame number in the pixels', async () => {
    const video = await fixture<HTMLVideoElement>(html`<video src="/test-clips/landscape.mp4" muted></video>`);
    await until(() => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA, 'the first frame');
    const context = new OffscreenCanvas(640, 360).getContext('2d');
    assert.ok(context);
    context.drawImage(video, 0, 0);
    assert.equal(decodeFrameCounterFrom(context.getImageData(0, 0, 640, 360)), 0);
  });
});
