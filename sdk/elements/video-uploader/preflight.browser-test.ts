import {
  ALL_FORMATS,
  BlobSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MovOutputFormat,
  Output,
} from 'mediabunny';
import { FakeVideoApi } from '../../test/fake-video-api.ts';
import { assert, assertAccessible, inside, until } from '../../test/kit.ts';
import { cards, pick, realClip, uploader, warnings } from './uploader.test-kit.ts';

/** The drawn clip as a phone would have saved it: held upright, in HLG, filmed at 240 pictures a second. Its pictures are the same. */
async function phoneClip(): Promise<File> {
  const input = new Input({ source: new BlobSource(await realClip()), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config) throw new Error('the drawn clip has no picture');
  const target = new BufferTarget();
  const output = new Output({ format: new MovOutputFormat({ metadataFormat: 'mdta' }), target });
  const packets = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(packets, { rotation: 90 });
  // 240 as a 32-bit float, big-endian: the way phones write it down.
  output.setMetadataTags({ raw: { 'com.android.capture.fps': Uint8Array.of(0x43, 0x70, 0, 0) } });
  await output.start();
  // TypeScript's own list of the DOM does not know the wide colours yet.
  const colorSpace: object = { primaries: 'bt2020', transfer: 'hlg', matrix: 'bt2020-ncl', fullRange: false };
  const meta = { decoderConfig: { ...config, colorSpace } };
  for await (const packet of new EncodedPacketSink(track).packets()) await packets.add(packet, meta);
  await output.finalize();
  input.dispose();
  if (!target.buffer) throw new Error('nothing was written');
  return new File([target.buffer], 'IMG_0042.MOV', { type: 'video/quicktime' });
}

describe('<video-uploader> before the first byte', () => {
  it('tells rotation, rate as filmed, HDR and length, and warns of slow motion that was flattened', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api);
    pick(element, await phoneClip());
    const words = await until(() => /fps.*/.exec(cards(element)[0]?.querySelector('.state')?.textContent ?? '')?.input, 'the facts');
    assert.ok(/240 fps/.test(words) && /HDR/.test(words) && /turned by 90°/.test(words) && /\d:\d\d/.test(words), words);
    assert.ok(/Filmed at 240 fps, saved as slow motion at \d+ fps/.test(warnings(element)), warnings(element));
    assert.ok(/slow motion/.test(inside(element, '#said').textContent), 'it is said aloud');
    assert.deepEqual(api.opened, []);
    await assertAccessible(element);
  });

  it('tells the picture of an upright clip as it is seen, not as it is stored', async () => {
    const element = await uploader(new FakeVideoApi());
    const sizeOf = (card: number): string => /\d+ × \d+/.exec(cards(element)[card]?.textContent ?? '')?.[0] ?? '';
    pick(element, await realClip());
    const stored = await until(() => sizeOf(0), 'the first');
    pick(element, await phoneClip());
    const seen = await until(() => cards(element).length === 2 && sizeOf(0), 'the second');
    assert.equal(seen, stored.split(' × ').reverse().join(' × '));
  });
});

describe('<video-uploader> on a phone', () => {
  it('films with the camera at the back, and takes the film in like any other file', async () => {
    const api = new FakeVideoApi();
    const element = await uploader(api);
    const camera = inside<HTMLInputElement>(element, 'input[capture]');
    assert.deepEqual([camera.getAttribute('capture'), camera.accept], ['environment', 'video/*']);
    let asked = 0;
    camera.addEventListener('click', (event) => {
      asked += 1;
      event.preventDefault();
    });
    inside(element, '.film').click();
    assert.equal(asked, 1);
    const transfer = new DataTransfer();
    transfer.items.add(await realClip());
    camera.files = transfer.files;
    camera.dispatchEvent(new Event('change'));
    await until(() => /fps/.test(cards(element)[0]?.textContent ?? ''), 'the film');
    assert.equal(camera.files.length, 0, 'the next film may have the same name');
  });

  it('is offered to film where there is no mouse, and only there', async () => {
    const element = await uploader(new FakeVideoApi());
    const shown = getComputedStyle(inside(element, '.film')).display !== 'none';
    assert.equal(shown, matchMedia('(hover: none)').matches);
  });
});
