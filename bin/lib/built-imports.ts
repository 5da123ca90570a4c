import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The specifiers a built module imports: when it is loaded, and on demand. */
export interface BuiltImports {
  readonly atOnce: readonly string[];
  readonly later: readonly string[];
}

/** Reads what the bundler has written; it is no parser for what people write. */
export function importsIn(code: string): BuiltImports {
  const specifiers = (pattern: RegExp): string[] => [...code.matchAll(pattern)].map((match) => match[1] ?? '');
  return {
    atOnce: specifiers(/(?:^|[;}\s])(?:import|export)\s*(?:[\w*${}\s,]*?from\s*)?["']([^"']+)["']/g),
    later: specifiers(/\bimport\(\s*["']([^"']+)["']/g),
  };
}

export const importsOfFile = (file: string): BuiltImports => importsIn(readFileSync(file, 'utf8'));

/** The file and everything that is loaded with it, as absolute paths. */
export function loadedWith(entry: string): readonly string[] {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const specifier of importsOfFile(file).atOnce) load(path.resolve(path.dirname(file), specifier));
  };
  load(entry);
  return [...loaded];
}
