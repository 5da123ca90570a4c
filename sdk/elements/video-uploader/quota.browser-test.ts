import { FakeVideoApi } from '../../test/fake-video-api.ts';
import { assert, assertAccessible, inside, until } from '../../test/kit.ts';
import type { UploadQuota } from '../../upload/wire.ts';
import { cards, clip, phase, pick, press, uploader, warnings } from './uploader.test-kit.ts';
import type { VideoUploader } from './video-uploader.ts';

const GB = 1_000_000_000;
const bytesTaken = (usedBytes: number, limitBytes: number): UploadQuota => ({
  which: 'bytes',
  usedBytes,
  limitBytes,
  usedVideos: null,
  limitVideos: null,
  isNearLimit: usedBytes >= limitBytes * 0.8,
});
const videosTaken = (usedVideos: number, limitVideos: number): UploadQuota => ({
  which: 'videos',
  usedBytes: null,
  limitBytes: null,
  usedVideos,
  limitVideos,
  isNearLimit: usedVideos >= limitVideos * 0.8,
});

/** Text as it is read: white space is one space, except the one that keeps a number and its unit together. */
const wordsOf = (found: Element | null | undefined): string => (found?.textContent ?? '').replace(/[ \n]+/g, ' ').trim();
const notices = (element: VideoUploader): string[] => [...(element.shadowRoot?.querySelectorAll('.quota') ?? [])].map(wordsOf);
const saidOf = (element: VideoUploader): string => wordsOf(element.shadowRoot?.querySelector('#quota-said'));

/** Everything the status regions have said, in order. */
function listen(element: VideoUploader): string[] {
  const heard: string[] = [];
  const region = inside(element, '#quota-said');
  new MutationObserver(() => heard.push(wordsOf(region))).observe(region, { characterData: true, childList: true, subtree: true });
  return heard;
}

const inLanguage = async (element: VideoUploader, language: string): Promise<void> => {
  element.parentElement?.setAttribute('lang', language);
  await until(() => element.shadowRoot?.textContent.includes(language === 'nb' ? 'Velg klipp' : 'Choose clips'), language);
};

/** The first of the next month of UTC, in English. */
const nextMonth = (): string => {
  const now = new Date();
  return new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)),
  );
};

describe('<video-uploader> near a quota', () => {
  for (const theme of ['light', 'dark'])
    it(`says how much is used before a file is chosen, in the ${theme} theme`, async () => {
      const api = new FakeVideoApi();
      api.quota = bytesTaken(9.2 * GB, 10 * GB);
      const element = await uploader(api, undefined, theme);
      await until(() => notices(element).length === 1, 'the notice');
      const words = 'Your club has used 9.2 of 10\u00a0GB. Remove videos you no longer need, or ask your club for more room.';
      assert.deepEqual(notices(element), [words]);
      assert.equal(saidOf(element), words);
      await assertAccessible(element);
      await inLanguage(element, 'nb');
      assert.deepEqual(notices(element), [
        'Klubben har brukt 9,2 av 10\u00a0GB. Slett videoer dere ikke trenger, eller be klubben om mer plass.',
      ]);
      await assertAccessible(element);
    });

  it('says it once for all files, with the figures of the last answer, and aloud only the first time', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api);
    const heard = listen(element);
    pick(element, clip('a.mp4'), clip('b.mp4'));
    await until(() => warnings(element).split('|').length === 2, 'the checks');
    assert.deepEqual(notices(element), []);
    api.quota = bytesTaken(8 * GB, 10 * GB);
    await press(element, /Upload 2 clips/);
    await until(() => phase(element, 0) === 'ready' && phase(element, 1) === 'ready', 'both');
    assert.equal(notices(element).length, 1);
    api.quota = bytesTaken(9.25 * GB, 10 * GB);
    pick(element, clip('c.mp4'));
    await until(() => /9\.25 of 10\u00a0GB/.test(notices(element)[0] ?? ''), 'the new figures');
    assert.equal(notices(element).length, 1);
    assert.equal(heard.length, 1);
    assert.ok(/used 8 of 10\u00a0GB/.test(heard[0] ?? ''), heard[0]);
  });

  it('says nothing while there is room, and nothing where there is no limit', async () => {
    const api = new FakeVideoApi();
    api.quota = bytesTaken(7.9 * GB, 10 * GB);
    const element = await uploader(api);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'ready', 'the upload');
    assert.deepEqual([notices(element), saidOf(element)], [[], '']);
  });

  it('counts videos as videos, and this month’s uploads with the day on which they start anew', async () => {
    const api = new FakeVideoApi();
    api.quota = videosTaken(46, 50);
    const first = await uploader(api);
    await until(() => notices(first)[0]?.startsWith('Your club keeps 46 of 50 videos.'), 'the videos');
    api.quota = { ...bytesTaken(18 * GB, 20 * GB), which: 'monthly_bytes' };
    const second = await uploader(api);
    await until(() => notices(second).length === 1, 'the month');
    assert.equal(
      notices(second)[0],
      `Your club has uploaded 18 of 20\u00a0GB this month. There is new room from ${nextMonth()}. If you need it sooner, ask your club.`,
    );
  });

  it('warns before the first byte that a clip does not fit, and leaves the decision to the server', async () => {
    const api = new FakeVideoApi();
    api.quota = bytesTaken(9_999, 10_000);
    const element = await uploader(api);
    pick(element, clip('a.mp4', 2000));
    await until(() => /too full/.test(warnings(element)), 'the warning');
    assert.ok(/has used 10 of 10\u00a0kB, and this clip needs 2\u00a0kB/.test(warnings(element)), warnings(element));
    assert.ok(/this clip needs 2\u00a0kB/.test(inside(element, '#said').textContent), 'it is said aloud');
    assert.deepEqual(api.opened, []);
    await assertAccessible(element);
    await press(element, /Upload the clip/);
    await until(() => phase(element) === 'ready', 'the upload');
  });

  it('does not warn of a clip that has its room already: it was begun elsewhere', async () => {
    const api = new FakeVideoApi();
    const file = clip('a.mp4', 2000);
    const probe = await uploader(api);
    pick(probe, file);
    const asked = await until(() => api.requests.find((one) => one.includes('fingerprint=')), 'the check');
    const fingerprint = asked.slice(asked.indexOf('=') + 1);
    const createdAt = '2026-07-01T12:00:00Z';
    const [id, videoId, clientUploadId] = ['a1', 'a2', 'a3'];
    api.unfinished = [{ id, videoId, clientUploadId, fingerprint, title: 'a', playerId: null, sizeBytes: 2000, createdAt }];
    api.quota = bytesTaken(10_000, 10_000);
    const element = await uploader(api);
    pick(element, file);
    await until(() => /cannot be looked into/.test(warnings(element)), 'the check');
    assert.ok(!/too full/.test(warnings(element)), warnings(element));
  });
});

