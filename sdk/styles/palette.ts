/** Every colour as [light theme, dark theme]. Literals only, so that a test can compute the contrast of each pair. */
export const PALETTE = {
  /** The page behind everything. */
  'surface-0': ['#f6f7f9', '#0e1116'],
  /** Cards, panels, dialogs. */
  'surface-1': ['#ffffff', '#161a21'],
  /** Fields, chips, skeletons: something that stands out from a card. */
  'surface-2': ['#edeff3', '#212731'],
  /** Pressed and hovered. */
  'surface-3': ['#e1e5eb', '#2c333f'],
  text: ['#12161c', '#f2f4f7'],
  'text-soft': ['#434c59', '#bcc4cf'],
  'text-faint': ['#565f6d', '#a0a9b6'],
  /** Between things that belong together; decoration only. */
  line: ['#dce0e7', '#2b323d'],
  /** The edge of something that can be operated: 3:1 against every surface it stands on. */
  'line-strong': ['#7a8493', '#76808f'],
  positive: ['#0d6b3f', '#5dd39e'],
  'positive-soft': ['#ddf3e7', '#12311f'],
  warning: ['#7d4e00', '#f2bd57'],
  'warning-soft': ['#fdf0d5', '#382a0c'],
  danger: ['#b3261e', '#ff9b91'],
  'danger-soft': ['#fde7e5', '#411a17'],
  /** The mat behind a picture, dark in both themes so that the picture is the brightest thing. */
  mat: ['#101319', '#07090c'],
  'on-mat': ['#ffffff', '#f2f4f7'],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

export type Colour = keyof typeof PALETTE;

/** The accent where the host has chosen none. */
export const DEFAULT_ACCENT = '#2d5be3';

/** Text and what it may stand on, with the ratio WCAG 2.2 asks for (1.4.3 text, 1.4.11 edges and icons). */
export const CONTRAST_PAIRS: readonly (readonly [ink: Colour, ground: Colour, ratio: number])[] = [
  ...(['text', 'text-soft', 'text-faint'] as const).flatMap((ink) =>
    (['surface-0', 'surface-1', 'surface-2', 'surface-3'] as const).map((ground) => [ink, ground, 4.5] as const),
  ),
  ...(['positive', 'warning', 'danger'] as const).flatMap((ink) =>
    ([`${ink}-soft`, 'surface-0', 'surface-1', 'surface-2'] as const).map((ground) => [ink, ground, 4.5] as const),
  ),
  ...(['surface-0', 'surface-1', 'surface-2'] as const).map((ground) => ['line-strong', ground, 3] as const),
  ['on-mat', 'mat', 4.5],
];

/**
 * White on a dark accent and black on a light one, or the other way about. 0.1791 is the luminance at which both read equally
 * well on it (4.58:1 as WCAG counts), so one of them always passes.
 */
const blackOrWhite = (accent: string, whiteWhere: 'accent is dark' | 'accent is light'): string => {
  const distance = whiteWhere === 'accent is dark' ? '0.1791 - y' : 'y - 0.1791';
  const [x, y, z] = [0.9505, 1, 1.089].map((white) => `clamp(0, (${distance}) * 99999 * ${white}, ${white})`);
  return `color(from ${accent} xyz-d65 ${x} ${y} ${z})`;
};

const accent = `var(--va-accent, ${DEFAULT_ACCENT})`;
const radius = 'var(--va-radius, 10px)';

/**
 * All tokens by name. `--va-accent`, `--va-radius` and `--va-font` are never among them: the host sets these three anywhere
 * above the elements, and every colour, corner and type size that depends on them follows.
 */
const TOKENS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(PALETTE).map(([name, [light, dark]]) => [name, `light-dark(${light}, ${dark})`])),
  'accent-fill': accent,
  // Away from the ink on it, so that hovering never makes the label harder to read.
  'accent-hover': `color-mix(in srgb, ${accent}, ${blackOrWhite(accent, 'accent is light')} 14%)`,
  'accent-soft': `color-mix(in srgb, ${accent} 14%, light-dark(#ffffff, #161a21))`,
  // Lightness is held on the readable side of each theme, whatever the host's accent is.
  'accent-text': `light-dark(oklch(from ${accent} min(l, 0.48) c h), oklch(from ${accent} max(l, 0.78) c h))`,
  'on-accent': blackOrWhite(accent, 'accent is dark'),
  focus: `light-dark(oklch(from ${accent} min(l, 0.55) c h), oklch(from ${accent} max(l, 0.75) c h))`,
  'radius-s': `calc(${radius} * 0.6)`,
  'radius-m': radius,
  'radius-l': `calc(${radius} * 1.6)`,
  'font-family': `var(--va-font, 'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', sans-serif)`,
  'size-xs': '0.75rem',
  'size-s': '0.875rem',
  'size-m': '1rem',
  'size-l': '1.25rem',
  'size-xl': '1.75rem',
  'space-1': '4px',
  'space-2': '8px',
  'space-3': '12px',
  'space-4': '16px',
  'space-5': '24px',
  'space-6': '32px',
  'space-7': '48px',
  shadow: '0 1px 2px light-dark(#12161c1a, #0006), 0 4px 16px light-dark(#12161c14, #0006)',
  'shadow-high': '0 8px 40px light-dark(#12161c38, #000a)',
  fast: '120ms',
  slow: '200ms',
};

/** The declarations of all tokens, one per line. */
export const tokenDeclarations = (indent = '  '): string =>
  Object.entries(TOKENS)
    .map(([name, value]) => `${indent}--va-${name}: ${value};`)
    .join('\n');

/** What `tokens.css` holds, for a host's own pages. */
export const tokensCss =
  (): string => `/* Written by sdk/styles/palette.ts; a test keeps the two equal. Set --va-accent, --va-radius and --va-font to make it yours. */
:root {
  color-scheme: light dark;
${tokenDeclarations()}
}

[data-va-theme='light'] {
  color-scheme: light;
}

[data-va-theme='dark'] {
  color-scheme: dark;
}

[data-va-theme='auto'] {
  color-scheme: light dark;
}
`;
