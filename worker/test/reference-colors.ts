/**
 * Colours of a picture worked out from the standards in floating point, to hold the pipeline's against. Nothing here shares code with it.
 * ITU-R BT.2100 (HLG, PQ), BT.2390 (tone-mapping curve), BT.2087 (gamuts), BT.709, BT.601, BT.1886; CIE 1976 for distances.
 */
export type Rgb = readonly [red: number, green: number, blue: number];

export interface Coding {
  readonly transfer: 'hlg' | 'pq' | 'sdr';
  readonly matrix: 'bt2020' | 'bt709' | 'bt601';
  readonly range: 'full' | 'limited';
}

/** Shares of red and blue in luminance. */
const LUMA = { bt2020: [0.2627, 0.0593], bt709: [0.2126, 0.0722], bt601: [0.299, 0.114] } as const;

/** BT.2408: the white of a sheet of paper, which SDR shows as its brightest. */
const PAPER_WHITE = 203;
/** cd/m² a grading monitor of HLG reaches, and what phones' PQ is graded for. */
const HDR_PEAK = 1000;

const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value));
const each = ([r, g, b]: Rgb, change: (value: number) => number): Rgb => [change(r), change(g), change(b)];

/** Ten-bit Y′CbCr as R′G′B′ of 0 … 1. */
export function decodeYuv([y, cb, cr]: Rgb, { matrix, range }: Coding): Rgb {
  const [kr, kb] = LUMA[matrix];
  const luma = range === 'full' ? y / 1023 : (y - 64) / 876;
  const chroma = range === 'full' ? 1023 : 896;
  const [blue, red] = [(cb - 512) / chroma, (cr - 512) / chroma];
  const [r, b] = [luma + 2 * (1 - kr) * red, luma + 2 * (1 - kb) * blue];
  return each([r, (luma - kr * r - kb * b) / (1 - kr - kb), b], (value) => clamp(value));
}

/** BT.2100 table 5. */
const hlgToScene = (e: number): number => (e <= 0.5 ? (e * e) / 3 : (Math.exp((e - 0.55991073) / 0.17883277) + 0.28466892) / 12);

const [M1, M2, C1, C2, C3] = [2610 / 16_384, (2523 / 4096) * 128, 3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
const pqToNits = (e: number): number => {
  const p = e ** (1 / M2);
  return 10_000 * (Math.max(0, p - C1) / (C2 - C3 * p)) ** (1 / M1);
};
const nitsToPq = (nits: number): number => {
  const y = (nits / 10_000) ** M1;
  return ((C1 + C2 * y) / (1 + C3 * y)) ** M2;
};

/** Light in cd/m², BT.2020. HLG's gamma of the whole system is 1.2 at 1000 cd/m². */
function toNits(rgb: Rgb, transfer: 'hlg' | 'pq'): Rgb {
  if (transfer === 'pq') return each(rgb, pqToNits);
  const scene = each(rgb, hlgToScene);
  const luminance = 0.2627 * scene[0] + 0.678 * scene[1] + 0.0593 * scene[2];
  return each(scene, (value) => HDR_PEAK * luminance ** 0.2 * value);
}

/** BT.2390-8, 5.4.1: a Hermite curve in PQ that leaves the dark alone and rolls off towards white. */
function rollOff(nits: number): number {
  const top = nitsToPq(HDR_PEAK);
  const e = clamp(nitsToPq(nits) / top);
  const most = nitsToPq(PAPER_WHITE) / top;
  const knee = 1.5 * most - 0.5;
  if (e < knee) return nits;
  const t = (e - knee) / (1 - knee);
  const curve = (2 * t ** 3 - 3 * t ** 2 + 1) * knee + (t ** 3 - 2 * t ** 2 + t) * (1 - knee) + (-2 * t ** 3 + 3 * t ** 2) * most;
  return pqToNits(curve * top);
}

/** BT.2087: BT.2020 light as BT.709 light. */
const toNarrowGamut = ([r, g, b]: Rgb): Rgb => [
  1.6605 * r - 0.5876 * g - 0.0728 * b,
  -0.1246 * r + 1.1329 * g - 0.0083 * b,
  -0.0182 * r - 0.1006 * g + 1.1187 * b,
];

/** The colour an SDR screen should show, as R′G′B′ of 0 … 1. The brightest of the three is rolled off and the others follow: hue stays. */
export function referenceColor(yuv: Rgb, coding: Coding): Rgb {
  const rgb = decodeYuv(yuv, coding);
  if (coding.transfer === 'sdr') return rgb;
  const nits = toNits(rgb, coding.transfer);
  const brightest = Math.max(...nits, 1e-6);
  const share = rollOff(brightest) / brightest / PAPER_WHITE;
  return each(toNarrowGamut(each(nits, (value) => value * share)), (value) => clamp(value) ** (1 / 2.4));
}

/** CIE L*a*b* of R′G′B′ on a screen with sRGB primaries and a gamma of 2.4. */
export function lab(rgb: Rgb): Rgb {
  const [r, g, b] = each(rgb, (value) => clamp(value) ** 2.4);
  const f = (t: number): number => (t > 216 / 24_389 ? Math.cbrt(t) : (t * 24_389) / 27 / 116 + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** ΔE*ab 1976: 2.3 is just noticeable side by side, 100 is black to white. */
export function deltaE(one: Rgb, other: Rgb): number {
  const [a, b] = [lab(one), lab(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
