import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sniff } from './sniff.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const box = (type: string, rest = ''): Uint8Array => bytes(`\0\0\0\x20${type}${rest}`);

/** Packets of `step` bytes with the sync byte at `first`. */
const transport = (first: number, step: number): Uint8Array => Uint8Array.from({ length: 1024 }, (_, i) => (i % step === first ? 0x47 : 0));

describe('the first bytes', () => {
  it('name the containers we open', () => {
    for (const head of [box('ftyp', 'qt  '), box('ftyp', 'isom'), box('moov'), box('mdat'), box('wide'), box('free'), box('styp')])
      assert.deepEqual(sniff(head), { container: 'isobmff' });
    assert.deepEqual(sniff(bytes('\x1a\x45\xdf\xa3\x01')), { container: 'matroska' });
    assert.deepEqual(sniff(bytes('RIFF\x10\0\0\0AVI LIST')), { container: 'avi' });
    assert.deepEqual(sniff(transport(0, 188)), { container: 'mpegts' });
    assert.deepEqual(sniff(transport(4, 192)), { container: 'mpegts' });
  });

  const impostors: readonly [looksLike: string, head: Uint8Array][] = [
    ['nothing', bytes('')],
    ['JPEG', bytes('\xff\xd8\xff\xe0')],
    ['PNG', bytes('\x89PNG\r\n')],
    ['GIF', bytes('GIF89a')],
    ['ZIP', bytes('PK\x03\x04')],
    ['PDF', bytes('%PDF-1.7')],
    ['HLS playlist', bytes('#EXTM3U\n')],
    ['ffconcat playlist', bytes('ffconcat version 1.0')],
    ['markup', bytes('<?xml version="1.0"?><MPD/>')],
    ['markup', bytes('\n <svg/>')],
    ['still picture', box('ftyp', 'heic')],
    ['still picture', box('ftyp', 'avif')],
    ['RIFF without video', bytes('RIFF\x10\0\0\0WAVE')],
    ['FLAC', bytes('fLaC')],
    ['no known container', bytes('v=0\no=- 0 0 IN IP4 127.0.0.1')],
    ['no known container', Uint8Array.of(0x47)],
  ];
  for (const [looksLike, head] of impostors)
    it(`give away: ${looksLike}`, () => {
      assert.deepEqual(sniff(head), { rejected: 'NOT_A_VIDEO', looksLike });
    });

  it('tell a film in a container we do not open from no film', () => {
    for (const head of ['OggS\0', 'FLV\x01\x05', '\x30\x26\xb2\x75\x8e'])
      assert.equal((sniff(bytes(head)) as { rejected?: string }).rejected, 'TYPE_REJECTED');
  });
});
