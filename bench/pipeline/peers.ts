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
const GROUP = ['-g', '15'];
const AAC = ['-c:a', 'aac', '-b:a', '128k', '-ar', '48000'];
const AS_IS = ['-fps_mode', 'passthrough'];
const TILES = "select='not(mod(n,3))',scale=160:90:flags=area,format=yuvj420p,tile=10x10";

/** One process, decoding once, that makes the same pictures and sound and writes none of it. */
export const bareEncode = (source: string): string[] => ['-i', source, ...H264, ...GROUP, ...AS_IS, ...AAC, '-f', 'null', '-'];

/** The same encode, kept: with short groups and with groups of four seconds. */
export const encodeWithGroups = (source: string, pictures: number, file: string): string[] => [
  ...['-i', source, '-an', ...H264, '-g', String(pictures), ...AS_IS, '-movflags', '+faststart', file],
];

/** A process for every output, each decoding for itself. */
export const processPerOutput = (source: string, directory: string): readonly string[][] => {
  const to = (name: string): string => path.join(directory, name);
  return [
    ['-i', source, ...H264, ...GROUP, ...AS_IS, ...AAC, '-movflags', '+faststart', to('peer.mp4')],
    ['-i', source, '-vf', 'thumbnail=n=150,format=yuvj420p', '-frames:v', '1', '-update', '1', to('peer-poster.jpg')],
    ['-i', source, '-vf', TILES, '-frames:v', '1', '-update', '1', to('peer-tiles.jpg')],
    ['-i', source, '-vf', 'scale=9:8:flags=area,format=gray', ...AS_IS, '-f', 'rawvideo', to('peer.gray')],
    ['-i', source, '-vn', '-ac', '1', '-ar', '48000', '-f', 's16le', to('peer.s16')],
  ];
};

/** Decodes one picture at a time, as a seek does. */
export const seekTo = (file: string, seconds: number): string[] => [
  ...['-threads', '1', '-ss', seconds.toFixed(3), '-i', file, '-frames:v', '1', '-f', 'null', '-'],
];
