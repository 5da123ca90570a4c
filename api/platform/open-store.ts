import type { StoreConfig } from './config.ts';
import { diskStore, type DiskStore } from './object-store.disk.ts';
import { s3Store } from './object-store.s3.ts';
import type { ObjectStore } from './object-store.ts';
import { s3ReadSigner, type ReadSigner } from './read-signer.ts';

export interface OpenedStore {
  readonly store: ObjectStore;
  /** Only a disk needs somebody to take its parts; an S3 has an address of its own. */
  readonly disk: DiskStore | null;
}

/** @throws Error for a disk: it has no addresses for others. @param forBrowsers whether a browser or a proxy of ours will go there. */
export function openReadSigner(config: StoreConfig, forBrowsers: boolean): ReadSigner {
  if (config.kind !== 's3') throw new Error('a disk signs no addresses to read from');
  return s3ReadSigner({ ...config, endpoint: forBrowsers ? (config.publicEndpoint ?? config.endpoint) : config.endpoint });
}

/** @param publicUrl the API's own address, where the disk's parts are sent. */
export function openStore(config: StoreConfig, publicUrl: string): OpenedStore {
  if (config.kind === 's3') return { store: s3Store(config), disk: null };
  const disk = diskStore({ root: config.root, publicUrl, signingSecret: config.signingSecret });
  return { store: disk, disk };
}
