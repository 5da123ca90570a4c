import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { importsIn, loadedWith } from './built-imports.ts';

describe('the imports of a built module', () => {
  it('are told apart: those at once and those on demand', () => {
    const code = `import{a as b,c}from"./one.js";import*as d from"./two.js";import"./three.js";export{e}from"./four.js";const f=()=>import("./five.js");`;
    assert.deepEqual(importsIn(code), { atOnce: ['./one.js', './two.js', './three.js', './four.js'], later: ['./five.js'] });
  });

  it('are none in words that only speak of importing', () => {
    assert.deepEqual(importsIn(`const text="import the clip";const exported="export it";`), { atOnce: [], later: [] });
  });
});

describe('what is loaded with an entry', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'built-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const write = (name: string, code: string): void => writeFileSync(path.join(directory, name), code);

  it('is each static import once, and nothing that comes on demand', () => {
    write('entry.js', `import"./left.js";import"./right.js";const later=()=>import("./editor.js");`);
    write('left.js', `import"./shared.js";`);
    write('right.js', `import"./shared.js";`);
    write('shared.js', '');
    const names = loadedWith(path.join(directory, 'entry.js')).map((file) => path.basename(file));
    assert.deepEqual(names, ['entry.js', 'left.js', 'shared.js', 'right.js']);
  });
});
