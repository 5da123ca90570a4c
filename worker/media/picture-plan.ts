import type { VideoTrack } from './source-facts.ts';

/** How the stored picture becomes the shown one: upright, square pixels, SDR BT.709, even sides. */
export interface PicturePlan {
  /** Of the analysis rendition, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The stored picture must be resampled on the way. */
  readonly isScaled: boolean;
  readonly deinterlace: boolean;
  readonly color: ColorPlan;
}

export type ColorPlan =
  | { readonly kind: 'sdr'; readonly matrix: SdrMatrix; readonly range: 'full' | 'limited' }
  /** Brighter or wider than BT.709: converted in linear light. */
  | { readonly kind: 'wide'; readonly transfer: 'arib-std-b67' | 'smpte2084' | 'bt709'; readonly range: 'full' | 'limited' };

/** By ffmpeg's names for what turns red, green and blue into luma and colour; `rgb`: the picture is stored without. */
export type SdrMatrix = 'bt709' | 'smpte170m' | 'smpte240m' | 'fcc' | 'bt2020nc' | 'rgb';

/** Twice rounded down, never zero: 4:2:0 halves the colour planes. */
const even = (side: number): number => Math.max(2, 2 * Math.floor((side + 1e-6) / 2));

export function planPicture(track: VideoTrack, isInterlaced: boolean, longestSide: number): PicturePlan {
  const turned = track.rotation % 180 !== 0;
  const aspect = track.pixelAspect.num / track.pixelAspect.den;
  // Squaring grows the short way and never shrinks the other: no stored detail is lost.
  const squared = { width: track.width * Math.max(1, aspect), height: track.height * Math.max(1, 1 / aspect) };
  const upright = turned ? { width: squared.height, height: squared.width } : squared;
  const share = Math.min(1, longestSide / Math.max(upright.width, upright.height));
  const [width, height] = [even(Math.round(upright.width * share)), even(Math.round(upright.height * share))];
  const stored = turned ? { width: track.height, height: track.width } : track;
  return {
    width,
    height,
    isScaled: width !== stored.width || height !== stored.height,
    deinterlace: isInterlaced,
    color: planColor(track),
  };
}

const MATRICES: Readonly<Record<string, SdrMatrix>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  bt470bg: 'smpte170m',
  smpte240m: 'smpte240m',
  fcc: 'fcc',
  bt2020nc: 'bt2020nc',
};

/** Where an untagged picture stops being taken for standard definition, in lines: the rule browsers follow. */
const HD_LINES = 720;

function planColor({ color, pixelFormat, width, height }: VideoTrack): ColorPlan {
  const range = color.range === 'pc' || pixelFormat.startsWith('yuvj') ? 'full' : 'limited';
  if (color.transfer === 'arib-std-b67' || color.transfer === 'smpte2084') return { kind: 'wide', transfer: color.transfer, range };
  if (color.primaries === 'bt2020') return { kind: 'wide', transfer: 'bt709', range };
  if (!/^(yuv|nv|p0)/.test(pixelFormat)) return { kind: 'sdr', matrix: 'rgb', range };
  const untagged = Math.min(width, height) >= HD_LINES ? 'bt709' : 'smpte170m';
  return { kind: 'sdr', matrix: MATRICES[color.space] ?? untagged, range };
}
