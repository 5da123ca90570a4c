import type { Language } from './words.ts';

type Both = readonly [nb: string, en: string];

/** Every kind of entry we know, in words. A kind that is newer than this page is said by its own name. */
const ACTIONS: Readonly<Record<string, Both>> = {
  SESSION_CREATED: ['Logget inn', 'Signed in'],
  SESSION_ENDED: ['Logget ut', 'Signed out'],
  KEY_CREATED: ['Laget en nøkkel', 'Made a key'],
  KEY_ROTATED: ['Byttet en nøkkel', 'Replaced a key'],
  KEY_REVOKED: ['Sperret en nøkkel', 'Revoked a key'],
  SECRET_KEY_IN_BROWSER: ['Brukte en hemmelig nøkkel i en nettleser', 'Used a secret key in a browser'],
  VIDEO_UPLOAD_STARTED: ['Begynte å laste opp en video', 'Began to upload a video'],
  VIDEO_UPLOADED: ['Lastet opp en video', 'Uploaded a video'],
  VIDEO_UPLOAD_ABORTED: ['Avbrøt en opplasting', 'Gave up an upload'],
  VIDEO_UPDATED: ['Endret en video', 'Changed a video'],
  VIDEO_SUBJECTS_CHANGED: ['Endret hvem som er med i bildet', 'Changed who is in the picture'],
  VIDEO_REPROCESSED: ['Ba om ny klargjøring', 'Asked for a video to be prepared again'],
  VIDEO_DELETED: ['Slettet en video', 'Deleted a video'],
  PLAYBACK_URL_ISSUED: ['Åpnet en video for å se den', 'Opened a video to watch it'],
  PLAYBACK_RENEWED: ['Så videre på en video', 'Went on watching a video'],
  POSTER_VIEWED: ['Så stillbildet av en video', 'Saw the still of a video'],
  ANNOTATION_ADDED: ['Tegnet', 'Drew'],
  ANNOTATION_CHANGED: ['Endret en tegning', 'Changed a drawing'],
  ANNOTATION_REMOVED: ['Slettet en tegning', 'Deleted a drawing'],
  PERSON_ADDED: ['La til en person', 'Added a person'],
  PERSON_CHANGED: ['Endret en person', 'Changed a person'],
  PERSON_DEACTIVATED: ['Stengte ute en person', 'Shut a person out'],
  PERSON_REACTIVATED: ['Slapp inn en person igjen', 'Let a person in again'],
  PERSON_ERASURE_REQUESTED: ['Ba om at en person slettes', 'Asked for a person to be erased'],
  PERSON_ERASURE_REFUSED: ['Sletting av en person ble avvist', 'Erasing a person was refused'],
  PERSON_ERASED: ['En person er slettet', 'A person is erased'],
  PERSON_TAKEOUT_REQUESTED: ['Ba om alt som er lagret om en person', 'Asked for everything kept about a person'],
  PERSON_EXPORTED: ['Alt som er lagret om en person, ble gitt ut', 'Everything kept about a person was handed out'],
  RELATION_ADDED: ['Koblet til en utøver', 'Linked to an athlete'],
  RELATION_REMOVED: ['Koblet fra en utøver', 'Unlinked from an athlete'],
  CONSENT_GRANTED: ['Sa ja', 'Agreed'],
  CONSENT_WITHDRAWN: ['Trakk et ja tilbake', 'Took a yes back'],
  CONSENT_ENDED: ['Et ja tok slutt', 'A yes came to its end'],
  VIDEO_SHARED: ['Delte en video', 'Shared a video'],
  VIDEO_UNSHARED: ['Sluttet å dele en video', 'Stopped sharing a video'],
  LINK_CREATED: ['Laget en lenke', 'Made a link'],
  LINK_OPENED: ['Åpnet en lenke', 'Opened a link'],
  LINK_REFUSED: ['Ble avvist ved en lenke', 'Was refused at a link'],
  LINK_REVOKED: ['Stengte en lenke', 'Closed a link'],
  UPLOAD_LINK_CREATED: ['Laget en lenke for å sende videoer', 'Made a link to send videos by'],
  UPLOAD_LINK_REVOKED: ['Stengte en lenke for å sende videoer', 'Closed a link to send videos by'],
  LINK_SUSPENDED: ['En lenke ble stengt da et samtykke tok slutt', 'A link was closed when a consent ended'],
  TENANT_CHANGED: ['Endret innstillingene til klubben', 'Changed the club’s settings'],
  QUOTA_CHANGED: ['Endret plassen klubben har', 'Changed the room the club has'],
  AUDIT_READ: ['Leste loggen', 'Read the log'],
  AUDIT_EXPORTED: ['Lagret loggen som fil', 'Saved the log as a file'],
  CROSS_TENANT_JOB: ['Et oppdrag gjaldt noe i en annen klubb', 'A job was about something of another club'],
  CROSS_TENANT_ATTEMPT: ['Spurte etter noe i en annen klubb', 'Asked for something of another club'],
};

/** What should be looked into, whoever did it. */
const ANOMALIES: ReadonlySet<string> = new Set(['CROSS_TENANT_ATTEMPT', 'CROSS_TENANT_JOB', 'SECRET_KEY_IN_BROWSER']);

export const KNOWN_ACTIONS: readonly string[] = Object.keys(ACTIONS);

export const isAnomaly = (action: string): boolean => ANOMALIES.has(action);

export function sayAction(language: Language, action: string): string {
  const [nb, en] = ACTIONS[action] ?? [];
  return (language === 'nb' ? nb : en) ?? action.toLowerCase().replaceAll('_', ' ');
}

const FIELDS: Readonly<Record<string, Both>> = {
  birthDate: ['fødselsdato', 'date of birth'],
  displayName: ['navn', 'name'],
  role: ['rolle', 'role'],
  title: ['tittel', 'title'],
  category: ['kategori', 'category'],
  playerId: ['utøver', 'athlete'],
  visibility: ['hvem som ser', 'who may see it'],
  captureFps: ['opptaksrate', 'capture rate'],
  coach: ['som trener', 'as a coach'],
  guardian: ['som foresatt', 'as a guardian'],
  paper: ['på papir', 'on paper'],
};

/** A word out of an entry's details, such as the name of a field. */
export function sayDetail(language: Language, word: string): string {
  const [nb, en] = FIELDS[word] ?? [];
  return (language === 'nb' ? nb : en) ?? word;
}
