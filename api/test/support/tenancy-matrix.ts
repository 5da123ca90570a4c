import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Club, Person } from './club.ts';
import { declaration, sendParts, uploadClip } from './clips.ts';
import { lineOn } from './drawings.ts';
import { publishRendition } from './published.ts';
import { PORTAL_ORIGIN, startTestSystem, type TestSystem } from './system.ts';
import { startClub } from './club.ts';

/** One place in one operation where an id goes, for example `completeUpload body.videoId`. */
export interface IdPlace {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly at: 'path' | 'query' | 'body';
  /** Dotted path within that part. */
  readonly name: string;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly pattern?: string;
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: 'path' | 'query' | 'header';
  readonly schema?: Schema;
}

interface Spec {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly parameters: Readonly<Record<string, Parameter>> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export interface SpecOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  readonly needsSecretKey: boolean;
  readonly places: readonly IdPlace[];
}

/** Every operation of the contract with every place where it takes an id. */
export function readOperations(): readonly SpecOperation[] {
  const spec = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8')) as Spec;
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : (spec.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const isId = (schema: Schema): boolean =>
    schema.$ref === '#/components/schemas/Id' ||
    schema.$ref === '#/components/schemas/ExternalId' ||
    schema.pattern === '^[A-Za-z0-9_-]{43}$';
  const idsIn = (schema: Schema, name: string): string[] => {
    if (isId(schema)) return [name];
    const { properties, items } = resolve(schema);
    const inside = Object.entries(properties ?? {}).flatMap(([key, value]) => idsIn(value, name === '' ? key : `${name}.${key}`));
    return items && isId(items) ? [...inside, `${name}.0`] : inside;
  };
  return Object.entries(spec.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as Operation | undefined;
      if (!operation) return [];
      const { operationId } = operation;
      const parameters = [...((item['parameters'] as Parameter[] | undefined) ?? []), ...(operation.parameters ?? [])].map((parameter) =>
        parameter.$ref === undefined ? parameter : (spec.components.parameters[parameter.$ref.split('/').at(-1) ?? ''] ?? {}),
      );
      const inUrl = parameters.flatMap(({ name = '', in: at, schema = {} }) =>
        isId(schema) && (at === 'path' || at === 'query') ? [{ operationId, method, path, at, name }] : [],
      );
      const body = operation.requestBody?.content['application/json'].schema;
      const inBody = body ? idsIn(body, '').map((name) => ({ operationId, method, path, at: 'body' as const, name })) : [];
      return [
        {
          ...{ operationId, method, path, places: [...inUrl, ...inBody] },
          isPublic: operation.security?.length === 0,
          needsSecretKey: operation.security?.some((scheme) => 'secretKey' in scheme) ?? false,
        },
      ];
    }),
  );
}

/** The ids one tenant owns, by what the contract calls them. */
export interface OwnedIds {
  readonly videoId: string;
  readonly annotationId: string;
  readonly uploadId: string;
  readonly openVideoId: string;
  readonly playerId: string;
  readonly leaseId: string;
  readonly clientUploadId: string;
  /** The partner's own ids, which no other tenant has as well. */
  readonly externalId: string;
  readonly coachExternalId: string;
  readonly guardianExternalId: string;
  readonly shareId: string;
  readonly linkId: string;
  readonly uploadLinkId: string;
}

/** A tenant with one of everything: a played and drawn-on video, and an upload that is still open. */
export interface Side {
  readonly club: Club;
  readonly coach: Person;
  readonly ids: OwnedIds;
}

const BYTES = Buffer.alloc(64 * 1024, 1);

