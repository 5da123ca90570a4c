/**
 * The floor: express and one named prepared statement, as an administrator of the database, without row-level security, without proof
 * of who asks, without a transaction, without a check of the request.
 */
import express from 'express';
import pg from 'pg';
import { listen } from './listen.ts';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const app = express();
app.disable('x-powered-by');
app.disable('etag');

app.get('/:tenantId/videos/:videoId', async (req, res) => {
  const { rows } = await pool.query<object>({
    name: 'video',
    text: 'select * from video where tenant_id = $1 and id = $2',
    values: [req.params.tenantId, req.params.videoId],
  });
  res.json(rows[0]);
});

interface Wish {
  readonly id: string;
  readonly document: unknown;
}

app.post('/:tenantId/videos/:videoId/annotations/:userId', express.json({ limit: '1mb' }), async (req, res) => {
  const { id, document } = req.body as Wish;
  const { tenantId, videoId, userId } = req.params;
  await pool.query({
    name: 'annotation',
    text: `insert into video_annotation (tenant_id, id, video_id, version, document, pts_ms, picture_hash, created_by_id, change_seq)
      values ($1, $2, $3, 1, $4, 0, null, $5, 1)`,
    values: [tenantId, id, videoId, JSON.stringify(document), userId],
  });
  res.status(201).json({ id });
});

listen(app);
