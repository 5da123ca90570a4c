import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { frameIndex, type FrameIndexData } from '../../../domain/frames/frame-index.ts';
import { check } from './checks.ts';
import { readMaster, readMedia, type MediaPlaylist, type Variant } from './playlist.ts';

const run = promisify(execFile);

/** One clip as a viewer has it. */
export interface Watched {
  readonly name: string;
  /** The master playlist, under a lease. */
  readonly url: string;
  readonly frameIndex: FrameIndexData;
  /** A directory to work in. */
  readonly directory: string;
}

/** What was fetched of one playlist. */
interface Fetched extends MediaPlaylist {
  readonly name: string;
  readonly init: Buffer;
  readonly segments: readonly Buffer[];
}

/** Holds the playlists and every segment of a clip against RFC 8216 and against the frames they must show. */
export async function checkConformance(watched: Watched): Promise<void> {
  const { url, name } = watched;
  const text = await fetchText(url);
  const master = readMaster(text);
  check(`${name}: the master playlist has ${String(master.variants.length)} variants, independent segments and flat relative names`, [
    ...(text.startsWith('#EXTM3U\n') && master.tags.has('#EXT-X-INDEPENDENT-SEGMENTS') && master.variants.length > 0 ? [] : [text]),
    ...[...master.variants, ...master.sounds, ...master.stills].map(({ uri }) => uri).filter((uri) => !/^[a-z0-9-]+\.m3u8$/.test(uri)),
  ]);
  const pictures: Fetched[] = [];
  for (const variant of master.variants) pictures.push(await fetchAll(url, variant.uri));
  const sounds: Fetched[] = [];
  for (const sound of master.sounds) sounds.push(await fetchAll(url, sound.uri));
  checkDurations(watched, [...pictures, ...sounds]);
  const starts: string[] = [];
  for (const [at, fetched] of pictures.entries()) {
    const variant = master.variants[at];
    if (variant) starts.push(await checkPictures(watched, fetched, variant, sounds));
  }
  check(`${name}: segments of all rungs begin at the same times (${starts[0] ?? ''})`, new Set(starts).size === 1);
  for (const [at, { uri }] of master.stills.entries()) await checkStills(watched, uri, pictures[at]);
  for (const sound of sounds) await checkSound(watched, sound);
}