export async function startSide(system: TestSystem, name: string): Promise<Side> {
  const club = await startClub(system, name);
  // The same external ids in every tenant: a partner's own numbering must never collide.
  const coach = await club.person('coach', 'coach-1');
  const player = await club.person('player', 'player-1');
  await club.coaches(coach, player);
  await club.consents(player, 'coach_review');
  const named = { externalId: `player of ${name}`, coachExternalId: `coach of ${name}`, guardianExternalId: `guardian of ${name}` };
  for (const [role, externalId] of [
    ['player', named.externalId],
    ['coach', named.coachExternalId],
    ['guardian', named.guardianExternalId],
  ] as const)
    await club.server.PUT('/api/v1/people/{externalId}', { params: { path: { externalId } }, body: { displayName: externalId, role } });
  const video = await uploadClip(coach.api, BYTES, { playerId: player.id });
  await publishRendition(system, club.tenantId, video.id, BYTES);
  const annotationId = randomUUID();
  await coach.api.POST('/api/v1/videos/{videoId}/annotations', {
    params: { path: { videoId: video.id } },
    body: { id: annotationId, document: lineOn(10) },
  });
  const { data: playback } = await coach.api.GET('/api/v1/videos/{videoId}/playback', { params: { path: { videoId: video.id } } });
  const clientUploadId = randomUUID();
  const { data: open } = await coach.api.POST('/api/v1/media/upload/init', {
    body: declaration(BYTES, { clientUploadId, playerId: player.id }),
  });
  if (!playback || !open) throw new Error('the side could not be set up');
  await sendParts(open, BYTES);
  const leaseId = playback.renewUrl.split('/').at(-2) ?? '';
  const shared = await share(club, coach, { videoId: video.id, playerId: player.id });
  return {
    ...{ club, coach },
    ids: {
      videoId: video.id,
      annotationId,
      uploadId: open.uploadId,
      openVideoId: open.videoId,
      playerId: player.id,
      leaseId,
      clientUploadId,
      ...named,
      ...shared,
    },
  };
}

/** One of everything by which something is shown, or sent. */
async function share(club: Club, coach: Person, { videoId, playerId }: { videoId: string; playerId: string }) {
  const params = { path: { videoId } };
  const { data: made } = await coach.api.POST('/api/v1/videos/{videoId}/shares', {
    params,
    body: { recipientIds: [(await club.person('coach', 'coach-2')).id] },
  });
  await club.consents({ id: playerId }, 'link_share');
  const { data: link } = await club.server.POST('/api/v1/videos/{videoId}/links', { params, body: {} });
  const { data: uploadLink } = await coach.api.POST('/api/v1/upload-links', { body: { playerId } });
  if (!made || !link || !uploadLink) throw new Error('nothing could be shared');
  return { shareId: made.id, linkId: link.id, uploadLinkId: uploadLink.id };
}

