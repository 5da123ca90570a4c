import { resetMouse, sendMouse, setViewport } from '@web/test-runner-commands';
import type { Video } from '../../client/client.ts';
import { decodeFrameCounterFrom } from '../../../examples/sample-clips/frame-counter.ts';
import { assert, assertAccessible, inside, nextEvent, until } from '../../test/kit.ts';
import { connected, fakeClient, json, notice, playbackOf } from './api.test-kit.ts';
import { part, seen, shows } from './player.test-kit.ts';
import type { VideoPlayer } from './video-player.ts';

const PREVIEW = '/test-clips/landscape.mp4?preview';
const ANALYSIS = '/test-clips/landscape.mp4?analysis';

/** A video whose preview is open, and the moment when it is finished. */
class Processing {
  status: Video['status'] = 'processing';
  analysis = ANALYSIS;
  readonly asked: string[];
  readonly #client;

  constructor() {
    const { client, asked } = fakeClient({
      v1: () => json(this.#video()),
      playback: () => {
        const isPreview = this.status === 'processing';
        return playbackOf(isPreview ? PREVIEW : this.analysis, { isPreview, video: this.#video() });
      },
    });
    this.#client = client;
    this.asked = asked;
  }

  get leases(): number {
    return this.asked.filter((name) => name === 'playback').length;
  }

  async open(memoryLimitBytes?: number): Promise<VideoPlayer> {
    const player = await connected(this.#client, memoryLimitBytes);
    await nextEvent(player, 'va-video-ready');
    await until(() => player.verified, 'the first frame');
    return player;
  }

  #video(): object {
    const isPlayable = this.status === 'processing' || this.status === 'ready';
    return { id: 'v1', status: this.status, isPlayable, errorCode: this.status === 'failed' ? 'FFMPEG_FAIL' : null, captureFps: null };
  }
}

/** The number in what a person sees: the held picture lies over the media element. */
function looksLike(player: VideoPlayer): number | null {
  const held = player.shadowRoot?.querySelector<HTMLCanvasElement>('canvas.held');
  if (!held) return seen(player);
  const picture = held.getContext('2d')?.getImageData(0, 0, held.width, held.height);
  return picture ? decodeFrameCounterFrom(picture) : null;
}

/** Everything that was seen and told from now until the change is over. */
async function duringChange(
  player: VideoPlayer,
  change: () => void,
): Promise<{ seen: Set<number | null>; frames: number[]; told: string[] }> {
  const noted = { seen: new Set<number | null>(), frames: [player.frame], told: [] as string[] };
  player.addEventListener('va-frame-change', ({ detail }) => noted.frames.push(detail.frame));
  for (const name of ['va-play-state', 'va-video-ready', 'va-error'] as const) player.addEventListener(name, () => noted.told.push(name));
  const changed = nextEvent(player, 'va-video-processed');
  let isOver = false;
  void changed.then(() => (isOver = true));
  change();
  await until(() => {
    noted.seen.add(looksLike(player));
    return isOver;
  }, 'the change');
  await changed;
  noted.seen.add(looksLike(player));
  return noted;
}

describe('a <video-player> on a preview', () => {
  before(() => setViewport({ width: 1000, height: 800 }));
  afterEach(() => resetMouse());

  for (const [how, limit] of [
    ['from memory', 200_000_000],
    ['over the network', 1000],
  ] as const)
    it(`takes the finished clip ${how} when there is one, on the frame it shows, and nothing moves`, async () => {
      const processing = new Processing();
      const player = await processing.open(limit);
      player.loop = { from: 20, to: 40 };
      player.rate = 0.5;
      await player.seek(33);
      await shows(player, 33);
      const before = player.media.currentSrc;
      const noted = await duringChange(player, () => (processing.status = 'ready'));
      assert.ok(player.media.currentSrc !== before, 'another source');
      assert.deepEqual([[...noted.seen], noted.frames, noted.told], [[33], [33], []]);
      assert.equal(player.shadowRoot?.querySelector('.held'), null);
      assert.deepEqual([player.rate, player.loop, player.playing], [0.5, { from: 20, to: 40 }, false]);
      assert.equal(player.clock.video?.status, 'ready');
      await shows(player, 33);
      await player.step(1);
      await shows(player, 34);
    });

  it('goes on playing where it was', async () => {
    const processing = new Processing();
    const player = await processing.open();
    player.media.muted = true;
    player.loop = { from: 5, to: 45 };
    player.rate = 0.1;
    await player.play();
    await until(() => player.playing && player.frame > 6, 'playing');
    const { frames, told } = await duringChange(player, () => (processing.status = 'ready'));
    assert.deepEqual(told, []);
    assert.equal(player.playing, true);
    const at = player.frame;
    await until(() => player.frame > at, 'the next frame');
    // One after the other: at a tenth of the speed a frame stays for 0.4 s, far longer than a browser could skip.
    assert.deepEqual(
      frames.filter((frame, n) => n > 0 && frame - (frames[n - 1] ?? 0) !== 1 && frame !== frames[n - 1]),
      [],
      frames.join(' '),
    );
  });

  it('waits for the hand that holds the timeline', async () => {
    const processing = new Processing();
    const player = await processing.open();
    const before = player.media.currentSrc;
    const { left, width, top, height } = part(player, 'timeline-range').getBoundingClientRect();
    const [x, y] = [Math.round(left + width / 2), Math.round(top + height / 2)];
    await sendMouse({ type: 'move', position: [x, y] });
    await sendMouse({ type: 'down' });
    processing.status = 'ready';
    await until(() => processing.leases === 2, 'the finished clip');
    await sendMouse({ type: 'move', position: [x + 60, y] });
    const frame = Number(part<HTMLInputElement>(player, 'timeline-range').value);
    await shows(player, frame);
    assert.equal(player.media.currentSrc, before);
    const changed = nextEvent(player, 'va-video-processed');
    await sendMouse({ type: 'up' });
    await changed;
    assert.ok(player.media.currentSrc !== before, 'another source');
    await shows(player, frame);
  });

  it('does what is asked for while it changes', async () => {
    const processing = new Processing();
    const player = await processing.open();
    await player.seek(10);
    processing.status = 'ready';
    await until(() => player.shadowRoot?.querySelector('.held'), 'the held picture');
    await Promise.all([player.step(1), player.step(1), player.step(-4)]);
    await shows(player, 8);
    assert.equal(player.playing, false);
  });

  it('keeps the preview when the finished clip does not come, and asks again', async () => {
    const processing = new Processing();
    processing.analysis = '/test-clips/none.mp4';
    const player = await processing.open();
    await player.seek(12);
    const before = player.media.currentSrc;
    processing.status = 'ready';
    await until(() => processing.leases === 2, 'the first try');
    await player.seek(13);
    await shows(player, 13);
    assert.equal(player.media.currentSrc, before);
    processing.analysis = ANALYSIS;
    await nextEvent(player, 'va-video-processed');
    await shows(player, 13);
  });

  it('says so when the clip could not be prepared, and lets the preview go with its lease', async () => {
    const processing = new Processing();
    const player = await processing.open();
    const [processed, failed] = [nextEvent(player, 'va-video-processed'), nextEvent(player, 'va-error')];
    processing.status = 'failed';
    assert.equal((await processed).detail.video.status, 'failed');
    assert.equal((await failed).detail.code, 'video.not_ready');
    await player.updateComplete;
    assert.equal(
      notice(player),
      'This clip cannot be shown The clip could not be prepared. Upload it again; if that fails too, save it as MP4 first. Code: FFMPEG_FAIL',
    );
    assert.equal(player.media.hasAttribute('src'), false);
    assert.equal(inside(player, '.notice').getAttribute('role'), 'alert');
    await assertAccessible(player);
  });

  it('asks no more once it has the finished clip, or has left the page', async () => {
    const [first, second] = [new Processing(), new Processing()];
    const player = await first.open();
    first.status = 'ready';
    await nextEvent(player, 'va-video-processed');
    const other = await second.open();
    other.remove();
    const before = [first.asked.length, second.asked.length];
    // The clip lasts two seconds: as long as the first look would take to come.
    player.media.muted = true;
    player.rate = 0.5;
    await player.seek(0);
    await player.play();
    await until(() => player.frame === 49 && !player.playing, 'four seconds');
    assert.deepEqual([first.asked.length, second.asked.length], before);
  });
});
