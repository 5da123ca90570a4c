import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  assertKeyPrefix,
  assertObjectKey,
  assertOwnKey,
  assertUploadsPrefix,
  renditionPrefix,
  sourceKey,
  tenantPrefix,
} from './object-keys.ts';
import type { ObjectStore } from './object-store.ts';
import { s3ReadSigner } from './read-signer.ts';
import { tenantStore } from './tenant-store.ts';

const id = fc.uuid();

/** What must never stand anywhere in a key. */
const POISON = [
  '../',
  '/../',
  '..',
  './',
  '//',
  '\\',
  '..\\',
  '%2e%2e',
  '%2E%2E/',
  '%2f',
  '%00',
  '\0',
  '\n',
  ' ',
  '?',
  '#',
  '*',
  ':',
  '~',
  'ø',
  '\u202e',
];

/** A key of ours with one piece of poison as a segment of its own, at any place, or in front. */
const poisoned = (tenantId: string): fc.Arbitrary<string> =>
  fc.tuple(id, id, fc.constantFrom(...POISON), fc.nat()).map(([videoId, uploadId, poison, at]) => {
    const segments = sourceKey(tenantId, videoId, uploadId).split('/');
    return segments.toSpliced(at % (segments.length + 1), 0, poison).join('/');
  });

/** The same poison in the middle of a segment, where it would not make a segment of its own. */
const spiked = (tenantId: string): fc.Arbitrary<string> =>
  fc.tuple(id, id, fc.constantFrom(...POISON.filter((poison) => poison !== './')), fc.nat()).map(([videoId, uploadId, poison, at]) => {
    const key = sourceKey(tenantId, videoId, uploadId);
    const cut = at % (key.length + 1);
    return key.slice(0, cut) + poison + key.slice(cut);
  });

const foreign = (tenantId: string): fc.Arbitrary<string> =>
  fc
    .tuple(id, id, id)
    .filter(([otherId]) => otherId !== tenantId)
    .map(([otherId, videoId, uploadId]) => sourceKey(otherId, videoId, uploadId));

const absolute = (tenantId: string): fc.Arbitrary<string> =>
  fc.tuple(id, id).map(([videoId, uploadId]) => `/${sourceKey(tenantId, videoId, uploadId)}`);

const anywhere = fc.string({ unit: 'binary', maxLength: 200 });

/** A tenant, and a key that it must not reach. */
const offence = id.chain((tenantId) =>
  fc.record({
    tenantId: fc.constant(tenantId),
    key: fc.oneof(
      poisoned(tenantId),
      spiked(tenantId),
      foreign(tenantId),
      absolute(tenantId),
      anywhere,
      anywhere.map((text) => tenantPrefix(tenantId) + text),
      fc.constantFrom('', '/', tenantPrefix(tenantId), `t/${tenantId}`),
    ),
  }),
);

/** A video, and a rendition's key of another one of the same tenant. */
const ofAnotherVideo = fc
  .tuple(id, id, id, id)
  .filter(([, videoId, otherId]) => videoId !== otherId)
  .map(([tenantId, videoId, otherId, attemptId]) => ({
    ...{ tenantId, videoId },
    key: `${renditionPrefix(tenantId, otherId, 1, attemptId)}h-00001.m4s`,
  }));

const signer = s3ReadSigner({
  ...{ endpoint: 'http://127.0.0.1:9000', region: 'here', bucket: 'media', accessKeyId: 'a', secretAccessKey: 's', forcePathStyle: true },
  // The clock is what is asked first when an address is made.
  clock: () => {
    throw new Error('the signer began');
  },
});

/** A store that only counts how often it was reached. */
function countingStore(): { store: ObjectStore; touched: () => number } {
  let touched = 0;
  const touch = (): Promise<never> => {
    touched += 1;
    return Promise.reject(new Error('the store was reached'));
  };
  const store: ObjectStore = {
    createMultipart: touch,
    signPart: touch,
    listParts: touch,
    completeMultipart: touch,
    abortMultipart: touch,
    head: touch,
    read: touch,
    putFile: touch,
    removePrefix: touch,
    purgePrefix: touch,
    refusesPart: touch,
    ping: touch,
    holdings: () => {
      touched += 1;
      return (async function* () {})();
    },
    list: () => {
      touched += 1;
      return (async function* () {})();
    },
    listUploads: () => {
      touched += 1;
      return (async function* () {})();
    },
  };
  return { store, touched: () => touched };
}