describe('<video-uploader> at a quota', () => {
  const room = ' or ask your club for more room.';
  const refusals: [string, Readonly<Record<string, unknown>>, RegExp, RegExp][] = [
    [
      'the storage',
      { which: 'bytes', limit: 10 * GB, used: 9 * GB, reserved: 0.2 * GB, requested: 1.5 * GB },
      new RegExp(`has used 9\\.2 of 10\u00a0GB, and this clip needs 1\\.5\u00a0GB\\. Remove videos you no longer need,${room}`),
      /Klubben har brukt 9,2 av 10\u00a0GB, og dette klippet trenger 1,5\u00a0GB\. Slett videoer/,
    ],
    [
      'the number of videos',
      { which: 'videos', limit: 50, used: 49, reserved: 1, requested: 1 },
      new RegExp(`no place for another video: your club keeps 50 of 50\\. Remove one you no longer need,${room}`),
      /ikke plass til flere videoer: Klubben har 50 av 50\. Slett en/,
    ],
    [
      'this month’s uploads',
      { which: 'monthly_bytes', limit: 20 * GB, used: 19.5 * GB, reserved: 0, requested: 0.75 * GB },
      new RegExp(`used up: 19\\.5 of 20\u00a0GB, and this clip needs 750\u00a0MB\\. Upload it from ${nextMonth()},${room}`),
      /brukt opp: 19,5 av 20\u00a0GB, og dette klippet trenger 750\u00a0MB\. Last det opp fra 1\. /,
    ],
  ];
  for (const [name, members, english, norwegian] of refusals)
    it(`says that ${name} is full, with the numbers and what to do, in both languages, and goes on once there is room`, async () => {
      const api = new FakeVideoApi();
      api.refuse(/init/, 409, 'quota.exceeded', members);
      const element = await uploader(api);
      pick(element, clip('a.mp4'));
      await press(element, /Upload the clip/);
      await until(() => phase(element) === 'failed', 'the refusal');
      assert.ok(english.test(wordsOf(cards(element)[0])), wordsOf(cards(element)[0]));
      assert.ok(english.test(wordsOf(inside(element, '#said'))), 'it is said aloud');
      assert.ok(/quota\.exceeded/.test(wordsOf(cards(element)[0])), 'the code for whoever helps');
      await assertAccessible(element);
      await inLanguage(element, 'nb');
      assert.ok(norwegian.test(wordsOf(cards(element)[0])), wordsOf(cards(element)[0]));
      await inLanguage(element, 'en');
      api.allow();
      await press(element, /Try a again/);
      await until(() => phase(element) === 'ready', 'the end');
    });

  it('has words for a refusal without numbers', async () => {
    const api = new FakeVideoApi();
    api.refuse(/init/, 409, 'quota.exceeded');
    const element = await uploader(api);
    pick(element, clip('a.mp4'));
    await press(element, /Upload the clip/);
    await until(() => /is used up\. Remove videos/.test(wordsOf(cards(element)[0])), 'the words');
  });
});
