/** Reads so many bytes at a position of a file; fewer at its end. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

/** A `moof` and its `mdat`. */
export interface Fragment {
  /** Of its first byte in the file. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly samples: number;
  /** From the fragment's first byte to the end of its first sample. */
  readonly firstSampleEnd: number;
  /** The first sample can be decoded alone. */
  readonly startsWithSync: boolean;
}

/** A fragmented MP4 of one track (ISO/IEC 14496-12). */
export interface FragmentedFile {
  /** How long `ftyp` and `moov` are: the initialisation segment. */
  readonly initBytes: number;
  /** Ticks a second. */
  readonly timescale: number;
  /** As RFC 6381 writes it. */
  readonly codec: string;
  /** Of sound; 0 for pictures. */
  readonly channels: number;
  readonly fragments: readonly Fragment[];
}

interface Box {
  readonly type: string;
  /** The payload, without the header. */
  readonly body: Buffer;
}

/** A `moof` lists up to a few hundred samples, a `moov` one track. What is larger is not ours. */
const MAX_BOX_BYTES = 16 * 1024 * 1024;

/** @throws Error when the file is not what our own encoder writes. */
export async function readFragments(readAt: ReadAt, fileBytes: number): Promise<FragmentedFile> {
  let init: Init | null = null;
  let initBytes = 0;
  let moof: { readonly offset: number; readonly bytes: number; readonly body: Buffer } | null = null;
  const fragments: Fragment[] = [];
  for (let at = 0; at < fileBytes;) {
    const { type, headerBytes, bytes } = boxHeader(await readAt(at, 16));
    if (type === 'moov' || type === 'moof') {
      if (bytes > MAX_BOX_BYTES) throw new Error(`a ${type} of ${String(bytes)} bytes`);
      const body = await readAt(at + headerBytes, bytes - headerBytes);
      if (type === 'moov') [init, initBytes] = [readInit(body), at + bytes];
      else moof = { offset: at, bytes, body };
    } else if (type === 'mdat' && moof && init) {
      fragments.push(readFragment(moof, headerBytes, bytes, init));
      moof = null;
    }
    at += bytes;
  }
  if (!init || fragments.length === 0) throw new Error('not a fragmented MP4');
  const { timescale, codec, channels } = init;
  return { initBytes, timescale, codec, channels, fragments };
}

function boxHeader(head: Buffer): { readonly type: string; readonly headerBytes: number; readonly bytes: number } {
  const type = head.toString('latin1', 4, 8);
  const small = head.readUInt32BE(0);
  const [headerBytes, bytes] = small === 1 ? [16, Number(head.readBigUInt64BE(8))] : [8, small];
  if (bytes < headerBytes) throw new Error(`a box ${type} without a length`);
  return { type, headerBytes, bytes };
}

function children(body: Buffer, from = 0): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= body.length;) {
    const { type, headerBytes, bytes } = boxHeader(Buffer.concat([body.subarray(at, at + 16), Buffer.alloc(8)]));
    boxes.push({ type, body: body.subarray(at + headerBytes, at + bytes) });
    at += bytes;
  }
  return boxes;
}

/** The payload of the box at the end of a path of types. */
function find(body: Buffer, ...path: readonly string[]): Buffer {
  return path.reduce((inside, type) => {
    const found = children(inside).find((box) => box.type === type);
    if (!found) throw new Error(`no ${type} in the file`);
    return found.body;
  }, body);
}

interface Init {
  readonly timescale: number;
  readonly codec: string;
  readonly channels: number;
  readonly defaults: { readonly duration: number; readonly size: number; readonly flags: number };
}

function readInit(moov: Buffer): Init {
  const mdhd = find(moov, 'trak', 'mdia', 'mdhd');
  const trex = find(moov, 'mvex', 'trex');
  const [entry] = children(find(moov, 'trak', 'mdia', 'minf', 'stbl', 'stsd'), 8);
  if (!entry) throw new Error('no sample entry in the file');
  return {
    timescale: mdhd.readUInt32BE(mdhd.readUInt8(0) === 1 ? 20 : 12),
    codec: codecOf(entry),
    channels: entry.type === 'mp4a' ? entry.body.readUInt16BE(16) : 0,
    defaults: { duration: trex.readUInt32BE(12), size: trex.readUInt32BE(16), flags: trex.readUInt32BE(20) },
  };
}

