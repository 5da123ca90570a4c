import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { TakeoutModel } from '../../api/platform/models/takeout.ts';
import type { ObjectStore } from '../../api/platform/object-store.ts';
import type { TakenRows } from '../../api/platform/takeout-rows.ts';
import type { Tenant } from '../../api/platform/tenant.ts';
import type { Original, TakeoutWork } from '../../api/services/takeout-work.ts';

export interface TakeoutParts {
  readonly tenant: Tenant;
  readonly takeout: TakeoutModel;
  readonly work: TakeoutWork;
  readonly own: ObjectStore;
  readonly workspace: string;
  readonly target: Writable;
  readonly signal: AbortSignal;
}

/** One file of the archive, as its manifest tells it. */
interface Entry {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Of a file of rows. */
  readonly rows?: number;
}

/** Names that say more than the table's; everything else is under `tables/`. */
const NAMES: Readonly<Record<string, string>> = {
  app_user: 'person',
  audit_event: 'audit',
  coach_player: 'relations/coaches',
  consent: 'consents',
  guardian_player: 'relations/guardians',
};

const ENDINGS: Readonly<Record<string, string>> = {
  ...{ 'video/mp4': 'mp4', 'video/quicktime': 'mov', 'video/webm': 'webm', 'video/x-matroska': 'mkv', 'video/x-msvideo': 'avi' },
};

/** Writes the archive and ends the target. Formats: docs/erasure-and-takeout.md. */
export async function writeTakeout(parts: TakeoutParts): Promise<void> {
  const { tenant, takeout, work, workspace, target, signal } = parts;
  const zip = new ZipFile();
  const done = finished(zip.outputStream.pipe(target), { signal });
  zip.on('error', (error) => target.destroy(error as Error));
  const entries: Entry[] = [];
  await mkdir(join(workspace, 'rows'), { mode: 0o700 });
  try {
    const tables: { readonly path: string; readonly file: string; readonly rows: number }[] = [];
    // The rows first, all of one moment; the archive is made of the files after that transaction has ended.
    await work.eachTable(tenant, takeout.personId, async (taken) => {
      signal.throwIfAborted();
      const file = join(workspace, 'rows', `${taken.table}.${taken.kind}`);
      const rows = await writeRows(taken, file);
      if (rows > 0) tables.push({ path: pathOf(taken), file, rows });
    });
    for (const { path, file, rows } of tables) entries.push({ ...addBytes(zip, path, await readFile(file)), rows });
    entries.push(...(await addDrawings(zip, tables)));
    for (const original of await work.originals(tenant, takeout.personId)) {
      signal.throwIfAborted();
      const entry = await addOriginal(zip, done, parts.own, original);
      if (entry) entries.push(entry);
    }
    addBytes(zip, 'README.txt', Buffer.from(README));
    addBytes(zip, 'manifest.json', Buffer.from(`${JSON.stringify(manifestOf(tenant.id, takeout, entries), null, 2)}\n`));
    zip.end();
    await done;
  } catch (error) {
    target.destroy();
    await done.catch(() => undefined);
    throw error;
  }
}

const pathOf = ({ table, kind }: Pick<TakenRows, 'table' | 'kind'>): string =>
  kind === 'own' ? `${NAMES[table] ?? `tables/${table}`}.ndjson` : `mentions/${table}.ndjson`;

async function writeRows(taken: TakenRows, file: string): Promise<number> {
  const stream = createWriteStream(file, { mode: 0o600 });
  let count = 0;
  for await (const row of taken.rows()) {
    count += 1;
    if (!stream.write(`${JSON.stringify(row)}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
  return count;
}

/** The same moment for every file: an archive of the same content is the same. */
const MTIME = new Date('2000-01-01T00:00:00Z');

function addBytes(zip: ZipFile, path: string, bytes: Buffer): Entry {
  zip.addBuffer(bytes, path, { mtime: MTIME });
  return { path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

interface Drawing {
  readonly id: string;
  readonly video_id: string;
  readonly document: unknown;
}

/** Each drawing once more as a document of its own, as the API has it. */
async function addDrawings(zip: ZipFile, tables: readonly { readonly path: string; readonly file: string }[]): Promise<Entry[]> {
  const table = tables.find(({ path }) => path === 'tables/video_annotation.ndjson');
  if (!table) return [];
  const lines = (await readFile(table.file, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => {
    const { id, video_id: videoId, document } = JSON.parse(line) as Drawing;
    return addBytes(zip, `annotations/${videoId}/${id}.json`, Buffer.from(`${JSON.stringify(document, null, 2)}\n`));
  });
}

/** Stored as it is: film does not become smaller. Null when the store has it no longer. */
async function addOriginal(
  zip: ZipFile,
  done: Promise<void>,
  own: ObjectStore,
  { videoId, objectKey, contentType }: Original,
): Promise<Entry | null> {
  const head = await own.head(objectKey);
  if (head === null) return null;
  const path = `originals/${videoId}/source.${ENDINGS[contentType] ?? 'bin'}`;
  const hash = createHash('sha256');
  const bytes = (await own.read(objectKey)) as Readable;
  const seen = hashing(hash);
  const isThrough = finished(seen);
  bytes.once('error', (error) => seen.destroy(error));
  zip.addReadStream(bytes.pipe(seen), path, { mtime: MTIME, compress: false, size: head.sizeBytes });
  // One after the other, so that no two are open at the store. When the archive fails, nobody reads on.
  await Promise.race([isThrough, done]);
  return { path, sizeBytes: head.sizeBytes, sha256: hash.digest('hex') };
}

const hashing = (hash: Hash): Transform =>
  new Transform({
    transform: (chunk: Buffer, _encoding, pass) => {
      hash.update(chunk);
      pass(null, chunk);
    },
  });

const manifestOf = (tenantId: string, { id, personId, requestedAt }: TakeoutModel, files: readonly Entry[]) => ({
  ...{ format: 'person-takeout-1', tenantId, takeoutId: id, personId },
  ...{ requestedAt: requestedAt.toISOString(), madeAt: new Date().toISOString(), files },
});

const README = `This archive holds what the video analysis platform keeps about one person.

manifest.json      every file with its size, its SHA-256 and, for files of rows, how many there are
person.ndjson      the person's own record
consents.ndjson    what was agreed to, by whom, under which text, and when it ended
relations/         whom the person is tied to as an athlete, a coach or a guardian
audit.ndjson       the entries of the audit log by or about the person and the person's videos
annotations/       the drawings on the person's videos, one document each, by video
originals/         the person's videos as they were sent, by video
tables/            every other row of the person's, by table
mentions/          rows that belong to others and name the person: ids and times only

Files that end in .ndjson have one JSON object in UTF-8 on each line (ndjson.org). Columns that end in _id hold ids; other
people appear as ids and nothing else. Times are ISO 8601 in UTC. Passwords, tokens and their hashes are left out.
`;
