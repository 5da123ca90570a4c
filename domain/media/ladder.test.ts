import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseLadder, needsLadder, planSegments, SEGMENT_SECONDS, type Keyframe, type LadderSource } from './ladder.ts';

const names = (source: LadderSource): string[] => chooseLadder(source).map(({ name }) => name);
const sizes = (source: LadderSource): string[] => chooseLadder(source).map(({ width, height }) => `${String(width)}x${String(height)}`);

describe('a ladder', () => {
  it('is for what plays: two pictures do, one does not', () => {
    assert.deepEqual(
      [2, 1, 0, null].map((frameCount) => needsLadder({ frameCount })),
      [true, false, false, false],
    );
  });
});

describe('the sizes of a ladder', () => {
  const cases: [number, number, string[]][] = [
    [1920, 1080, ['640x360', '960x540', '1280x720', '1920x1080']],
    [1080, 1920, ['360x640', '540x960', '720x1280', '1080x1920']],
    [1280, 720, ['640x360', '960x540', '1280x720']],
    [720, 1280, ['360x640', '540x960', '720x1280']],
    [1440, 1080, ['480x360', '720x540', '960x720', '1440x1080']],
    [960, 540, ['640x360', '960x540']],
    [854, 480, ['640x360', '854x480']],
    // 1.25 times 360 is the least that a smaller copy pays for
    [800, 450, ['640x360', '800x450']],
    [798, 448, ['798x448']],
    [640, 360, ['640x360']],
    [320, 180, ['320x180']],
    [1920, 804, ['860x360', '1290x540', '1920x804']],
    [1920, 1920, ['360x360', '540x540', '720x720', '1080x1080', '1920x1920']],
    [62, 1920, ['62x1920']],
    [2, 2, ['2x2']],
  ];
  for (const [width, height, expected] of cases)
    it(`for ${String(width)}x${String(height)} are ${expected.join(', ')}`, () => {
      assert.deepEqual(sizes({ width, height, framesPerSecond: 30 }), expected);
    });

  it('are named by the shorter side', () => {
    assert.deepEqual(names({ width: 1080, height: 1920, framesPerSecond: 60 }), ['v360', 'v540', 'v720', 'v1080']);
    assert.deepEqual(names({ width: 854, height: 480, framesPerSecond: 60 }), ['v360', 'v480']);
  });

  it('for every size and rate there is: even, growing, never larger than the rendition, which is the last and is not encoded', () => {
    for (let shortSide = 2; shortSide <= 1920; shortSide += 2)
      for (const ratio of [1, 4 / 3, 1.5, 16 / 9, 2.39, 10])
        for (const framesPerSecond of [15, 30000 / 1001, 240]) {
          const longSide = 2 * Math.round((shortSide * ratio) / 2);
          for (const [width, height] of [
            [longSide, shortSide],
            [shortSide, longSide],
          ] as const)
            mustBeSound({ width, height, framesPerSecond });
        }
  });
});

function mustBeSound(source: LadderSource): void {
  const says = JSON.stringify(source);
  const rungs = chooseLadder(source);
  const top = rungs.at(-1);
  assert.deepEqual([top?.width, top?.height, top?.encode], [source.width, source.height, null], says);
  assert.equal(new Set(rungs.map(({ name }) => name)).size, rungs.length, says);
  rungs.forEach(({ width, height, encode }, at) => {
    const next = rungs[at + 1];
    if (!next) return;
    assert.ok(width % 2 === 0 && height % 2 === 0 && encode !== null, says);
    // Rounding to even sides moves each by at most one pixel.
    assert.ok(Math.abs(width - (height * source.width) / source.height) <= 1 + source.width / source.height, says);
    assert.ok(Math.min(width, height) <= 0.8 * Math.min(next.width, next.height), says);
    assert.ok(next.encode === null || next.encode.maxBitsPerSecond > encode.maxBitsPerSecond, says);
  });
}

describe('the most bits of a rung', () => {
  const bits = (framesPerSecond: number, width = 1920, height = 1080): (number | undefined)[] =>
    chooseLadder({ width, height, framesPerSecond }).map(({ encode }) => encode?.maxBitsPerSecond);

  it('are 0.8, 1.8 and 3.2 megabits at 30 frames a second', () => {
    assert.deepEqual(bits(30), [800_000, 1_800_000, 3_200_000, undefined]);
  });

  it('double with four times the frames, and grow no further than 240', () => {
    assert.deepEqual(bits(120), [1_600_000, 3_600_000, 6_400_000, undefined]);
    assert.deepEqual(bits(240), bits(1000));
    assert.deepEqual(bits(15), bits(1));
  });

  it('follow the area of the picture: three quarters at 4:3', () => {
    assert.deepEqual(bits(30, 1440, 1080), [600_000, 1_350_000, 2_400_000, undefined]);
  });
});

describe('segments', () => {
  /** Keyframes each half second, so many of them. */
  const halves = (count: number): Keyframe[] => Array.from({ length: count }, (_, at) => ({ frame: at * 15, seconds: at / 2 }));

  it('last four seconds where keyframes allow it', () => {
    assert.equal(SEGMENT_SECONDS, 4);
    assert.deepEqual(planSegments(halves(20), 10), [0, 120, 240]);
  });

  it('end at the keyframe nearest to four seconds', () => {
    // 14 frames of 1001/30000 s: the ninth keyframe lies at 3.737 s, the tenth at 4.204
    const keyframes = Array.from({ length: 30 }, (_, at) => ({ frame: at * 14, seconds: (at * 14 * 1001) / 30000 }));
    // and what is left after 378 frames, at 12.613 s, is long enough to stand alone
    assert.deepEqual(planSegments(keyframes, 14.01), [0, 126, 252, 378]);
  });

  it('keep a rest of less than a second with the one before', () => {
    assert.deepEqual(planSegments(halves(10), 4.9), [0]);
    assert.deepEqual(planSegments(halves(10), 5), [0, 120]);
  });

  it('are as long as a pause without keyframes', () => {
    const keyframes = [0, 0.5, 1, 30, 30.5, 31].map((seconds, at) => ({ frame: at * 15, seconds }));
    assert.deepEqual(planSegments(keyframes, 33), [0, 30, 45]);
  });

  it('of a clip of one picture are one', () => {
    assert.deepEqual(planSegments([{ frame: 0, seconds: 0 }], 0.04), [0]);
  });
});