async function fetchOk(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${new URL(url).pathname.split('/').at(-1) ?? ''} is ${String(response.status)}`);
  return response;
}

const fetchText = async (url: string): Promise<string> => (await fetchOk(url)).text();
const fetchBytes = async (url: string): Promise<Buffer> => Buffer.from(await (await fetchOk(url)).arrayBuffer());

async function fetchAll(master: string, uri: string): Promise<Fetched> {
  const playlist = readMedia(await fetchText(new URL(uri, master).href));
  const segments: Buffer[] = [];
  for (const entry of playlist.entries) segments.push(await fetchBytes(new URL(entry.uri, master).href));
  return { ...playlist, name: uri.replace('.m3u8', ''), init: await fetchBytes(new URL(playlist.map, master).href), segments };
}

function checkDurations({ name, frameIndex: data }: Watched, all: readonly Fetched[]): void {
  check(`${name}: every EXTINF, rounded, is within the one target duration ${String(all[0]?.targetDuration)}`, [
    ...all.filter(({ targetDuration }) => targetDuration !== all[0]?.targetDuration).map((other) => other.name),
    ...all.flatMap((one) => one.entries.filter(({ seconds }) => !(Math.round(seconds) <= one.targetDuration)).map(({ uri }) => uri)),
    ...all.filter(({ tags }) => !tags.has('#EXT-X-ENDLIST')).map((one) => `${one.name} has no end`),
  ]);
  const { durationSeconds } = frameIndex(data);
  const sums = all.map(({ name: rung, entries }) => ({ rung, sum: entries.reduce((sum, { seconds }) => sum + seconds, 0) }));
  check(
    `${name}: the EXTINF of each rung add up to ${durationSeconds.toFixed(3)} s`,
    // Sound ends with a whole packet, and may end before the pictures do.
    sums
      .filter(({ rung, sum }) => (rung === 'sound' ? sum > durationSeconds + 0.1 : Math.abs(sum - durationSeconds) > 0.002))
      .map(({ rung, sum }) => `${rung}: ${String(sum)}`),
  );
}

interface Packet {
  readonly seconds: number;
  readonly isKey: boolean;
}

async function packetsOf(directory: string, name: string, bytes: Buffer): Promise<Packet[]> {
  const file = path.join(directory, `${name}.probe.mp4`);
  await writeFile(file, bytes);
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0', file], BUFFER);
  const rows = stdout.split('\n').filter((line) => line !== '');
  return rows.map((line) => ({ seconds: Number(line.split(',')[0]), isKey: line.includes('K') }));
}

const BUFFER = { maxBuffer: 64 * 1024 * 1024 };

/** @returns the times at which its segments begin, as text. */
async function checkPictures(watched: Watched, fetched: Fetched, variant: Variant, sounds: readonly Fetched[]): Promise<string> {
  const { name, directory, frameIndex: data } = watched;
  const index = frameIndex(data);
  const packets = await packetsOf(directory, fetched.name, Buffer.concat([fetched.init, ...fetched.segments]));
  const label = `${name} ${fetched.name}`;
  const off = packets.flatMap(({ seconds }, frame) => (Math.abs(seconds - (index.ptsOf(frame) - index.ptsOf(0))) < 2e-6 ? [] : [frame]));
  check(`${label}: ${String(packets.length)} frames, each where the analysis rendition has it`, [
    ...(packets.length === index.count ? [] : [`the analysis rendition has ${String(index.count)}`]),
    ...off.map((frame) => `frame ${String(frame)} is at ${String(packets[frame]?.seconds)}`),
  ]);
  const starts: number[] = [];
  const faults: string[] = [];
  for (const [at, segment] of fetched.segments.entries()) {
    const alone = Buffer.concat([fetched.init, segment]);
    const own = await packetsOf(directory, fetched.name, alone);
    starts.push(own[0]?.seconds ?? Number.NaN);
    if (!own[0]?.isKey || !startsWithIdr(segment, 0)) faults.push(`segment ${String(at)} does not begin with an IDR picture`);
    faults.push(...(await decodeFaults(directory, fetched.name, alone)).map((fault) => `segment ${String(at)}: ${fault}`));
  }
  check(`${label}: each of ${String(starts.length)} segments begins with an IDR picture and decodes alone`, faults);
  const lengths = starts.map((start, at) => (starts[at + 1] ?? index.durationSeconds) - start);
  check(
    `${label}: each EXTINF is how long its segment lasts`,
    fetched.entries.filter(({ seconds }, at) => !(Math.abs(seconds - (lengths[at] ?? Number.NaN)) < 0.002)).map(({ uri }) => uri),
  );
  await checkVariant(label, fetched, variant, sounds, directory);
  return starts.map((start) => start.toFixed(3)).join(' ');
}

async function decodeFaults(directory: string, name: string, bytes: Buffer): Promise<string[]> {
  const file = path.join(directory, `${name}.alone.mp4`);
  await writeFile(file, bytes);
  const { stderr } = await run('ffmpeg', ['-nostdin', '-v', 'warning', '-xerror', '-i', file, '-f', 'null', '-'], BUFFER).catch(
    (error: unknown) => ({
      stderr: String(error),
    }),
  );
  return stderr.split('\n').filter((line) => line !== '');
}

interface StreamFacts {
  readonly profile: string;
  readonly level: number;
  readonly width: number;
  readonly height: number;
}

/** H.264 profiles by the names ffprobe gives them (ITU-T H.264, annex A). */
const PROFILES: Readonly<Record<string, number>> = { 'Constrained Baseline': 66, Baseline: 66, Main: 77, High: 100 };

async function checkVariant(
  label: string,
  fetched: Fetched,
  { attributes }: Variant,
  sounds: readonly Fetched[],
  directory: string,
): Promise<void> {
  const file = path.join(directory, `${fetched.name}.probe.mp4`);
  await writeFile(file, Buffer.concat([fetched.init, ...fetched.segments]));
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=profile,level,width,height', '-of', 'json', file]);
  const [facts] = (JSON.parse(stdout) as { streams: StreamFacts[] }).streams;
  if (!facts) throw new Error('no stream in a rung');
  const avcC = fetched.init.subarray(fetched.init.indexOf('avcC') + 4);
  const hex = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, '0');
  const expected = [`avc1.${hex(avcC[1])}${hex(avcC[2])}${hex(avcC[3])}`, ...(sounds.length > 0 ? ['mp4a.40.2'] : [])].join(',');
  const said = attributes.get('CODECS') ?? '';
  check(
    `${label}: CODECS="${said}" is its ${facts.profile} at level ${String(facts.level)}, RESOLUTION its ${String(facts.width)}x${String(facts.height)}`,
    [
      ...(said === expected ? [] : [`the decoder configuration says ${expected}`]),
      ...(avcC[1] === PROFILES[facts.profile] && avcC[3] === facts.level ? [] : ['ffprobe says otherwise']),
      ...(attributes.get('RESOLUTION') === `${String(facts.width)}x${String(facts.height)}` ? [] : [attributes.get('RESOLUTION') ?? '']),
    ],
  );
  const [peak, average] = [Number(attributes.get('BANDWIDTH')), Number(attributes.get('AVERAGE-BANDWIDTH'))];
  const rates = ratesOf(fetched);
  check(`${label}: BANDWIDTH ${String(peak)} is above every segment's rate, and above AVERAGE-BANDWIDTH ${String(average)}`, [
    ...rates.filter((rate) => rate > peak).map(String),
    ...(average > peak ? [String(average)] : []),
  ]);
}

