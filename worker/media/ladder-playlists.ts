/** A file of some seconds that can be decoded from its beginning. */
export interface Segment {
  readonly name: string;
  readonly sizeBytes: number;
  readonly durationTicks: number;
  readonly samples: number;
  /** Pictures that stand alone, as bytes of this file. Each lasts until the next one. */
  readonly stills: readonly { readonly offset: number; readonly sizeBytes: number; readonly durationTicks: number }[];
}

/** One rendition of pictures or of sound. */
export interface Track {
  readonly name: string;
  readonly timescale: number;
  /** As RFC 6381 writes it. */
  readonly codec: string;
  /** Of sound; 0 for pictures. */
  readonly channels: number;
  readonly initName: string;
  readonly segments: readonly Segment[];
}

export interface PictureTrack extends Track {
  readonly width: number;
  readonly height: number;
}

export interface Ladder {
  /** The smallest first: players that know nothing of the line yet begin with the first. */
  readonly pictures: readonly PictureTrack[];
  readonly sound: Track | null;
}

/** The playlist that names the others. */
export const MASTER = 'hls.m3u8';

const playlistOf = (name: string): string => `${name}.m3u8`;
const stillsOf = (name: string): string => `${name}-iframes.m3u8`;

/** Every playlist by its file name. References are names beside the playlist, so they hold under any address (RFC 8216). */
export function ladderPlaylists(ladder: Ladder): ReadonlyMap<string, string> {
  const tracks = [...ladder.pictures, ...(ladder.sound ? [ladder.sound] : [])];
  // One for all: renditions that are switched between must agree on it.
  const target = targetDuration(tracks);
  return new Map([
    [MASTER, master(ladder, target)],
    ...tracks.map((track) => [playlistOf(track.name), media(track, target)] as const),
    ...ladder.pictures.map((track) => [stillsOf(track.name), stills(track)] as const),
  ]);
}

const seconds = ({ timescale }: Track, ticks: number): number => ticks / timescale;

/** Rounded, no segment lasts longer. */
const targetDuration = (tracks: readonly Track[]): number =>
  Math.max(1, ...tracks.flatMap((track) => track.segments.map(({ durationTicks }) => Math.round(seconds(track, durationTicks)))));

const head = (target: number): string[] => [
  ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${String(target)}`],
  ...['#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD'],
];

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

const lasts = (track: Track, ticks: number): string => `#EXTINF:${seconds(track, ticks).toFixed(6)},`;

function media(track: Track, target: number): string {
  const entries = track.segments.flatMap(({ name, durationTicks }) => [lasts(track, durationTicks), name]);
  return text([...head(target), '#EXT-X-INDEPENDENT-SEGMENTS', `#EXT-X-MAP:URI="${track.initName}"`, ...entries, '#EXT-X-ENDLIST']);
}

/** For fast winding: only the pictures that stand alone, each as a range of its segment. */
function stills(track: Track): string {
  const all = track.segments.flatMap(({ name, stills }) => stills.map((still) => ({ name, ...still })));
  const target = Math.max(1, ...all.map(({ durationTicks }) => Math.round(seconds(track, durationTicks))));
  const entries = all.flatMap(({ name, offset, sizeBytes, durationTicks }) => [
    ...[lasts(track, durationTicks), `#EXT-X-BYTERANGE:${String(sizeBytes)}@${String(offset)}`, name],
  ]);
  return text([...head(target), '#EXT-X-I-FRAMES-ONLY', `#EXT-X-MAP:URI="${track.initName}"`, ...entries, '#EXT-X-ENDLIST']);
}

interface Load {
  readonly bytes: number;
  readonly seconds: number;
}

/** Bits a second over all, and at the worst: over any stretch of segments of half to one and a half target durations (RFC 8216). */
export function bandwidth(loads: readonly Load[], target: number): { readonly average: number; readonly peak: number } {
  const rate = (some: readonly Load[]): number => {
    const sum = some.reduce((total, load) => ({ bytes: total.bytes + load.bytes, seconds: total.seconds + load.seconds }));
    return (8 * sum.bytes) / sum.seconds;
  };
  const average = rate(loads);
  let peak = average;
  loads.forEach((_, first) => {
    for (let after = first + 1, lasting = 0; after <= loads.length; after += 1) {
      lasting += loads[after - 1]?.seconds ?? 0;
      if (lasting > 1.5 * target) break;
      if (lasting >= 0.5 * target) peak = Math.max(peak, rate(loads.slice(first, after)));
    }
  });
  return { average: Math.ceil(average), peak: Math.ceil(peak) };
}

const segmentLoads = (track: Track): Load[] =>
  track.segments.map(({ sizeBytes, durationTicks }) => ({ bytes: sizeBytes, seconds: seconds(track, durationTicks) }));

/** Of the fastest segment (RFC 8216): two frames that happen to be close together are no rate. */
const frameRate = (track: Track): number =>
  Math.max(...track.segments.map(({ samples, durationTicks }) => samples / seconds(track, durationTicks)));

function master({ pictures, sound }: Ladder, target: number): string {
  const heard = sound ? bandwidth(segmentLoads(sound), target) : { average: 0, peak: 0 };
  const codecs = (track: Track): string => (sound ? `${track.codec},${sound.codec}` : track.codec);
  const streams = pictures.flatMap((track) => {
    const { average, peak } = bandwidth(segmentLoads(track), target);
    return [
      '#EXT-X-STREAM-INF:' +
        `BANDWIDTH=${String(peak + heard.peak)},AVERAGE-BANDWIDTH=${String(average + heard.average)},CODECS="${codecs(track)}",` +
        `RESOLUTION=${sizeOf(track)},FRAME-RATE=${frameRate(track).toFixed(3)}${sound ? `,AUDIO="${sound.name}"` : ''}`,
      playlistOf(track.name),
    ];
  });
  const stillStreams = pictures.map((track) => {
    const loads = track.segments.flatMap(({ stills }) =>
      stills.map(({ sizeBytes, durationTicks }) => ({ bytes: sizeBytes, seconds: seconds(track, durationTicks) })),
    );
    const { average, peak } = bandwidth(loads, Math.max(...loads.map((load) => load.seconds)));
    return (
      `#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=${String(peak)},AVERAGE-BANDWIDTH=${String(average)},` +
      `CODECS="${track.codec}",RESOLUTION=${sizeOf(track)},URI="${stillsOf(track.name)}"`
    );
  });
  return text(['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...soundGroup(sound), ...streams, ...stillStreams]);
}

const sizeOf = ({ width, height }: PictureTrack): string => `${String(width)}x${String(height)}`;

const soundGroup = (sound: Track | null): string[] =>
  sound
    ? [
        `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="${sound.name}",NAME="${sound.name}",DEFAULT=YES,AUTOSELECT=YES,` +
          `CHANNELS="${String(sound.channels)}",URI="${playlistOf(sound.name)}"`,
      ]
    : [];
