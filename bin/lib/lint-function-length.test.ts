import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Linter } from 'eslint';
import { functionLength } from './lint-function-length.mjs';

const complaints = (code: string): string[] =>
  new Linter()
    .verify(code, {
      plugins: { house: { rules: { 'function-length': functionLength } } },
      rules: { 'house/function-length': ['error', { max: 4 }] },
    })
    .map(({ message }) => message);

describe('the length of a function', () => {
  it('is right up to the limit', () => {
    assert.deepEqual(complaints('function f() {\n  a();\n  b();\n}'), []);
  });

  it('is wrong one line later', () => {
    assert.deepEqual(complaints('function f() {\n  a();\n  b();\n  c();\n}'), ['This function has 5 lines of its own; 4 is the most.']);
  });

  it('does not count blank lines', () => {
    assert.deepEqual(complaints('function f() {\n\n  a();\n\n  b();\n}'), []);
  });

  it('does not count the functions inside it, which have limits of their own', () => {
    const method = (name: string): string => `  ${name}() {\n    a();\n\n    b();\n  },`;
    assert.deepEqual(complaints(`const service = () => ({\n${method('one')}\n${method('two')}\n${method('three')}\n});`), []);
  });
});
