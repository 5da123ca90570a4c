import { sum, type Finding, type Ladder, type Rendition } from './findings.ts';
import { MASTER, referencesOf, textOf } from './ladder-files.ts';
import type { Variant } from './playlist.ts';

const TYPES: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mp4: 'video/mp4',
  m4s: 'video/iso.segment',
};

/** Of the playlist that names the others, and of all names. */
export function masterRules(ladder: Ladder): readonly Finding[] {
  const { files, master, pictures } = ladder;
  const playlists = [...files.keys()].filter((name) => name.endsWith('.m3u8'));
  const names = [...new Set(playlists.flatMap((name) => referencesOf(textOf(files, name))))];
  const mistyped = [...files].filter(([name, { type }]) => type !== TYPES[name.split('.').at(-1) ?? '']).map(([name]) => name);
  return [
    {
      rule: 'head',
      says: `${String(playlists.length)} playlists begin as such, of a version that knows EXT-X-MAP; ${String(master.variants.length)} variants`,
      faults: [
        ...playlists.filter((name) => !textOf(files, name).startsWith('#EXTM3U\n')),
        ...playlists.filter((name) => !(Number(/^#EXT-X-VERSION:(\d+)$/m.exec(textOf(files, name))?.[1]) >= 6)),
        ...(master.variants.length > 0 ? [] : ['no variant']),
      ],
    },
    {
      rule: 'independent segments',
      says: 'independent segments are promised for all, and in each rendition',
      faults: [MASTER, ...[...pictures, ...ladder.sounds].map(({ name }) => `${name}.m3u8`)].filter(
        (name) => !/^#EXT-X-INDEPENDENT-SEGMENTS$/m.test(textOf(files, name)),
      ),
    },
    {
      rule: 'names',
      says: 'every reference is a name beside the playlist',
      faults: names.filter((name) => !/^[a-z0-9-]+\.[a-z0-9]+$/.test(name)),
    },
    {
      rule: 'files',
      says: `all ${String(names.length)} names lead to a file of the right media type`,
      faults: [...names.filter((name) => !files.has(name)), ...mistyped],
    },
    soundGroups(ladder),
    ...rates(ladder),
  ];
}

function soundGroups({ master }: Ladder): Finding {
  const groups = new Set(master.sounds.map(({ attributes }) => attributes.get('GROUP-ID')));
  const wanted = master.variants.map(({ attributes }) => attributes.get('AUDIO'));
  return {
    rule: 'sound group',
    says: master.sounds.length > 0 ? 'every variant names the group of the sound' : 'no variant names a sound, and there is none',
    faults: wanted.flatMap((group) => ((group === undefined ? groups.size === 0 : groups.has(group)) ? [] : [group ?? 'no group'])),
  };
}

interface Load {
  readonly bits: number;
  readonly seconds: number;
}

const loadsOf = ({ entries, segments }: Rendition): Load[] =>
  entries.map(({ seconds }, at) => ({ bits: 8 * (segments[at]?.length ?? 0), seconds }));

/** The largest rate of any stretch between half and one and a half target durations; of a shorter clip its average. */
export function peakRate(loads: readonly Load[], target: number): number {
  const stretches = loads.flatMap((_, first) => loads.slice(first).map((__, more) => loads.slice(first, first + more + 1)));
  const rates = stretches.flatMap((stretch) => {
    const seconds = sum(stretch.map((load) => load.seconds));
    return seconds < target / 2 || seconds > 1.5 * target ? [] : [sum(stretch.map(({ bits }) => bits)) / seconds];
  });
  return Math.max(averageRate(loads), ...rates);
}

const averageRate = (loads: readonly Load[]): number => sum(loads.map(({ bits }) => bits)) / sum(loads.map(({ seconds }) => seconds));

/** What is said may be a tenth more than what is measured: players choose by it. */
const TOO_MUCH = 1.1;

const isTold = (said: number, measured: number): boolean => said >= Math.floor(measured) && said <= measured * TOO_MUCH;

function rates({ master, pictures, sounds }: Ladder): Finding[] {
  const heard = sounds.map((sound) => ({ peak: peakRate(loadsOf(sound), sound.targetDuration), average: averageRate(loadsOf(sound)) }));
  const said = (variant: Variant | undefined, attribute: string): number => Number(variant?.attributes.get(attribute));
  return pictures.map((rung, at): Finding => {
    const [peak, average] = [said(master.variants[at], 'BANDWIDTH'), said(master.variants[at], 'AVERAGE-BANDWIDTH')];
    const measured = {
      peak: peakRate(loadsOf(rung), rung.targetDuration) + Math.max(0, ...heard.map((sound) => sound.peak)),
      average: averageRate(loadsOf(rung)) + Math.max(0, ...heard.map((sound) => sound.average)),
    };
    return {
      rule: 'bandwidth',
      says: `${rung.name}: BANDWIDTH ${String(peak)} and AVERAGE-BANDWIDTH ${String(average)} are what its segments and the sound need`,
      faults: [
        ...(isTold(peak, measured.peak) ? [] : [`the peak is ${measured.peak.toFixed(0)}`]),
        ...(isTold(average, measured.average) && average <= peak ? [] : [`the average is ${measured.average.toFixed(0)}`]),
      ],
    };
  });
}
