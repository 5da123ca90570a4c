import { resetMouse, sendMouse, setViewport } from '@web/test-runner-commands';
import { assert, assertAccessible, inside, nextEvent, until } from '../../test/kit.ts';
import { connected, fakeClient, playbackOf } from './api.test-kit.ts';
import { opened, part, shows } from './player.test-kit.ts';
import type { VideoPlayer } from './video-player.ts';

/** Fifty frames at 25 a second, one tile for every tenth: five tiles of 160 × 90 in a row. */
const TILES = 5;
const TRACK = [
  'WEBVTT',
  ...Array.from(
    { length: TILES },
    (_, n) => `00:00:0${(n * 0.4).toFixed(3)} --> 00:00:0${((n + 1) * 0.4).toFixed(3)}\nsheet.png#xywh=${n * 160},0,160,90`,
  ),
].join('\n\n');

async function sheet(): Promise<Blob> {
  const canvas = new OffscreenCanvas(160 * TILES, 90);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  for (let n = 0; n < TILES; n += 1) {
    context.fillStyle = `hsl(${n * 70} 60% 50%)`;
    context.fillRect(n * 160, 0, 160, 90);
  }
  return canvas.convertToBlob();
}

/** The files of the storyboard, in place of the network. `asked` are their names. */
const asked: string[] = [];
let isMissing = false;
const network = globalThis.fetch;

before(() => {
  globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    const name = /^\/storyboard\/(.+)$/.exec(pathname)?.[1];
    if (name === undefined) return network(input, init);
    asked.push(name);
    if (isMissing) return new Response('', { status: 404 });
    return new Response(name === 'track.vtt' ? TRACK : await sheet());
  };
});
after(() => {
  globalThis.fetch = network;
});

async function withStoryboard(): Promise<VideoPlayer> {
  asked.length = 0;
  const { client } = fakeClient({ playback: () => playbackOf('/test-clips/landscape.mp4', { storyboard: '/storyboard/track.vtt' }) });
  const player = await connected(client);
  await nextEvent(player, 'va-video-ready');
  await until(() => player.verified, 'the first frame');
  return player;
}

/** The middle of the thumb on this frame: it travels from 8 px after the start to 8 px before the end. */
function placeOf(player: VideoPlayer, frame: number): [x: number, y: number] {
  const { left, width, top, height } = part(player, 'timeline-range').getBoundingClientRect();
  return [Math.round(left + 8 + ((width - 16) * frame) / 49), Math.round(top + height / 2)];
}

const hover = (player: VideoPlayer, frame: number): Promise<void> => sendMouse({ type: 'move', position: placeOf(player, frame) });
const peek = (player: VideoPlayer): HTMLElement | null => player.shadowRoot?.querySelector<HTMLElement>('[part=peek]') ?? null;
const words = (player: VideoPlayer): string => peek(player)?.textContent.replace(/\s+/g, ' ').trim() ?? '';
const away = (player: VideoPlayer): Promise<void> => {
  const { left, top } = player.getBoundingClientRect();
  return sendMouse({ type: 'move', position: [Math.round(left + 20), Math.round(top + 20)] });
};

/** A finger, as the browser tells of it. */
function finger(player: VideoPlayer, type: 'pointerdown' | 'pointermove' | 'pointerup', frame: number): void {
  const [clientX, clientY] = placeOf(player, frame);
  const event = new PointerEvent(type, { pointerType: 'touch', pointerId: 7, clientX, clientY, bubbles: true, composed: true });
  part(player, 'timeline-range').dispatchEvent(event);
}

