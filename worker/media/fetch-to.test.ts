import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { FileBytes } from '../../api/platform/file-bytes.ts';
import { fetchTo } from './fetch-to.ts';

describe('a source on its way into the workspace', () => {
  const content = Buffer.from(Array.from({ length: 2_500_000 }, (_, n) => (n * 7 + (n >> 11)) % 251));
  const never = new AbortController().signal;
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'va-fetch-'));
    await writeFile(join(directory, 'stored'), content);
  });
  after(() => rm(directory, { recursive: true }));

  const stored = async (): Promise<FileBytes> =>
    new FileBytes(await open(join(directory, 'stored')), { first: 0, last: content.length - 1 });
  const engines = {
    'a store that writes out its bytes itself': stored,
    'a store that gives a stream': () => Promise.resolve(Readable.from([content.subarray(0, 1_000_000), content.subarray(1_000_000)])),
  };
  for (const [engine, read] of Object.entries(engines))
    it(`is whole, and seen once in order, from ${engine}`, async () => {
      const file = join(directory, engine);
      const seen: Buffer[] = [];
      const count = await fetchTo(file, await read(), (chunk) => seen.push(Buffer.from(chunk)), never);
      assert.equal(count, content.length);
      assert.ok(Buffer.concat(seen).equals(content));
      assert.ok((await readFile(file)).equals(content));
    });

  for (const [engine, read] of Object.entries(engines))
    it(`ends with the reason it was stopped for, from ${engine}`, async () => {
      const stop = new AbortController();
      const reason = new Error('enough');
      const fetching = fetchTo(join(directory, `${engine} stopped`), await read(), () => stop.abort(reason), stop.signal);
      await assert.rejects(fetching, reason);
    });

  it('says what broke', async () => {
    const broken = Readable.from(
      (function* () {
        yield content.subarray(0, 10);
        throw new Error('the line is cut');
      })(),
    );
    await assert.rejects(
      fetchTo(join(directory, 'broken'), broken, () => undefined, never),
      /the line is cut/,
    );
  });
});
