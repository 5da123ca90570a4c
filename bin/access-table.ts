/** `npm run docs:access`: writes docs/access.md, the policy's table. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { accessPage } from './lib/access-table.ts';

const file = path.join(import.meta.dirname, '../docs/access.md');
writeFileSync(file, await format(accessPage(), { ...(await resolveConfig(file)), filepath: file }));
console.log(`${file} written`);
