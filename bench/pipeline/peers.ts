import path from 'node:path';

/** What the worker asks of the encoder, for a clip of 30 pictures a second; written out here so that a change over there is noticed. */
const H264 = [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-crf',
  '20',
  '-bf',
  '0',
  '-sc_threshold',
  '0',
  '-flags',
  '+cgop',
  '-pix_fmt',
  'yuv420p',
];
const AAC = ['-c:a', 'aac', '-b:a', '128k', '-ar', '48000'];
const AS_IS = ['-fps_mode', 'passthrough'];

/** Half a second, as the worker's groups are. */
const groupOf = (fps: number): string[] => ['-g', String(Math.round(fps / 2))];

/** What is done to every picture before any output sees it. */
export const UPRIGHT = {
  sdr: 'null',
  /** At most 1920 pixels a side, as the worker makes it. */
  large: "scale='min(1920,iw)':'min(1920,ih)':force_original_aspect_ratio=decrease:flags=bicubic",
  hlg:
    'zscale=tin=arib-std-b67:pin=bt2020:min=bt2020nc:rin=limited:t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,' +
    'tonemap=mobius:param=0.5:desat=0:peak=5,zscale=t=bt709:m=bt709:r=limited,format=yuv420p',
} as const;

export interface PeerClip {
  readonly file: string;
  readonly fps: number;
  readonly pictures: number;
  readonly upright: string;
}

/** One process, decoding once, that makes the same pictures and sound and writes none of it. */
export const bareEncode = ({ file, fps, upright }: PeerClip): string[] => [
  ...['-i', file, '-vf', upright, ...H264, ...groupOf(fps), ...AS_IS, ...AAC, '-f', 'null', '-'],
];

/** The same encode, kept: with short groups and with groups of four seconds. */
export const encodeWithGroups = (source: string, pictures: number, file: string): string[] => [
  ...['-i', source, '-an', ...H264, '-g', String(pictures), ...AS_IS, '-movflags', '+faststart', file],
];

/** A process for every output, each decoding for itself. Stills are picked out before anything is done to them, as one would by hand. */
export const processPerOutput = ({ file, fps, pictures, upright }: PeerClip, directory: string): readonly string[][] => {
  const to = (name: string): string => path.join(directory, name);
  const poster = [0, 0.25, 1 / 3, 0.42, 0.5].map((share) => `eq(n,${String(Math.floor(share * pictures))})`).join('+');
  const tile = `select='not(mod(n,${String(Math.ceil(pictures / 100))}))',${upright},scale=160:160:force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuvj420p,tile=10x10`;
  const still = ['-an', '-frames:v', '1', '-update', '1'];
  return [
    ['-i', file, '-vf', upright, ...H264, ...groupOf(fps), ...AS_IS, ...AAC, '-movflags', '+faststart', to('peer.mp4')],
    ['-i', file, '-vf', `select='${poster}',${upright},thumbnail=n=5,format=yuvj420p`, ...still, to('peer-poster.jpg')],
    ['-i', file, '-vf', tile, ...still, to('peer-tiles.jpg')],
    ['-i', file, '-an', '-vf', `${upright},scale=9:8:flags=area,format=gray`, ...AS_IS, '-f', 'rawvideo', to('peer.gray')],
    ['-i', file, '-vn', '-ac', '1', '-ar', '48000', '-f', 's16le', to('peer.s16')],
  ];
};

/** Decodes one picture at a time, as a seek does. */
export const seekTo = (file: string, seconds: number): string[] => [
  ...['-threads', '1', '-ss', seconds.toFixed(3), '-i', file, '-frames:v', '1', '-f', 'null', '-'],
];
