import { DomainError } from '../../domain/errors.ts';

export interface BodyLimits {
  readonly bytes: number;
  /** Members of all objects together. */
  readonly keys: number;
}

const MAX_DEPTH = 32;

/** Names that reach an object's prototype when a careless copy assigns them. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** PostgreSQL stores neither NUL nor half a surrogate pair: refused here, where the field still has a name. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const malformed = (detail: string): DomainError => new DomainError('request.malformed', { detail });

/** @throws DomainError `request.malformed` */
export function assertStorable(text: string): void {
  if (!isStorable(text)) throw malformed('Text may not contain NUL or unpaired surrogates.');
}

/**
 * Walks a parsed body before anything else does. A stack of our own, because recursion over a hostile depth is itself the attack.
 * @throws DomainError `request.malformed`
 */
export function guardBody(body: unknown, maxKeys: number): void {
  const pending: { value: unknown; depth: number }[] = [{ value: body, depth: 1 }];
  let keys = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string') assertStorable(value);
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) throw malformed(`The body is nested deeper than ${String(MAX_DEPTH)} levels.`);
    if (!Array.isArray(value)) keys += guardKeys(Object.keys(value));
    if (keys > maxKeys) throw malformed(`The body has more than ${String(maxKeys)} members.`);
    for (const child of Object.values(value)) pending.push({ value: child, depth: depth + 1 });
  }
}

function guardKeys(keys: readonly string[]): number {
  for (const key of keys) {
    if (FORBIDDEN_KEYS.has(key)) throw malformed(`A member may not be called "${key}".`);
    assertStorable(key);
  }
  return keys.length;
}
