import { randomUUID } from 'node:crypto';
import type { TestSystem } from './system.ts';
import { validRequest, type Side } from './tenancy-matrix.ts';
import type { SpecOperation } from './tenancy-places.ts';

/** What a request is sent with besides what the operation needs. */
export interface Dress {
  /** The whole Authorization header; null for none. */
  readonly authorization: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the address, as it stands. */
  readonly query?: string;
  /** Added to the body. */
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status: number;
  readonly code: unknown;
  /** Without what differs between two equal answers. */
  readonly text: string;
  readonly headers: Headers;
}

export const bearer = (token: string): string => `Bearer ${token}`;

/** One operation of the contract, asked as the side would ask it, in other clothes. */
export async function send(system: TestSystem, side: Side, operation: SpecOperation, dress: Dress): Promise<Reply> {
  const request = validRequest(operation.operationId, side);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(request.path?.[name] ?? ''));
  const query = [new URLSearchParams(request.query).toString(), dress.query ?? ''].filter(Boolean).join('&');
  const body = request.body && { ...request.body, ...dress.body };
  const response = await fetch(`${system.url}${path}${query === '' ? '' : `?${query}`}`, {
    method: operation.method.toUpperCase(),
    headers: {
      ...(dress.authorization !== null && { Authorization: dress.authorization }),
      ...(body && { 'Content-Type': 'application/json' }),
      ...(operation.method === 'post' && { 'Idempotency-Key': randomUUID() }),
      ...dress.headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const told: unknown = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null;
  return {
    status: response.status,
    code: typeof told === 'object' && told !== null && 'code' in told ? told.code : undefined,
    text: text.replaceAll(/"requestId":"[^"]*"/g, ''),
    headers: response.headers,
  };
}