/** Where the boxes inside a sample entry begin: after the fixed fields of pictures, or of sound. */
const [VISUAL_FIELDS, AUDIO_FIELDS] = [78, 28];

function codecOf({ type, body }: Box): string {
  const child = (wanted: string, from: number): Buffer => {
    const found = children(body, from).find((box) => box.type === wanted);
    if (!found) throw new Error(`no ${wanted} in ${type}`);
    return found.body;
  };
  // profile, constraints and level, as the decoder configuration repeats them (ISO/IEC 14496-15)
  if (type === 'avc1') return `avc1.${child('avcC', VISUAL_FIELDS).toString('hex', 1, 4)}`;
  if (type === 'mp4a') return `mp4a.${audioObjectType(child('esds', AUDIO_FIELDS))}`;
  throw new Error(`a ladder does not hold ${type}`);
}

/** Object type of the decoder, and the audio object type inside its configuration (ISO/IEC 14496-1 and -3). */
function audioObjectType(esds: Buffer): string {
  let at = 4;
  const open = (wanted: number): void => {
    if (esds.readUInt8(at) !== wanted) throw new Error('an esds of another shape');
    at += 1;
    while (esds.readUInt8(at) >= 0x80) at += 1;
    at += 1;
  };
  open(3);
  at += 3;
  open(4);
  const objectType = esds.toString('hex', at, at + 1);
  at += 13;
  open(5);
  return `${objectType}.${String(esds.readUInt8(at) >> 3)}`;
}

const NOT_SYNC = 0x10000;

function readFragment(
  moof: { readonly offset: number; readonly bytes: number; readonly body: Buffer },
  mdatHeaderBytes: number,
  mdatBytes: number,
  { defaults }: Init,
): Fragment {
  const traf = find(moof.body, 'traf');
  const [header, times, run] = [headerDefaults(find(traf, 'tfhd'), defaults), find(traf, 'tfdt'), find(traf, 'trun')];
  const runFlags = run.readUInt32BE(0) & 0xffffff;
  const samples = run.readUInt32BE(4);
  const fixed = 8 + (runFlags & 0x1 ? 4 : 0);
  const first = fixed + (runFlags & 0x4 ? 4 : 0);
  // what each sample tells, in this order: duration, size, flags, offset of composition
  const widths = [0x100, 0x200, 0x400, 0x800].map((flag): number => (runFlags & flag ? 4 : 0));
  const [durationWidth = 0, sizeWidth = 0, flagsWidth = 0] = widths;
  const stride = widths.reduce((sum, width) => sum + width, 0);
  let durationTicks = 0;
  for (let sample = 0; sample < samples; sample += 1)
    durationTicks += durationWidth > 0 ? run.readUInt32BE(first + sample * stride) : header.duration;
  const firstSize = sizeWidth > 0 ? run.readUInt32BE(first + durationWidth) : header.size;
  const ownFlags = flagsWidth > 0 ? run.readUInt32BE(first + durationWidth + sizeWidth) : header.flags;
  const firstFlags = runFlags & 0x4 ? run.readUInt32BE(fixed) : ownFlags;
  return {
    offset: moof.offset,
    sizeBytes: moof.bytes + mdatBytes,
    startTicks: times.readUInt8(0) === 1 ? Number(times.readBigUInt64BE(4)) : times.readUInt32BE(4),
    durationTicks,
    samples,
    firstSampleEnd: moof.bytes + mdatHeaderBytes + firstSize,
    startsWithSync: (firstFlags & NOT_SYNC) === 0,
  };
}

/** What all samples of a fragment have in common, as its header says, or the track's. */
function headerDefaults(tfhd: Buffer, defaults: Init['defaults']): Init['defaults'] {
  const flags = tfhd.readUInt32BE(0) & 0xffffff;
  let at = 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
  const next = (flag: number, otherwise: number): number => {
    if (!(flags & flag)) return otherwise;
    at += 4;
    return tfhd.readUInt32BE(at - 4);
  };
  return { duration: next(0x8, defaults.duration), size: next(0x10, defaults.size), flags: next(0x20, defaults.flags) };
}
