import assert from 'node:assert/strict';
import { it } from 'node:test';
import request from 'supertest';
import { answered, appWith, CALLS, SECRET_KEY } from './test-kit.ts';

it('writes a birth date into no line of the log, whether it is accepted, refused or the cause of a failure', async () => {
  const failing = { upsert: () => Promise.reject(new Error('the database is not well')) };
  for (const [people, birthDate, expected] of [
    [{}, '1987-11-23', 200],
    [{}, '1987-11-2', 400],
    [failing, '1987-11-23', 500],
  ] as const) {
    const { app, lines } = appWith({ people });
    const sending = request(app)
      .put(CALLS['upsertPerson']?.path ?? '')
      .set('Authorization', `Bearer ${SECRET_KEY}`)
      .send({ displayName: 'Kari', role: 'player', birthDate });
    assert.equal((await answered(sending)).status, expected);
    assert.ok(lines.length > 0);
    assert.ok(!lines.some((line) => line.includes('1987')), lines.join(''));
  }
});