describe('the storyboard on the timeline', () => {
  before(() => setViewport({ width: 1000, height: 800 }));
  afterEach(() => resetMouse());

  it('is fetched when somebody points there first, and once', async () => {
    const player = await withStoryboard();
    assert.deepEqual(asked, []);
    for (const frame of [10, 20, 30]) await hover(player, frame);
    await until(() => peek(player)?.querySelector('img'), 'a picture');
    await away(player);
    await until(() => peek(player) === null, 'nothing');
    await hover(player, 40);
    await until(() => peek(player)?.querySelector('img'), 'a picture');
    assert.deepEqual(asked, ['track.vtt', 'sheet.png']);
  });

  it('shows the tile of the frame that is pointed at, with frame and time, and goes nowhere', async () => {
    const player = await withStoryboard();
    for (const [frame, x, time] of [
      [0, 0, '00:00:00:00'],
      [9, 0, '00:00:00:09'],
      [10, 160, '00:00:00:10'],
      [34, 480, '00:00:01:09'],
      [49, 640, '00:00:01:24'],
    ] as const) {
      await hover(player, frame);
      const picture = await until(() => peek(player)?.querySelector('img'), 'a picture');
      assert.equal(words(player), `Frame ${String(frame)} ${time}`);
      const { objectPosition, width, height } = getComputedStyle(picture);
      assert.deepEqual([objectPosition, width, height], [`${String(-x)}px 0px`.replace('-0', '0'), '160px', '90px']);
    }
    assert.equal(player.frame, 0);
    await assertAccessible(player);
  });

  for (const direction of ['ltr', 'rtl'] as const)
    for (const width of [1000, 320])
      it(`stays within the player, ${direction}, ${String(width)} px wide, and over the thumb where there is room`, async () => {
        await setViewport({ width, height: 800 });
        const player = await withStoryboard();
        player.parentElement?.setAttribute('dir', direction);
        for (const frame of [0, 25, 49]) {
          await hover(player, frame);
          await until(() => words(player).startsWith(`Frame ${String(frame)} `) && peek(player)?.querySelector('img'), 'the picture');
          const [box, around, lane] = [peek(player), player, part(player, 'timeline')].map((element) => element?.getBoundingClientRect());
          assert.ok(box && around && lane);
          assert.ok(
            box.left >= around.left && box.right <= around.right,
            `frame ${String(frame)}: ${String(box.left)} to ${String(box.right)}`,
          );
          assert.ok(box.bottom <= lane.top, 'it covers the timeline');
          if (frame === 25) assert.near((box.left + box.right) / 2, placeOf(player, 25)[0], 'middle', 1.5);
        }
        await setViewport({ width: 1000, height: 800 });
      });

  it('follows the mouse that drags, and the picture follows too', async () => {
    const player = await withStoryboard();
    await hover(player, 5);
    await sendMouse({ type: 'down' });
    for (const frame of [12, 25, 31]) await hover(player, frame);
    await until(() => words(player).startsWith('Frame 31 '), 'frame 31');
    await sendMouse({ type: 'up' });
    await shows(player, 31);
    assert.ok(words(player).startsWith('Frame 31 '), 'the mouse is still there');
    await away(player);
    await until(() => peek(player) === null, 'nothing');
  });

  it('shows under a finger only while that drags', async () => {
    const player = await withStoryboard();
    finger(player, 'pointermove', 5);
    await player.updateComplete;
    assert.equal(peek(player), null);
    finger(player, 'pointerdown', 12);
    finger(player, 'pointermove', 22);
    await until(() => words(player).startsWith('Frame 22 '), 'frame 22');
    finger(player, 'pointerup', 22);
    await until(() => peek(player) === null, 'nothing');
  });

  it('is only frame and time where there is none, or it does not come, and is asked for again the next time', async () => {
    const source = await opened();
    await hover(source, 12);
    await until(() => words(source) === 'Frame 12 00:00:00:12', 'the words');
    assert.equal(peek(source)?.querySelector('img'), null);
    source.remove();

    isMissing = true;
    const player = await withStoryboard();
    await hover(player, 12);
    await until(() => words(player) === 'Frame 12 00:00:00:12' && asked.length === 1, 'the words');
    isMissing = false;
    assert.equal(inside(player, '[part=peek]').querySelector('img'), null);
    await away(player);
    await until(() => peek(player) === null, 'nothing');
    await hover(player, 13);
    await until(() => peek(player)?.querySelector('img'), 'a picture');
  });
});
