/** A day of the calendar as ISO 8601 writes it, `YYYY-MM-DD`: no instant, and the same everywhere. Such texts sort by time. */
export type Day = string;

/**
 * Whether somebody is a minor on a day, which is the day in the tenant's own time zone.
 * Born on 29 February: of age on 1 March of a year without one, so that nobody is taken for grown up a day early.
 */
export const isMinorAt = (birthDate: Day, ageOfMajority: number, at: Day): boolean => at < anniversary(birthDate, ageOfMajority);

/** The first day on which somebody is no minor any more. */
export function comesOfAgeOn(birthDate: Day, ageOfMajority: number): Day {
  const day = anniversary(birthDate, ageOfMajority);
  // Of all days only 29 February is missing in some years, and JavaScript makes 1 March of it.
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10);
}

/** May name a 29 February that the year does not have; it sorts between the 28th and 1 March. */
function anniversary(birthDate: Day, years: number): Day {
  const [year = '', ...monthAndDay] = birthDate.split('-');
  return [String(Number(year) + years).padStart(4, '0'), ...monthAndDay].join('-');
}

const formatOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', { timeZone, calendar: 'iso8601', year: 'numeric', month: '2-digit', day: '2-digit' });

const dayBy = (format: Intl.DateTimeFormat, instant: Date): Day => {
  const part = (type: 'year' | 'month' | 'day'): string => format.formatToParts(instant).find((one) => one.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
};

/** Which day it is in a time zone (IANA name). @throws RangeError when there is no such zone. */
export const dayIn = (timeZone: string, instant: Date): Day => dayBy(formatOf(timeZone), instant);

const MINUTE_MS = 60_000;
/** No place is further from UTC. */
const LARGEST_OFFSET_MINUTES = 15 * 60;

/** The instant at which a day begins in a time zone, where clocks may have jumped over midnight. */
export function startOfDay(timeZone: string, day: Day): Date {
  const format = formatOf(timeZone);
  const midnightUtc = Date.parse(`${day}T00:00:00Z`);
  let before = -LARGEST_OFFSET_MINUTES;
  let reached = LARGEST_OFFSET_MINUTES;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (dayBy(format, new Date(midnightUtc + middle * MINUTE_MS)) < day) before = middle;
    else reached = middle;
  }
  return new Date(midnightUtc + reached * MINUTE_MS);
}
