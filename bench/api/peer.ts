/**
 * The peer: express and objection as one would write it, as the application's own role under row-level security, each request in a
 * transaction of its tenant. It believes whoever asks and lets everybody see everything: less than the API does.
 */
import express from 'express';
import { Model, type RelationMappings } from 'objection';
import { uuidv7 } from 'uuidv7';
import type { Knex } from 'knex';
import type { Actor } from '../../domain/access/policy.ts';
import { whereViewable } from '../../api/platform/access-facts.ts';
import { connectDatabase } from '../../api/platform/database.ts';
import { VideoModel } from '../../api/platform/models/video.ts';
import { bindTenant } from '../../api/platform/tenant-scope.ts';
import { listen } from './listen.ts';

class Annotation extends Model {
  static override tableName = 'videoAnnotation';
  static override idColumn = ['tenantId', 'id'];
  static override jsonAttributes = ['document'];
}

class Revision extends Model {
  static override tableName = 'videoAnnotationRevision';
  static override idColumn = ['tenantId', 'annotationId', 'version'];
  static override jsonAttributes = ['document'];
}

class AuditEvent extends Model {
  static override tableName = 'auditEvent';
  static override idColumn = ['tenantId', 'id'];
  static override jsonAttributes = ['metadata'];
}

class Video extends Model {
  static override tableName = 'video';
  static override idColumn = ['tenantId', 'id'];
  static override jsonAttributes = ['fps', 'metadata'];
  static override relationMappings: RelationMappings = {
    annotations: {
      relation: Model.HasManyRelation,
      modelClass: Annotation,
      join: { from: ['video.tenantId', 'video.id'], to: ['videoAnnotation.tenantId', 'videoAnnotation.videoId'] },
    },
  };
}

const database = connectDatabase({ url: process.env['DATABASE_URL'] ?? '', poolSize: 10, name: 'bench-peer' });

const within = <T>(tenantId: string, work: (trx: Knex.Transaction) => PromiseLike<T>): Promise<T> =>
  database.transaction(async (trx): Promise<T> => {
    await trx.raw(`select set_config('app.tenant_id', ?, true), set_config('statement_timeout', '15s', true)`, [tenantId]);
    return await work(trx);
  });

const app = express();
app.disable('x-powered-by');
app.disable('etag');

app.get('/:tenantId/videos/:videoId', async ({ params: { tenantId, videoId } }, res) => {
  res.json(await within(tenantId, (trx) => Video.query(trx).findById([tenantId, videoId])));
});

app.get('/:tenantId/videos/:videoId/graph', async ({ params: { tenantId, videoId } }, res) => {
  res.json(await within(tenantId, (trx) => Video.query(trx).findById([tenantId, videoId]).withGraphFetched('annotations')));
});

interface Wish {
  readonly id: string;
  readonly document: object;
}

app.post('/:tenantId/videos/:videoId/annotations/:userId', express.json({ limit: '1mb' }), async (req, res) => {
  const { id, document } = req.body as Wish;
  const { tenantId, videoId, userId } = req.params;
  const answer = await within(tenantId, async (trx) => {
    const row = { tenantId, id, videoId, version: 1, document, ptsMs: 0, createdById: userId, changeSeq: 1 };
    const made = await Annotation.query(trx).insertAndFetch(row);
    await Revision.query(trx).insert({ tenantId, annotationId: id, version: 1, document, changedById: userId });
    const audit = { tenantId, id: uuidv7(), actorId: userId, action: 'ANNOTATION_ADDED', resourceType: 'annotation', resourceId: id };
    await AuditEvent.query(trx)
      .insert({ ...audit, requestId: 'bench', metadata: { videoId } })
      .returning('id');
    return made;
  });
  res.status(201).json(answer);
});

const LOOKS_AT_EVERYTHING: Omit<Actor, 'id' | 'role'> = { scopes: new Set(), onlyPlayerIds: null, onlyVideoIds: null };

/** The page the API gives, found by counting rows off. */
app.get('/:tenantId/pages/:userId/:offset', async ({ params: { tenantId, userId, offset } }, res) => {
  const actor: Actor = { id: userId, role: 'coach', ...LOOKS_AT_EVERYTHING };
  const identity = { tenantId, actor, credential: { kind: 'job' as const }, requestId: 'bench' };
  const page = await bindTenant({ database, sender: null }, identity).within(
    async (scope) =>
      await whereViewable(VideoModel.within(scope).whereNull('video.deletedAt'), scope)
        .orderBy([
          { column: 'video.createdAt', order: 'desc' },
          { column: 'video.id', order: 'desc' },
        ])
        .offset(Number(offset))
        .limit(25),
  );
  res.json(page);
});

listen(app);
