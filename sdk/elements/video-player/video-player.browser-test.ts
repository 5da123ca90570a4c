import { emulateMedia, resetMouse, sendKeys, sendMouse, setViewport } from '@web/test-runner-commands';
import { html } from 'lit';
import { assert, assertAccessible, fixture, nextEvent, until } from '../../test/kit.ts';
import { click, factsOf, opened, part, seen, shows } from './player.test-kit.ts';
import type { VideoPlayer } from './video-player.ts';

const MARKERS = [
  { id: 'd1', frame: 10, kind: 'drawing', label: 'Line' },
  { id: 'd2', frame: 30, frameCount: 4, kind: 'drawing', label: 'Angle' },
];

describe('<video-player>', () => {
  before(() => setViewport({ width: 1000, height: 800 }));
  afterEach(() => resetMouse());

  describe('accessibility', () => {
    for (const colorScheme of ['light', 'dark'] as const)
      it(`has no violations in the ${colorScheme} theme, with markers and a loop`, async () => {
        await emulateMedia({ colorScheme });
        const player = await opened();
        player.markers = MARKERS;
        player.loop = { from: 5, to: 20 };
        await player.updateComplete;
        await assertAccessible(player);
      });

    it('tells frame and time of the timeline in words', async () => {
      const player = await opened();
      await player.seek(30);
      await player.updateComplete;
      assert.equal(part(player, 'timeline-range').getAttribute('aria-valuetext'), 'Frame 30 of 49, 00:00:01:05');
    });

    it('speaks Norwegian where the page does', async () => {
      const player = await opened();
      player.lang = 'nb';
      await until(() => part(player, 'play-button').ariaLabel === 'Spill av', 'the Norwegian label');
      player.rate = 0.25;
      await player.updateComplete;
      assert.equal(part(player, 'speed-range').getAttribute('aria-valuetext'), '0,25×');
    });
  });

  describe('the picture', () => {
    for (const [clip, ratio] of [
      ['landscape', 16 / 9],
      ['portrait', 9 / 16],
    ] as const)
      it(`has the overlay exactly over it, ${clip}, in a box of another shape`, async () => {
        const player = await opened(clip, html`<div id="drawing"></div>`);
        player.style.height = '500px';
        player.style.width = '610px';
        await until(() => Math.abs(player.getBoundingClientRect().width - 610) < 1, 'the new size');
        const [video, overlay, stage] = [player.media, player.querySelector('#drawing'), part(player, 'stage')].map((element) =>
          element?.getBoundingClientRect(),
        );
        assert.ok(video && overlay && stage);
        for (const side of ['left', 'top', 'width', 'height'] as const) assert.near(overlay[side], video[side], side, 0.01);
        assert.near(video.width / video.height, ratio, 'ratio', 0.01);
        assert.ok(video.width <= stage.width + 0.01 && video.height <= stage.height + 0.01, 'it is cut off');
        assert.ok(Math.abs(video.width - stage.width) < 1 || Math.abs(video.height - stage.height) < 1, 'it could be larger');
      });

    it('does not move when the controls come', async () => {
      const source = { ...(await factsOf('landscape')), url: '/test-clips/landscape.mp4' };
      const player = await fixture<VideoPlayer>(html`<video-player .source=${source}></video-player>`);
      await player.updateComplete;
      const before = player.getBoundingClientRect().height;
      await until(() => player.verified, 'the first frame');
      await player.updateComplete;
      assert.near(player.getBoundingClientRect().height, before);
    });

    it('plays when it is clicked, but not when something over it is', async () => {
      const player = await opened('landscape', html`<button style="pointer-events: auto"></button>`);
      const button = player.querySelector('button');
      assert.ok(button);
      await click(button);
      assert.equal(player.playing, false);
      button.remove();
      await click(player.media);
      await until(() => player.playing, 'playing');
    });
  });

  describe('by keyboard', () => {
    const cases: [keys: string[], frame: number, why: string][] = [
      [['ArrowRight'], 21, 'one frame on'],
      [['ArrowLeft', 'ArrowLeft'], 18, 'two frames back'],
      [['Period', 'Period', 'Comma'], 21, 'comma and period step'],
      [['KeyJ'], 19, 'J steps back'],
      [['Home'], 0, 'the first frame'],
      [['End'], 49, 'the last frame'],
    ];
    for (const [keys, frame, why] of cases)
      it(`${keys.join(' ')} from frame 20 shows ${String(frame)}: ${why}`, async () => {
        const player = await opened();
        await player.seek(20);
        part(player, 'base').focus();
        for (const key of keys) await sendKeys({ press: key });
        await shows(player, frame);
      });

    it('goes ten frames with shift', async () => {
      const player = await opened();
      part(player, 'base').focus();
      await sendKeys({ down: 'Shift' });
      await sendKeys({ press: 'ArrowRight' });
      await sendKeys({ press: 'ArrowRight' });
      await sendKeys({ press: 'ArrowLeft' });
      await sendKeys({ up: 'Shift' });
      await shows(player, 10);
    });

    it('plays and pauses with space, and then shows the very frame it names', async () => {
      const player = await opened();
      part(player, 'base').focus();
      await sendKeys({ press: 'Space' });
      await until(() => player.frame > 3, 'some frames');
      await sendKeys({ press: 'Space' });
      await until(() => !player.playing && player.verified && !player.media.seeking, 'the proof');
      assert.equal(seen(player), player.frame);
    });

    it('plays faster with each L', async () => {
      const player = await opened();
      part(player, 'base').focus();
      await sendKeys({ press: 'KeyL' });
      await until(() => player.playing, 'playing');
      assert.equal(player.rate, 1);
      await sendKeys({ press: 'KeyL' });
      assert.equal(player.rate, 1.5);
    });

    it('does not hear keys of somebody who types inside it', async () => {
      const player = await opened('landscape', html`<input aria-label="Text" style="pointer-events: auto" />`);
      player.querySelector('input')?.focus();
      await sendKeys({ type: 'jk. i' });
      assert.equal(player.querySelector('input')?.value, 'jk. i');
      assert.equal(player.playing, false);
      assert.deepEqual([player.frame, player.loop], [0, null]);
    });

    it('does not hear keys of the rest of the page', async () => {
      const player = await opened();
      part(player, 'base').blur();
      await sendKeys({ press: 'ArrowRight' });
      await player.seek(1);
      await shows(player, 1);
    });

    it('steps with the arrows on the timeline and changes speed with those on the speed slider', async () => {
      const player = await opened();
      part(player, 'timeline-range').focus();
      await sendKeys({ press: 'ArrowRight' });
      await shows(player, 1);
      part(player, 'speed-range').focus();
      await sendKeys({ press: 'ArrowLeft' });
      assert.equal(player.rate, 0.75);
      await shows(player, 1);
    });

    it('goes to a typed frame, and ignores what is no number', async () => {
      const player = await opened();
      const field = part<HTMLInputElement>(player, 'frame-field');
      field.focus();
      await sendKeys({ type: '37' });
      await sendKeys({ press: 'Enter' });
      await shows(player, 37);
      field.select();
      await sendKeys({ type: 'x9' });
      await sendKeys({ press: 'Tab' });
      assert.equal(field.value, '37');
    });
  });

  describe('by mouse', () => {
    it('steps with the buttons', async () => {
      const player = await opened();
      await click(part(player, 'step-forward-button'));
      await click(part(player, 'step-forward-button'));
      await shows(player, 2);
      await click(part(player, 'step-back-button'));
      await shows(player, 1);
    });

    it('scrubs along the timeline and ends where the hand lets go', async () => {
      const player = await opened();
      const { left, width, top, height } = part(player, 'timeline-range').getBoundingClientRect();
      const y = Math.round(top + height / 2);
      // The thumb is 16 px wide, so its middle travels from 8 px after the start to 8 px before the end.
      const xOf = (frame: number) => Math.round(left + 8 + ((width - 16) * frame) / 49);
      await sendMouse({ type: 'move', position: [xOf(5), y] });
      await sendMouse({ type: 'down' });
      for (const frame of [9, 14, 22, 31]) await sendMouse({ type: 'move', position: [xOf(frame), y] });
      await sendMouse({ type: 'up' });
      await shows(player, 31);
    });

    it('goes to a marker, says which, and reaches the next one with an arrow', async () => {
      const player = await opened();
      player.markers = MARKERS;
      await player.updateComplete;
      const chosen = nextEvent(player, 'va-marker-select');
      await click(part(player, 'marker'));
      assert.deepEqual((await chosen).detail, { id: 'd1', frame: 10, kind: 'drawing' });
      await shows(player, 10);
      await sendKeys({ press: 'ArrowRight' });
      await sendKeys({ press: 'Enter' });
      await shows(player, 30);
    });
  });

  describe('the loop', () => {
    it('is set with I and O and turns at its end', async () => {
      const player = await opened();
      part(player, 'base').focus();
      await player.seek(10);
      await sendKeys({ press: 'KeyI' });
      await player.seek(20);
      await sendKeys({ press: 'KeyO' });
      assert.deepEqual(player.loop, { from: 10, to: 20 });
      const frames: number[] = [];
      player.addEventListener('va-frame-change', ({ detail }) => frames.push(detail.frame));
      await sendKeys({ press: 'Space' });
      const turns = () => frames.filter((frame, at) => frame < (frames[at - 1] ?? 0)).length;
      await until(() => turns() >= 3, 'three rounds');
      player.pause();
      // A machine too busy to run a timer in time paints a frame or two beyond the end; playing on would paint all 50.
      assert.deepEqual(
        frames.filter((frame) => frame < 10 || frame > 22),
        [],
      );
    });

    it('forgets its end when a start is set behind it', async () => {
      const player = await opened();
      player.loop = { from: 5, to: 10 };
      await player.seek(30);
      part(player, 'base').focus();
      await sendKeys({ press: 'KeyI' });
      assert.deepEqual(player.loop, { from: 30, to: 49 });
    });
  });

  describe('events', () => {
    it('tell each frame once it is painted, and nothing when it is already there', async () => {
      const player = await opened();
      const told: string[] = [];
      player.addEventListener('va-frame-change', ({ detail }) => told.push(`${String(detail.frame)} ${String(detail.verified)}`));
      await player.seek(0);
      assert.deepEqual(told, []);
      await player.seek(12);
      assert.deepEqual(told, ['12 true']);
    });

    it('tell the speed, and not that it plays', async () => {
      const player = await opened();
      const told = nextEvent(player, 'va-play-state');
      player.rate = 0.5;
      assert.deepEqual((await told).detail, { playing: false, rate: 0.5 });
    });

    it('keep the speed between 0.1 and 2', async () => {
      const player = await opened();
      player.rate = 9;
      assert.equal(player.rate, 2);
      player.rate = 0;
      assert.equal(player.rate, 0.1);
    });
  });
});
