import { CONSENT_PURPOSES, type ConsentPurpose } from '../../domain/access/consent.ts';

/** What somebody reads before saying yes. The record of that yes names its version and its language. */
export interface ConsentText {
  /** Goes into `textVersion`. Other words are another version: a test holds the words to it. */
  readonly version: string;
  /** The language these words are in, which is not the reader's where nobody has translated; goes into `locale`. */
  readonly locale: 'en' | 'nb';
  readonly title: string;
  /** Who may do what with the videos. */
  readonly means: string;
  /** Where this ends, so that nobody expects more or fears more. */
  readonly limit: string;
  /** What taking it back does, and what it cannot undo. */
  readonly ends: string;
}

type Words = Omit<ConsentText, 'version' | 'locale'>;

const VERSIONS: Readonly<Record<ConsentPurpose, string>> = {
  coach_review: '2026-1',
  tenant_library: '2026-1',
  reference_library: '2026-1',
  link_share: '2026-1',
  export: '2026-1',
};

const EN: Readonly<Record<ConsentPurpose, Words>> = {
  coach_review: {
    title: 'Coaches may look at the videos',
    means: 'The athlete’s own coaches, and those who run the club, may watch the videos. Coaches may upload new ones and draw on them.',
    limit:
      'This does not show the videos to other coaches. A video that is marked private is seen only by the family and by whoever uploaded it.',
    ends: 'You can take this back at any time. Whoever is watching is cut off at once.',
  },
  tenant_library: {
    title: 'The whole club may see videos in its library',
    means: 'Coaches, athletes and parents in the club may watch a video that has been put into the club’s library.',
    limit: 'Only the athlete, a parent or those who run the club can put a video there. Nobody outside the club sees it.',
    ends: 'You can take this back at any time. The videos are gone from the library at once.',
  },
  reference_library: {
    title: 'The club may show a video as a good example',
    means: 'The club may use a video of the athlete as a model that others compare themselves with.',
    limit: 'It stays inside the club. For anything else, such as advertising, the club has to ask you again.',
    ends: 'You can take this back at any time. The video is no longer shown as an example.',
  },
  link_share: {
    title: 'A video may be shown by a link',
    means: 'A video may be shared by a link. Everybody who has the link can watch it, also people outside the club.',
    limit: 'Each link is for one video. The people you send it to can pass it on.',
    ends: 'You can take this back at any time. The links stop working at once. What somebody has filmed from a screen cannot be called back.',
  },
  export: {
    title: 'A video may be saved as a file',
    means: 'Those who may watch a video may also save it as a file, with the drawings on it.',
    limit: 'A file that has been saved is outside our control. Say yes only if you trust those who may watch.',
    ends: 'You can take this back at any time. No new files can be saved. Files that were saved before cannot be called back.',
  },
};

const NB: Readonly<Record<ConsentPurpose, Words>> = {
  coach_review: {
    title: 'Trenere får se videoene',
    means: 'Utøverens egne trenere, og de som driver klubben, får se videoene. Trenerne får laste opp nye og tegne på dem.',
    limit: 'Dette viser ikke videoene til andre trenere. En video som er merket privat, ser bare familien og den som lastet den opp.',
    ends: 'Du kan trekke dette tilbake når som helst. Den som ser på, blir stengt ute med en gang.',
  },
  tenant_library: {
    title: 'Hele klubben får se videoer i biblioteket',
    means: 'Trenere, utøvere og foreldre i klubben får se en video som er lagt i klubbens bibliotek.',
    limit: 'Bare utøveren, en foresatt eller de som driver klubben, kan legge en video der. Ingen utenfor klubben ser den.',
    ends: 'Du kan trekke dette tilbake når som helst. Videoene er borte fra biblioteket med en gang.',
  },
  reference_library: {
    title: 'Klubben får vise en video som et godt eksempel',
    means: 'Klubben får bruke en video av utøveren som et forbilde som andre sammenligner seg med.',
    limit: 'Den blir i klubben. Til noe annet, som reklame, må klubben spørre deg på nytt.',
    ends: 'Du kan trekke dette tilbake når som helst. Videoen vises ikke lenger som eksempel.',
  },
  link_share: {
    title: 'En video får vises med en lenke',
    means: 'En video får deles med en lenke. Alle som har lenken, kan se den, også folk utenfor klubben.',
    limit: 'Hver lenke gjelder én video. De du sender den til, kan sende den videre.',
    ends: 'Du kan trekke dette tilbake når som helst. Lenkene slutter å virke med en gang. Det noen har filmet av en skjerm, kan ikke hentes tilbake.',
  },
  export: {
    title: 'En video får lagres som fil',
    means: 'De som får se en video, får også lagre den som fil, med tegningene på.',
    limit: 'En fil som er lagret, har vi ingen kontroll over. Si ja bare hvis du stoler på dem som får se.',
    ends: 'Du kan trekke dette tilbake når som helst. Ingen nye filer kan lagres. Filer som er lagret fra før, kan ikke hentes tilbake.',
  },
};

/** "no" is what many pages say when they mean bokmål, and a nynorsk reader is better served by it than by English. */
const READS_NORWEGIAN = new Set(['nb', 'no', 'nn']);

/** The words for one purpose. @param language A BCP 47 tag, such as `nb-NO`; English where there is no translation. */
export function consentText(purpose: ConsentPurpose, language: string): ConsentText {
  const isNorwegian = READS_NORWEGIAN.has(language.toLowerCase().split('-')[0] ?? '');
  const words = (isNorwegian ? NB : EN)[purpose];
  return { version: VERSIONS[purpose], locale: isNorwegian ? 'nb' : 'en', ...words };
}

/** Every purpose in the order in which they are best asked about: from the fewest people who see something to the most. */
export const consentTexts = (language: string): readonly (ConsentText & { readonly purpose: ConsentPurpose })[] =>
  CONSENT_PURPOSES.map((purpose) => ({ purpose, ...consentText(purpose, language) }));