/** A request that would succeed for the side that owns the ids. An operation that is not here fails the walk. */
function validRequest(
  operationId: string,
  { ids }: Side,
): { path?: Record<string, string>; query?: Record<string, string>; body?: Record<string, unknown> } {
  const { videoId, annotationId, uploadId, openVideoId, playerId, leaseId, externalId, coachExternalId, guardianExternalId } = ids;
  const drawing = { videoId, annotationId };
  const open = { videoId: openVideoId, uploadId };
  const requests: Record<string, ReturnType<typeof validRequest>> = {
    createSession: {
      body: {
        actor: { externalId: 'coach-1', role: 'coach', displayName: 'Coach' },
        origins: [PORTAL_ORIGIN],
        playerIds: [playerId],
        videoIds: [videoId],
      },
    },
    getCurrentSession: {},
    endCurrentSession: {},
    listPlayers: {},
    listPeople: {},
    getPerson: { path: { externalId } },
    upsertPerson: { path: { externalId }, body: { displayName: 'Kari', role: 'player' } },
    deactivatePerson: { path: { externalId } },
    listTies: { path: { externalId } },
    linkCoach: { path: { externalId, coachExternalId } },
    unlinkCoach: { path: { externalId, coachExternalId } },
    linkGuardian: { path: { externalId, guardianExternalId } },
    unlinkGuardian: { path: { externalId, guardianExternalId } },
    listConsents: { path: { playerId } },
    grantConsent: {
      path: { playerId },
      body: { purpose: 'export', textVersion: '1', locale: 'nb', evidence: { method: 'in_app' } },
    },
    withdrawConsent: { path: { playerId, purpose: 'coach_review' }, body: { evidence: { method: 'in_app' } } },
    listAuditEvents: {},
    initUpload: { body: { ...declaration(BYTES), playerId } },
    signUploadParts: { body: open },
    completeUpload: { body: { ...open, parts: [{ partNumber: 1, etag: 'none' }] } },
    abortUpload: { body: open },
    listOpenUploads: {},
    listVideos: { query: { playerId } },
    getVideo: { path: { videoId } },
    updateVideo: { path: { videoId }, body: { title: 'Changed' } },
    deleteVideo: { path: { videoId } },
    reprocessVideo: { path: { videoId } },
    getVideoPoster: { path: { videoId } },
    openPlayback: { path: { videoId } },
    renewPlayback: { path: { leaseId } },
    listAnnotations: { path: { videoId } },
    createAnnotation: { path: { videoId }, body: { id: randomUUID(), document: lineOn(5) } },
    getAnnotation: { path: drawing },
    updateAnnotation: { path: drawing, body: { version: 1, document: lineOn(5) } },
    deleteAnnotation: { path: drawing, query: { version: '1' } },
    listAnnotationRevisions: { path: drawing },
    listShares: { path: { videoId } },
    createShare: { path: { videoId }, body: { recipientIds: [playerId] } },
    revokeShare: { path: { videoId, shareId: ids.shareId } },
    listShareCandidates: { path: { videoId } },
    createViewLink: { path: { videoId }, body: {} },
    revokeViewLink: { path: { videoId, linkId: ids.linkId } },
    listUploadLinks: {},
    createUploadLink: { body: { playerId } },
    revokeUploadLink: { path: { linkId: ids.uploadLinkId } },
  };
  const request = requests[operationId];
  if (!request) throw new Error(`The tenancy walk does not know how to ask for ${operationId}: add it.`);
  return request;
}

export interface Finding {
  readonly place: string;
  readonly fault: string;
}

interface Answer {
  readonly status: number;
  /** Without what differs between two equal answers. */
  readonly body: string;
}

async function ask(system: TestSystem, side: Side, operation: SpecOperation, request: ReturnType<typeof validRequest>): Promise<Answer> {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(request.path?.[name] ?? ''));
  const query = new URLSearchParams(request.query).toString();
  const response = await fetch(`${system.url}${path}${query === '' ? '' : `?${query}`}`, {
    method: operation.method.toUpperCase(),
    headers: {
      ...(operation.needsSecretKey
        ? { Authorization: `Bearer ${side.club.secretKey}` }
        : { Authorization: `Bearer ${side.coach.token}`, Origin: PORTAL_ORIGIN }),
      ...(request.body && { 'Content-Type': 'application/json' }),
      ...(operation.method === 'post' && { 'Idempotency-Key': randomUUID() }),
    },
    ...(request.body && { body: JSON.stringify(request.body) }),
  });
  return { status: response.status, body: (await response.text()).replaceAll(/"requestId":"[^"]*"/g, '') };
}

const put = (target: Record<string, unknown>, name: string, value: string): void => {
  const [head = '', ...rest] = name.split('.');
  if (rest.length === 0) target[head] = value;
  else if (rest[0] === '0') target[head] = [value];
  else put(target[head] as Record<string, unknown>, rest.join('.'), value);
};

