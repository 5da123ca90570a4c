import type { components } from '../../../domain/generated/openapi.ts';
import { TenantModel } from './model.ts';

/** Numbers by kind. */
export type Counts = Readonly<Record<string, number>>;

/** What worked before an erasure and must be refused after it. */
export interface Probes {
  /** SHA-256 of leases, in hex. */
  readonly leases?: readonly string[];
  readonly uploads?: readonly { readonly key: string; readonly uploadId: string }[];
  /** A worker whose job was taken away may write until then. ISO 8601. */
  readonly quietAt?: string;
}

export class ErasureModel extends TenantModel {
  static override tableName = 'erasure';
  static override get jsonAttributes(): string[] {
    return ['counts', 'removed', 'leftOver', 'probes'];
  }
  declare id: string;
  declare personId: string;
  declare videoIds: string[];
  declare takeoutIds: string[];
  /** Of links to the videos or to the athlete. */
  declare guestIds: string[];
  /** Salted with the erasure's id; null once it is forgotten. */
  declare externalIdSha256: Buffer | null;
  declare state: components['schemas']['Erasure']['state'];
  declare counts: Counts;
  declare removed: Counts;
  declare leftOver: Counts;
  declare probes: Probes;
  /** JSON text, as it was hashed. */
  declare receipt: string | null;
  declare receiptSha256: string | null;
  declare requestedAt: Date;
  declare verifiedAt: Date | null;
  declare dueAt: Date;
}
