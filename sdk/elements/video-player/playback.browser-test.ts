import { html } from 'lit';
import { assert, assertAccessible, fixture, inside, nextEvent, until } from '../../test/kit.ts';
import { connected, fakeClient, json, notice, playbackOf, problem } from './api.test-kit.ts';
import { click, opened, part, shows } from './player.test-kit.ts';
import type { VideoPlayer } from './video-player.ts';

describe('<video-player> with the API', () => {
  const clip = '/test-clips/landscape.mp4';

  it('says what it is for while there is no video', async () => {
    const player = await fixture<VideoPlayer>(html`<video-player lang="en"></video-player>`);
    assert.equal(notice(player), 'No video yet Choose a clip, and it opens here.');
    await assertAccessible(player);
  });

  it('fetches the clip once and plays it from memory', async () => {
    const player = await connected(fakeClient({ playback: () => playbackOf(clip) }).client);
    const { detail } = await nextEvent(player, 'va-video-ready');
    assert.equal(detail.video.id, 'v1');
    assert.ok(player.media.src.startsWith('blob:'));
    await player.seek(33);
    await shows(player, 33);
  });

  it('plays a clip over the size limit over the network', async () => {
    const player = await connected(fakeClient({ playback: () => playbackOf(clip) }).client, 1000);
    await nextEvent(player, 'va-video-ready');
    assert.ok(player.media.src.endsWith(clip));
    await player.seek(33);
    await shows(player, 33);
  });

  it('tells how much slower than life a clip is', async () => {
    const player = await connected(fakeClient({ playback: () => playbackOf(clip) }).client);
    await nextEvent(player, 'va-video-ready');
    player.rate = 0.5;
    await player.updateComplete;
    // Filmed at 100 a second, played at 25, at half speed: an eighth, to two digits.
    assert.equal(part(player, 'speed-range').getAttribute('aria-valuetext'), '0.5×, 13% of real speed');
  });

  for (const [status, code, words] of [
    [403, 'access.consent_missing', 'You cannot see this video The athlete has not said yes'],
    [404, 'video.not_found', 'The video did not open This video does not exist'],
    [503, 'service.unavailable', 'The video did not open The service cannot answer right now'],
    [500, 'brand.new_code', 'The video did not open Something went wrong'],
  ] as const)
    it(`says what happened and what to do when the answer is ${code}`, async () => {
      const { client, asked } = fakeClient({ playback: () => problem(status, code) });
      const player = await connected(client);
      await until(() => notice(player).startsWith(words), `"${words}", instead of "${notice(player)}"`);
      assert.ok(notice(player).endsWith(`Code: ${code}`));
      await assertAccessible(player);
      await click(inside(player, '.notice button'));
      await until(() => asked.length === 2, 'another try');
    });

  it('says why a video will never be ready', async () => {
    const video = { id: 'v1', status: 'failed', isPlayable: false, errorCode: 'NO_VIDEO' };
    const { client } = fakeClient({ playback: () => problem(409, 'video.not_ready'), v1: () => json(video) });
    const player = await connected(client);
    await until(() => notice(player).startsWith('This clip cannot be shown The file has sound but no picture.'), 'the reason');
  });

  it('says of a video on its way that it is not ready yet', async () => {
    const video = { id: 'v1', status: 'uploaded', isPlayable: false, errorCode: null };
    const { client, asked } = fakeClient({ playback: () => problem(409, 'video.not_ready'), v1: () => json(video) });
    const player = await connected(client);
    await until(() => asked.includes('v1'), 'the question');
    await player.updateComplete;
    assert.ok(notice(player).includes('This video is not ready to play yet.'));
  });

  it('tells the host what went wrong', async () => {
    let answer: (response: Response) => void = () => undefined;
    const waiting = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    const player = await connected(fakeClient({ playback: () => waiting }).client);
    const told = nextEvent(player, 'va-error');
    answer(problem(409, 'video.not_ready'));
    assert.equal((await told).detail.code, 'video.not_ready');
  });

  it('takes everything away when the lease is refused', async () => {
    const { client } = fakeClient({
      playback: () => playbackOf(clip, { renewAfterSeconds: 1 }),
      renew: () => problem(403, 'access.denied'),
    });
    const player = await connected(client);
    await nextEvent(player, 'va-video-ready');
    await until(() => notice(player).startsWith('You cannot see this video'), 'the refusal');
    assert.equal(player.media.hasAttribute('src'), false);
    assert.equal(player.clock.index, null);
  });

  it('goes dark while it plays when the addresses are answered no more, long before the next renewal', async () => {
    const { client } = fakeClient({
      // Nothing lies at this address: what the server says of a lease whose video is erased.
      playback: () => playbackOf(clip, { poster: '/test-clips/none.jpg' }),
      renew: () => problem(403, 'access.denied'),
    });
    const player = await connected(client);
    await nextEvent(player, 'va-video-ready');
    player.loop = { from: 0, to: 49 };
    await player.play();
    await until(() => notice(player).startsWith('You cannot see this video'), 'the refusal');
    assert.deepEqual([player.media.hasAttribute('src'), player.playing, player.clock.index], [false, false, null]);
    assert.equal(inside(player, '[part~=picture]').hidden, true);
  });

  it('opens another lease when the old one is gone, and stays where it is', async () => {
    const { client, asked } = fakeClient({
      playback: () => playbackOf(clip, { renewAfterSeconds: 1 }),
      renew: () => problem(410, 'playback.expired'),
    });
    const player = await connected(client);
    await nextEvent(player, 'va-video-ready');
    await player.seek(21);
    await until(() => asked.filter((name) => name === 'playback').length >= 2, 'another lease');
    await shows(player, 21);
  });

  it('asks no more after it has left the page', async () => {
    const { client, asked } = fakeClient({
      playback: () => playbackOf(clip, { renewAfterSeconds: 1 }),
      renew: () => json({ policyVersion: 1, expiresAt: '2999-01-01T00:00:00Z', renewAfterSeconds: 1 }),
    });
    const player = await connected(client);
    await nextEvent(player, 'va-video-ready');
    await until(() => asked.includes('renew'), 'the first renewal');
    player.remove();
    const before = asked.length;
    const other = await opened();
    await other.play();
    await until(() => other.frame === 49 && !other.playing, 'two seconds');
    assert.equal(asked.length, before);
  });

  it('says that a file is unplayable', async () => {
    const player = await connected(fakeClient({ playback: () => playbackOf('/test-clips/landscape.json') }).client);
    await until(() => notice(player).includes('This browser cannot play the clip'), 'the reason');
  });
});
