import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'node:test';
import { format, resolveConfig } from 'prettier';
import { accessPage } from './access-table.ts';

it('docs/access.md says what the policy decides', async () => {
  const file = path.join(import.meta.dirname, '../../docs/access.md');
  const expected = await format(accessPage(), { ...(await resolveConfig(file)), filepath: file });
  assert.equal(await readFile(file, 'utf8'), expected, 'the policy has changed: npm run docs:access');
});
