import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import express from 'express';
import request from 'supertest';
import { isPlainlyGood } from './plain-request.ts';
import { operationsOf, readSpec, routeOf } from './spec.ts';
import { idOf } from './rows.test-kit.ts';
import { validator } from './validate.ts';

const spec = readSpec();
const whole = validator(spec, false);
const ID = idOf(1);
const IDS = [ID, ID.toUpperCase(), ID.slice(1), `${ID}0`, `urn:uuid:${ID}`, `${ID}%0A`, `%20${ID}`, 'x'];
const QUERIES = [
  ...[
    '',
    '?',
    '?include=annotations',
    '?include=',
    '?include=Annotations',
    '?include=annotations&include=annotations',
    '?include[]=annotations',
  ],
  ...[
    '?since=',
    '?since=12',
    `?since=${'9'.repeat(100)}`,
    `?since=${'9'.repeat(101)}`,
    `?since=${'%F0%9F%8F%8C'.repeat(60)}`,
    '?since=1&since=2',
  ],
  ...['?constructor=1', '?hasOwnProperty=include', '?__proto__=1', '?unknown=1', '?include=annotations&unknown=1', '?cursor=x'],
];

/** What the quick look says, and what the validator says, of one address. */
async function verdictsOn(operationId: string, path: string): Promise<{ quick: boolean; isValid: boolean }> {
  const operation = operationsOf(spec).find(({ id }) => id === operationId);
  assert.ok(operation?.plain, `${operationId} has a quick look`);
  const { plain } = operation;
  let quick = false;
  const app = express();
  app.set('query parser', 'simple');
  app.get(
    routeOf(operation.path),
    (req, _res, next) => {
      quick = isPlainlyGood(plain, req);
      next();
    },
    ...whole,
    (_req, res) => void res.sendStatus(200),
  );
  app.use(((_error, _req, res, _next) => void res.sendStatus(400)) satisfies express.ErrorRequestHandler);
  const { status } = await request(app).get(path);
  return { quick, isValid: status === 200 };
}

describe('a quick look at a request', () => {
  for (const [operationId, address] of [
    ['getVideo', (id: string) => `/api/v1/videos/${id}`],
    ['listAnnotations', (id: string) => `/api/v1/videos/${id}/annotations`],
  ] as const)
    it(`of ${operationId} lets nothing pass that the validator refuses, and what is ordinary it lets pass`, async () => {
      let passed = 0;
      for (const path of [...IDS.map((id) => address(id)), ...QUERIES.map((query) => address(ID) + query)]) {
        const { quick, isValid } = await verdictsOn(operationId, path);
        if (quick) assert.equal(isValid, true, path);
        if (quick) passed += 1;
      }
      const ordinary = operationId === 'getVideo' ? '?include=annotations' : '?since=12';
      for (const path of [address(ID), address(ID) + ordinary])
        assert.deepEqual(await verdictsOn(operationId, path), { quick: true, isValid: true });
      assert.ok(passed >= 3, String(passed));
    });
});