/** Every way in that takes a key or a prefix. */
const waysIn = (store: ObjectStore, key: string): readonly (() => Promise<unknown>)[] => [
  () => store.createMultipart(key, { contentType: 'video/mp4', metadata: {} }),
  () => store.signPart(key, { uploadId: 'u', partNumber: 1, sizeBytes: 1, expiresInSeconds: 1 }),
  () => store.listParts(key, 'u'),
  () => store.completeMultipart(key, 'u', []),
  () => store.abortMultipart(key, 'u'),
  () => store.head(key),
  () => store.read(key),
  () => store.putFile(key, '/dev/null', { contentType: 'video/mp4' }),
  () => store.removePrefix(key),
  () => store.purgePrefix(key),
  () => store.refusesPart(key, 'u'),
  () => Promise.resolve().then(() => store.holdings(key)),
  () => Promise.resolve().then(() => store.list(key)),
  () => Promise.resolve().then(() => store.listUploads(key)),
];

describe('object keys', () => {
  it('that we make are accepted, for their own tenant', () => {
    fc.assert(
      fc.property(id, id, id, fc.nat(), (tenantId, videoId, uploadId, version) => {
        const key = sourceKey(tenantId, videoId, uploadId);
        assertOwnKey({ tenantId }, key);
        assertObjectKey(key);
        const prefix = renditionPrefix(tenantId, videoId, version, uploadId);
        assertOwnKey({ tenantId }, prefix);
        assertKeyPrefix(prefix);
        assertObjectKey(`${prefix}analysis.mp4`);
      }),
    );
  });

  it('that climb, escape, start elsewhere or belong to another tenant are refused', () => {
    fc.assert(
      fc.property(offence, ({ tenantId, key }) => {
        assert.throws(() => {
          assertOwnKey({ tenantId }, key);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('are one thing and prefixes another', () => {
    const [tenantId, videoId] = ['018f4f6e-0000-7000-8000-000000000001', '018f4f6e-0000-7000-8000-000000000002'];
    const prefix = renditionPrefix(tenantId, videoId, 1, 'attempt');
    assert.throws(() => {
      assertObjectKey(prefix);
    });
    assert.throws(() => {
      assertKeyPrefix(prefix.slice(0, -1));
    });
    assertUploadsPrefix(prefix);
    assertUploadsPrefix(tenantPrefix(tenantId));
    for (const wide of ['', 't/', `t/${tenantId}`, `t/${tenantId}/v/`])
      assert.throws(() => {
        assertUploadsPrefix(wide);
      });
  });
});

describe('the signer of addresses', () => {
  it('G45 throws before signing for whatever climbs, escapes, starts elsewhere or is another tenant’s', () => {
    fc.assert(
      fc.property(offence, id, ({ tenantId, key }, videoId) => {
        assert.throws(() => signer.sign({ tenantId, videoId }, key, 60), /was refused/);
      }),
      { numRuns: 2000 },
    );
  });

  it('G45 throws before signing for another video of the same tenant', () => {
    fc.assert(
      fc.property(ofAnotherVideo, ({ tenantId, videoId, key }) => {
        assert.throws(() => signer.sign({ tenantId, videoId }, key, 60), /of somebody else was refused/);
      }),
      { numRuns: 1000 },
    );
  });

  it('begins for a key of its own', () => {
    const [tenantId, videoId] = ['018f4f6e-0000-7000-8000-000000000001', '018f4f6e-0000-7000-8000-000000000002'];
    const key = `${renditionPrefix(tenantId, videoId, 1, 'attempt')}h-00001.m4s`;
    assert.throws(() => signer.sign({ tenantId, videoId }, key, 60), /the signer began/);
  });
});

describe("a tenant's store", () => {
  it('G45 throws at every way into another video, when it is that of one', async () => {
    await fc.assert(
      fc.asyncProperty(ofAnotherVideo, async ({ tenantId, videoId, key }) => {
        const { store, touched } = countingStore();
        for (const enter of waysIn(tenantStore(store, tenantId, videoId), key)) await assert.rejects(enter, /of somebody else was refused/);
        assert.equal(touched(), 0);
      }),
      { numRuns: 300 },
    );
  });

  it('G45 throws at every way in before the store is touched', async () => {
    await fc.assert(
      fc.asyncProperty(offence, async ({ tenantId, key }) => {
        const { store, touched } = countingStore();
        for (const enter of waysIn(tenantStore(store, tenantId), key)) await assert.rejects(enter, /was refused/);
        assert.equal(touched(), 0);
      }),
      { numRuns: 500 },
    );
  });

  it("passes the tenant's own keys on", async () => {
    const { store, touched } = countingStore();
    const [tenantId, videoId] = ['018f4f6e-0000-7000-8000-000000000001', '018f4f6e-0000-7000-8000-000000000002'];
    const mine = tenantStore(store, tenantId);
    await assert.rejects(mine.head(sourceKey(tenantId, videoId, 'upload')), /was reached/);
    mine.list(renditionPrefix(tenantId, videoId, 1, 'attempt'));
    await assert.rejects(mine.ping(), /was reached/);
    assert.equal(touched(), 3);
  });
});
