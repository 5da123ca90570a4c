import { createStore, del, get, set } from 'idb-keyval';

/** Remembers under which id a file is being uploaded, and nothing else: what has arrived is the store's to know. */
export interface UploadMemory {
  /** @param fingerprint Of the file's content, so that a renamed or copied file is the same file. */
  recall(fingerprint: string): Promise<string | undefined>;
  keep(fingerprint: string, clientUploadId: string): Promise<void>;
  forget(fingerprint: string): Promise<void>;
}

/**
 * Keeps ids in IndexedDB, per endpoint. Where the browser offers none (some private windows), an upload works, and is resumed
 * after a reload only by what the server lists.
 */
export const browserMemory = (endpoint: string): UploadMemory => {
  const store = createStore('va-uploads', 'open');
  const key = (fingerprint: string): string => `${endpoint}|${fingerprint}`;
  const orNothing = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch {
      return undefined;
    }
  };
  return {
    recall: (fingerprint) => orNothing(() => get<string>(key(fingerprint), store)),
    keep: (fingerprint, clientUploadId) => orNothing(() => set(key(fingerprint), clientUploadId, store)),
    forget: (fingerprint) => orNothing(() => del(key(fingerprint), store)),
  };
};