/** Which of a side's ids belongs in a place; null where the caller invents the id itself. */
function idFor(place: IdPlace, { ids }: Side): string | null {
  const name =
    place.name
      .split('.')
      .filter((part) => part !== '0')
      .at(-1) ?? '';
  if (place.operationId.endsWith('Upload') || place.operationId === 'signUploadParts') if (name === 'videoId') return ids.openVideoId;
  if (place.operationId === 'revokeUploadLink') return ids.uploadLinkId;
  if (place.operationId === 'upsertPerson') return null;
  const owned: Record<string, string | null> = {
    ...{ actorId: ids.playerId, subjectId: ids.playerId },
    ...{ videoId: ids.videoId, videoIds: ids.videoId, annotationId: ids.annotationId, uploadId: ids.uploadId },
    ...{ playerId: ids.playerId, playerIds: ids.playerId, leaseId: ids.leaseId, clientUploadId: null, id: null },
    ...{ shareId: ids.shareId, linkId: ids.linkId, recipientIds: ids.playerId },
    ...{ externalId: ids.externalId, coachExternalId: ids.coachExternalId, guardianExternalId: ids.guardianExternalId },
  };
  const id = owned[name];
  if (id === undefined) throw new Error(`The tenancy walk does not know whose id goes into ${place.operationId} ${place.name}: add it.`);
  return id;
}

const randomLike = (id: string): string => (id.length === 43 ? randomBytes(32).toString('base64url') : randomUUID());

/** Every row of a tenant, as text: two equal texts mean that nothing was touched. */
export async function photograph(system: TestSystem, tenantId: string): Promise<string> {
  const { admin } = system.database;
  const { rows: tables } = await admin.raw<{ rows: { table: string }[] }>(
    `select table_name as table from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' order by table_name`,
  );
  const rows = await Promise.all(
    tables.map(async ({ table }) => {
      const { rows: found } = await admin.raw<{ rows: { rows: string }[] }>(
        `select coalesce(string_agg(t::text, E'\\n' order by t::text), '') as rows from ${table} t where tenant_id = ?`,
        [tenantId],
      );
      return `${table}\n${found[0]?.rows ?? ''}`;
    }),
  );
  return rows.join('\n');
}

/** Asks every operation, in every place that takes an id, with the other side's id and with one that never was. */
export async function walkTenancy(
  system: TestSystem,
  mine: Side,
  theirs: Side,
): Promise<{ readonly asked: number; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  let asked = 0;
  const before = await photograph(system, theirs.club.tenantId);
  for (const operation of readOperations().filter(({ isPublic }) => !isPublic))
    for (const place of operation.places) {
      const foreign = idFor(place, theirs);
      if (foreign === null) continue;
      const requestWith = (id: string): ReturnType<typeof validRequest> => {
        const request = structuredClone(validRequest(operation.operationId, mine));
        put(place.at === 'body' ? (request.body ?? {}) : (request[place.at] ??= {}), place.name, id);
        return request;
      };
      const [theirAnswer, nobodys] = [
        await ask(system, mine, operation, requestWith(foreign)),
        await ask(system, mine, operation, requestWith(randomLike(foreign))),
      ];
      asked += 1;
      const name = `${operation.operationId} ${place.at}.${place.name}`;
      const isFilter = place.at === 'query';
      if (isFilter ? theirAnswer.status !== 200 || !theirAnswer.body.includes('"items":[]') : theirAnswer.status !== 404)
        findings.push({ place: name, fault: `answered ${String(theirAnswer.status)} to another tenant's id` });
      if (theirAnswer.status !== nobodys.status || theirAnswer.body !== nobodys.body)
        findings.push({ place: name, fault: "another tenant's id is answered differently from one that does not exist" });
      if ((await photograph(system, theirs.club.tenantId)) !== before)
        findings.push({ place: name, fault: "another tenant's rows changed" });
    }
  return { asked, findings };
}

/** A system with two clubs that know nothing of each other. */
export async function startTwoSides(
  alter?: Parameters<typeof startTestSystem>[0],
): Promise<{ system: TestSystem; mine: Side; theirs: Side }> {
  const system = await startTestSystem(alter);
  return { system, mine: await startSide(system, 'Fairway'), theirs: await startSide(system, 'Links') };
}
