import { assertKeyPrefix, assertObjectKey, assertOwnKey } from './object-keys.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * The store as one tenant, or the work on one of its videos, may see it: a key outside their prefix is refused before the store is
 * touched. Keys come from rows of the tenant, so a refusal is a programming fault and rejects with a plain Error.
 */
export function tenantStore(store: ObjectStore, tenantId: string, videoId?: string): ObjectStore {
  const owner = { tenantId, ...(videoId !== undefined && { videoId }) };
  const own = (key: string): string => {
    assertOwnKey(owner, key);
    assertObjectKey(key);
    return key;
  };
  const ownPrefix = (prefix: string): string => {
    assertOwnKey(owner, prefix);
    assertKeyPrefix(prefix);
    return prefix;
  };

  return {
    createMultipart: async (key, options) => store.createMultipart(own(key), options),
    signPart: async (key, part) => store.signPart(own(key), part),
    listParts: async (key, uploadId) => store.listParts(own(key), uploadId),
    completeMultipart: async (key, uploadId, parts) => store.completeMultipart(own(key), uploadId, parts),
    abortMultipart: async (key, uploadId) => store.abortMultipart(own(key), uploadId),
    listUploads: (prefix) => store.listUploads(ownPrefix(prefix)),
    head: async (key) => store.head(own(key)),
    read: async (key, range) => store.read(own(key), range),
    putFile: async (key, file, options) => store.putFile(own(key), file, options),
    list: (prefix) => store.list(ownPrefix(prefix)),
    removePrefix: async (prefix) => store.removePrefix(ownPrefix(prefix)),
    holdings: (prefix) => store.holdings(ownPrefix(prefix)),
    purgePrefix: async (prefix) => store.purgePrefix(ownPrefix(prefix)),
    refusesPart: async (key, uploadId) => store.refusesPart(own(key), uploadId),
    ping: () => store.ping(),
  };
}
