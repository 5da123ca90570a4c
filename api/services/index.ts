import type { MissingIds } from '../platform/foreign-ids.ts';
import type { HotPath } from '../platform/hot-path.ts';
import type { KillPointCheck } from '../platform/kill-points.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import type { JobSender } from '../platform/queue.ts';
import type { Knex } from 'knex';
import { annotations } from './annotations.ts';
import { auditLog } from './audit-log.ts';
import { consents } from './consents.ts';
import type { Services } from './contracts.ts';
import { credentials } from './credentials.ts';
import { erasures } from './erasures.ts';
import type { Gateway } from './gateway.ts';
import { health } from './health.ts';
import { idempotency } from './idempotency.ts';
import { linkOpening } from './link-opening.ts';
import { links } from './links.ts';
import { keys } from './keys.ts';
import { openUploads } from './open-uploads.ts';
import { people } from './people.ts';
import { playback } from './playback.ts';
import { reprocessing } from './reprocessing.ts';
import { sessions } from './sessions.ts';
import { sharing } from './sharing.ts';
import { takeouts } from './takeouts.ts';
import { ties } from './ties.ts';
import { uploads } from './uploads.ts';
import { videos } from './videos.ts';

export interface ServiceDependencies {
  readonly database: Knex;
  readonly hotPath: HotPath;
  readonly sender: JobSender;
  readonly store: ObjectStore;
  readonly gateway: Gateway;
  readonly missing: MissingIds;
  readonly killPoint: KillPointCheck;
}

/** Everything the API can do, put together once. */
export const createServices = ({ database, hotPath, sender, store, gateway, missing, killPoint }: ServiceDependencies): Services => ({
  credentials: credentials({ database, hotPath, sender, missing }),
  sessions: sessions(),
  keys: keys(),
  people: people(),
  erasures: erasures(killPoint),
  takeouts: takeouts(store),
  consents: consents(),
  auditLog: auditLog(),
  ties: ties(),
  uploads: uploads({ store, killPoint }),
  openUploads: openUploads(),
  videos: videos(store),
  reprocessing: reprocessing(),
  playback: playback(store, gateway),
  annotations: annotations(),
  sharing: sharing(),
  links: links(),
  linkOpening: linkOpening({ database, sender }),
  idempotency: idempotency(),
  health: health(database, store),
});
