import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CONTRAST_PAIRS, DEFAULT_ACCENT, PALETTE, tokensCss } from './palette.ts';

/** Relative luminance as WCAG 2.2 defines it. */
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: string, b: string): number => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

describe('the palette', () => {
  it('measures contrast as the standard does: black on white is 21:1', () => assert.equal(contrast('#000000', '#ffffff'), 21));

  for (const [at, theme] of (['light', 'dark'] as const).entries())
    for (const [ink, ground, ratio] of CONTRAST_PAIRS)
      it(`shows ${ink} on ${ground} at ${ratio}:1 or better in the ${theme} theme`, () => {
        const measured = contrast(PALETTE[ink][at] ?? '', PALETTE[ground][at] ?? '');
        assert.ok(measured >= ratio, `${measured.toFixed(2)}:1`);
      });

  it('leaves white readable on the default accent', () => assert.ok(contrast('#ffffff', DEFAULT_ACCENT) >= 4.5));

  it('switches from white to black ink at the luminance where both read equally well', () => {
    const whiteOn = (y: number): number => 1.05 / (y + 0.05);
    const blackOn = (y: number): number => (y + 0.05) / 0.05;
    assert.ok(Math.abs(whiteOn(0.1791) - blackOn(0.1791)) < 0.01);
    assert.ok(Math.min(whiteOn(0.1791), blackOn(0.1791)) > 4.5);
  });

  it('is what tokens.css gives to a host', () => {
    const withoutLayout = (css: string): string => css.replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')');
    assert.equal(withoutLayout(readFileSync(new URL('../tokens.css', import.meta.url), 'utf8')), withoutLayout(tokensCss()));
  });
});
