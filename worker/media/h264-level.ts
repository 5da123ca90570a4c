/** ITU-T H.264 Table A-1: level, macroblocks a second, macroblocks a picture. */
const LEVELS: readonly (readonly [level: string, perSecond: number, perPicture: number])[] = [
  ['3.0', 40_500, 1620],
  ['3.1', 108_000, 3600],
  ['3.2', 216_000, 5120],
  ['4.0', 245_760, 8192],
  ['4.2', 522_240, 8704],
  ['5.0', 589_824, 22_080],
  ['5.1', 983_040, 36_864],
  ['5.2', 2_073_600, 36_864],
  ['6.0', 4_177_920, 139_264],
  ['6.1', 8_355_840, 139_264],
  ['6.2', 16_711_680, 139_264],
];

/**
 * The lowest level (3.0 and up) that holds such pictures at such a rate. Left to itself, x264 believes the rate of the source's
 * header; a screen recording that claims 57600 pictures a second would get a level no hardware decoder accepts.
 */
export function h264Level(width: number, height: number, fps: number): string {
  const columns = Math.ceil(width / 16);
  const rows = Math.ceil(height / 16);
  const fits = LEVELS.find(
    ([, perSecond, perPicture]) =>
      columns * rows * fps <= perSecond && columns * rows <= perPicture && Math.max(columns, rows) <= Math.sqrt(8 * perPicture),
  );
  return fits?.[0] ?? '6.2';
}