/** Bits a second of each segment that is long enough for a rate to mean something. */
const ratesOf = ({ segments, entries, targetDuration }: Fetched): number[] =>
  entries.flatMap(({ seconds }, at) => (seconds < targetDuration / 2 ? [] : [((segments[at]?.length ?? 0) * 8) / seconds]));

/** NAL unit types (ITU-T H.264, table 7-1). */
const [SLICE, IDR] = [1, 5];

/** @param at where the fragment begins. @returns the first sample's NAL units, and where the sample's data begins. */
function startsWithIdr(bytes: Buffer, at: number): boolean {
  let mdat = at + bytes.readUInt32BE(at);
  if (bytes.toString('latin1', at + 4, at + 8) !== 'moof' || bytes.toString('latin1', mdat + 4, mdat + 8) !== 'mdat') return false;
  for (mdat += 8; mdat + 5 <= bytes.length; mdat += 4 + bytes.readUInt32BE(mdat)) {
    const type = bytes.readUInt8(mdat + 4) & 31;
    if (type === IDR || type === SLICE) return type === IDR;
  }
  return false;
}

async function checkStills(watched: Watched, uri: string, pictures: Fetched | undefined): Promise<void> {
  const playlist = readMedia(await fetchText(new URL(uri, watched.url).href));
  const faults: string[] = playlist.tags.has('#EXT-X-I-FRAMES-ONLY') ? [] : ['it does not say that it is one'];
  for (const [at, { uri: name, range }] of playlist.entries.entries()) {
    const segment = pictures?.segments[pictures.entries.findIndex((entry) => entry.uri === name)];
    const part = segment && range ? segment.subarray(range.offset, range.offset + range.length) : Buffer.alloc(0);
    if (part.length !== range?.length || !startsWithIdr(part, 0)) faults.push(`entry ${String(at)} is no IDR picture`);
    else if (at < 3 && pictures) faults.push(...(await stillFaults(watched.directory, Buffer.concat([pictures.init, part]))));
  }
  check(`${watched.name} ${uri}: all ${String(playlist.entries.length)} ranges are IDR pictures, and the first decode alone`, faults);
}

async function stillFaults(directory: string, bytes: Buffer): Promise<string[]> {
  const file = path.join(directory, 'still.mp4');
  await writeFile(file, bytes);
  // The fragment lists pictures that lie beyond the range; only its first one is asked for.
  const args = ['-v', 'fatal', '-read_intervals', '%+#1', '-show_entries', 'frame=pict_type,key_frame', '-of', 'csv=p=0', file];
  const { stdout } = await run('ffprobe', args);
  return /^1,I/.test(stdout) ? [] : [`ffprobe sees ${stdout.trim()}`];
}

async function checkSound({ name, directory }: Watched, sound: Fetched): Promise<void> {
  const faults: string[] = [];
  for (const [at, segment] of sound.segments.entries())
    faults.push(
      ...(await decodeFaults(directory, 'sound', Buffer.concat([sound.init, segment]))).map((fault) => `segment ${String(at)}: ${fault}`),
    );
  const packets = await packetsOf(directory, 'sound', Buffer.concat([sound.init, ...sound.segments]));
  const gaps = packets.filter(({ seconds }, at) => Math.abs(seconds - (at * 1024) / 48_000) > 1e-4);
  check(`${name} sound: ${String(sound.segments.length)} segments decode alone, ${String(packets.length)} packets without a gap from 0`, [
    ...faults,
    ...gaps.slice(0, 3).map(({ seconds }) => `a packet at ${String(seconds)}`),
  ]);
}
