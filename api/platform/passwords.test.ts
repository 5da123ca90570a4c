import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashPassword, isPassword } from './passwords.ts';

describe('a password', () => {
  it('fits its own hash and no other, and nothing where there is none', async () => {
    const stored = await hashPassword('fore! fore!');
    assert.equal(await isPassword('Fore! fore!', stored), false);
    assert.equal(await isPassword('', stored), false);
    assert.equal(await isPassword('fore! fore!', null), false);
    assert.equal(await isPassword('fore! fore!', 'plain text'), false);
    assert.equal(await isPassword('fore! fore!', stored), true);
  });

  it('is kept with its parameters and a salt of its own', async () => {
    const [one, other] = await Promise.all([hashPassword('fore! fore!'), hashPassword('fore! fore!')]);
    assert.match(one, /^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    assert.notEqual(one, other);
  });

  it('is the same however the letters are composed', async () => {
    assert.equal(await isPassword('bla\u030Ab\u00E6r', await hashPassword('bl\u00E5b\u00E6r')), true);
  });
});
