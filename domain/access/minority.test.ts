import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { comesOfAgeOn, dayIn, isMinorAt, startOfDay } from './minority.ts';

describe('minority', () => {
  const rows: [what: string, born: string, age: number, at: string, isMinor: boolean][] = [
    ['lasts until the day before the birthday', '2008-06-15', 18, '2026-06-14', true],
    ['ends on the birthday', '2008-06-15', 18, '2026-06-15', false],
    ['lasts over the turn of the year', '2008-01-01', 18, '2025-12-31', true],
    ['ends on New Year’s day', '2008-01-01', 18, '2026-01-01', false],
    ['of somebody born on 29 February lasts over the 28th of a year without one', '2008-02-29', 18, '2026-02-28', true],
    ['of somebody born on 29 February ends on 1 March of a year without one', '2008-02-29', 18, '2026-03-01', false],
    ['of somebody born on 29 February lasts over the 28th of a leap year too', '2008-02-29', 16, '2024-02-28', true],
    ['of somebody born on 29 February ends on that day in a leap year', '2008-02-29', 16, '2024-02-29', false],
    ['of somebody born on 28 February ends on the 28th of a leap year', '2006-02-28', 18, '2024-02-28', false],
    ['of somebody born on 1 March lasts over 29 February', '2006-03-01', 18, '2024-02-29', true],
    ['knows that 2000 was a leap year', '1982-02-28', 18, '2000-02-28', false],
    ['goes by the age it is told', '2008-06-15', 21, '2026-06-15', true],
    ['holds for somebody not born yet', '2030-01-01', 18, '2026-06-15', true],
  ];
  for (const [what, born, age, at, isMinor] of rows) it(what, () => assert.equal(isMinorAt(born, age, at), isMinor));

  it('ends on the first day on which nobody is a minor any more', () => {
    for (const [born, age, on] of [
      ['2008-06-15', 18, '2026-06-15'],
      ['2008-02-29', 18, '2026-03-01'],
      ['2008-02-29', 16, '2024-02-29'],
      ['2008-12-31', 18, '2026-12-31'],
    ] as const)
      assert.equal(comesOfAgeOn(born, age), on);
  });
});

describe('the day of a place', () => {
  it('is another one east and west of the same instant', () => {
    const instant = new Date('2026-06-14T23:30:00Z');
    assert.equal(dayIn('UTC', instant), '2026-06-14');
    assert.equal(dayIn('Europe/Oslo', instant), '2026-06-15');
    assert.equal(dayIn('America/New_York', instant), '2026-06-14');
    assert.equal(dayIn('Pacific/Kiritimati', new Date('2026-06-14T10:00:00Z')), '2026-06-15');
    assert.equal(dayIn('Pacific/Pago_Pago', new Date('2026-06-15T10:59:00Z')), '2026-06-14');
  });

  it('begins at its own midnight, in summer and in winter', () => {
    for (const [zone, day, instant] of [
      ['UTC', '2026-06-15', '2026-06-15T00:00:00.000Z'],
      ['Europe/Oslo', '2026-06-15', '2026-06-14T22:00:00.000Z'],
      ['Europe/Oslo', '2026-01-15', '2026-01-14T23:00:00.000Z'],
      ['America/New_York', '2026-01-15', '2026-01-15T05:00:00.000Z'],
      ['Asia/Kathmandu', '2026-01-15', '2026-01-14T18:15:00.000Z'],
      ['Pacific/Kiritimati', '2026-01-15', '2026-01-14T10:00:00.000Z'],
    ] as const)
      assert.equal(startOfDay(zone, day).toISOString(), instant, `${zone} ${day}`);
  });

  it('begins at one o’clock where the clocks jump over midnight', () => {
    // Beirut, 29 March 2026: 00:00 becomes 01:00, UTC+2 becomes UTC+3.
    assert.equal(startOfDay('Asia/Beirut', '2026-03-29').toISOString(), '2026-03-28T22:00:00.000Z');
  });

  it('refuses a place that there is not', () => assert.throws(() => dayIn('Europe/Atlantis', new Date()), RangeError));
});
