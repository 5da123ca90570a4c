import { randomBytes, randomUUID } from 'node:crypto';
import { tenantTables } from './catalogue.ts';
import type { Club, Person } from './club.ts';
import { declaration, sendParts, uploadClip } from './clips.ts';
import { lineOn } from './drawings.ts';
import { publishRendition } from './published.ts';
import { PORTAL_ORIGIN, startTestSystem, type Setup, type TestSystem } from './system.ts';
import { startClub } from './club.ts';
import { readOperations, type IdPlace, type SpecOperation } from './tenancy-places.ts';

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
  readonly erasureId: string;
  readonly takeoutId: string;
  readonly keyId: string;
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
  const { data: keys } = await club.server.GET('/api/v1/keys');
  if (!playback || !open || !keys) throw new Error('the side could not be set up');
  await sendParts(open, BYTES);
  const { erasureId, takeoutId } = await leaving(club, name);
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
      ...{ erasureId, takeoutId },
      keyId: keys.items[0]?.id ?? '',
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

/** Somebody who asks for everything, and then to be forgotten. */
async function leaving({ server }: Club, name: string): Promise<Pick<OwnedIds, 'erasureId' | 'takeoutId'>> {
  const params = { path: { externalId: `leaver of ${name}` } };
  await server.PUT('/api/v1/people/{externalId}', { params, body: { displayName: 'Leaver', role: 'guardian' } });
  const { data: takeout } = await server.POST('/api/v1/people/{externalId}/takeout', { params });
  const { data: erasure } = await server.POST('/api/v1/people/{externalId}/erasure', { params });
  if (!takeout || !erasure) throw new Error('nobody could leave');
  return { erasureId: erasure.id, takeoutId: takeout.id };
}

/** A request that would succeed for the side that owns the ids. An operation that is not here fails the walk. */
export function validRequest(
  operationId: string,
  { ids }: Side,
): { path?: Record<string, string>; query?: Record<string, string>; body?: Record<string, unknown> } {
  const { erasureId, takeoutId } = ids;
  const { videoId, annotationId, uploadId, openVideoId, playerId, leaseId, externalId, coachExternalId, guardianExternalId, keyId } = ids;
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
    listKeys: {},
    rotateKey: { path: { keyId }, body: {} },
    revokeKey: { path: { keyId } },
    listPlayers: {},
    listPeople: {},
    getPerson: { path: { externalId } },
    upsertPerson: { path: { externalId }, body: { displayName: 'Kari', role: 'player' } },
    deactivatePerson: { path: { externalId } },
    erasePerson: { path: { externalId } },
    takeOutPerson: { path: { externalId } },
    getErasure: { path: { erasureId } },
    getTakeout: { path: { takeoutId } },
    downloadTakeout: { path: { takeoutId } },
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
    exportAuditEvents: { query: { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' } },
    initUpload: { body: { ...declaration(BYTES), playerId } },
    signUploadParts: { body: open },
    completeUpload: { body: { ...open, parts: [{ partNumber: 1, etag: 'none' }] } },
    abortUpload: { body: open },
    listOpenUploads: {},
    listVideos: { query: { playerId } },
    getVideo: { path: { videoId } },
    updateVideo: { path: { videoId }, body: { title: 'Changed' } },
    setVideoSubjects: { path: { videoId }, body: { playerIds: [playerId] } },
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
  readonly headers: readonly string[];
}

type ValidRequest = ReturnType<typeof validRequest>;

/** Sends a request in the name of a side: with the secret key where the operation takes one, else with the coach's session. */
export function send(
  system: TestSystem,
  side: Side,
  operation: SpecOperation,
  request: ValidRequest,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(request.path?.[name] ?? ''));
  const query = new URLSearchParams(request.query).toString();
  return fetch(`${system.url}${path}${query === '' ? '' : `?${query}`}`, {
    method: operation.method.toUpperCase(),
    headers: {
      ...headers,
      ...(operation.needsSecretKey
        ? { Authorization: `Bearer ${side.club.secretKey}` }
        : { Authorization: `Bearer ${side.coach.token}`, Origin: PORTAL_ORIGIN }),
      ...(request.body && { 'Content-Type': 'application/json' }),
      ...(operation.method === 'post' && { 'Idempotency-Key': randomUUID() }),
    },
    ...(request.body && { body: JSON.stringify(request.body) }),
  });
}

/** Of the moment, or of the limits on how often one asks. */
const OF_THE_MOMENT = /^(?:date|x-request-id|content-length|ratelimit.*|retry-after)$/;

async function ask(system: TestSystem, side: Side, operation: SpecOperation, request: ValidRequest, askedId: string): Promise<Answer> {
  const response = await send(system, side, operation, request);
  const text = (await response.text()).replaceAll(/"requestId":"[^"]*"/g, '').replaceAll(askedId, 'the id');
  const headers = [...response.headers].filter(([name]) => !OF_THE_MOMENT.test(name)).map((header) => header.join(': '));
  return { status: response.status, body: text, headers };
}

/** @param isAmongMine into a list: behind the side's own ids, not in their place. */
const put = (target: Record<string, unknown>, name: string, value: string, isAmongMine: boolean): void => {
  const [head = '', ...rest] = name.split('.');
  if (rest.length === 0) target[head] = value;
  else if (rest[0] === '0' && rest.length === 1)
    target[head] = isAmongMine && Array.isArray(target[head]) ? [...target[head], value] : [value];
  else if (rest[0] === '0')
    put(((target[head] ??= [{}]) as Record<string, unknown>[])[0] ?? {}, rest.slice(1).join('.'), value, isAmongMine);
  else put((target[head] ??= {}) as Record<string, unknown>, rest.join('.'), value, isAmongMine);
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
    ...{ shareId: ids.shareId, linkId: ids.linkId, recipientIds: ids.playerId },
    ...{ erasureId: ids.erasureId, takeoutId: ids.takeoutId },
    ...{
      playerId: ids.playerId,
      playerIds: ids.playerId,
      otherPlayerIds: ids.playerId,
      leaseId: ids.leaseId,
      clientUploadId: null,
      id: null,
    },
    ...{ externalId: ids.externalId, coachExternalId: ids.coachExternalId, guardianExternalId: ids.guardianExternalId },
    keyId: ids.keyId,
  };
  const id = owned[name];
  if (id === undefined) throw new Error(`The tenancy walk does not know whose id goes into ${place.operationId} ${place.name}: add it.`);
  return id;
}

const randomLike = (id: string): string => (id.length === 43 ? randomBytes(32).toString('base64url') : randomUUID());

/** Every row of a tenant, as text: two equal texts mean that nothing was touched. That a key was used is noted by itself, once a minute. */
export async function photograph(system: TestSystem, tenantId: string): Promise<string> {
  const { admin } = system.database;
  const tables = await tenantTables(admin);
  const rows = await Promise.all(
    tables.map(async (table) => {
      const { rows: found } = await admin.raw<{ rows: { rows: string }[] }>(
        `select coalesce(string_agg(j.row, E'\\n' order by j.row), '') as rows
           from (select (to_jsonb(t) - 'last_used_at')::text as row from ${table} t where tenant_id = ?) j`,
        [tenantId],
      );
      return `${table}\n${found[0]?.rows ?? ''}`;
    }),
  );
  return rows.join('\n');
}

/** A list that was narrowed to nothing, as JSON or as lines. */
const isEmptyList = ({ status, body }: Answer): boolean => status === 200 && (body.includes('"items":[]') || body.includes('"entries":0'));

/** Asks every operation, in every place that takes an id, with the other side's id and with one that never was. */
export async function walkTenancy(
  system: TestSystem,
  mine: Side,
  theirs: Side,
  isWanted: (place: IdPlace) => boolean = () => true,
): Promise<{ readonly asked: number; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  let asked = 0;
  const before = await photograph(system, theirs.club.tenantId);
  for (const operation of readOperations().filter(({ isPublic }) => !isPublic))
    for (const place of operation.places.filter(isWanted)) {
      const foreign = idFor(place, theirs);
      if (foreign === null) continue;
      for (const isAmongMine of place.name.endsWith('.0') ? [false, true] : [false]) {
        asked += 1;
        const faults = await faultsAt(system, mine, { operation, place, foreign, isAmongMine });
        if ((await photograph(system, theirs.club.tenantId)) !== before) faults.push("another tenant's rows changed");
        const name = `${operation.operationId} ${place.at}.${place.name}${isAmongMine ? ' among others' : ''}`;
        findings.push(...faults.map((fault) => ({ place: name, fault })));
      }
    }
  return { asked, findings };
}

interface Trial {
  readonly operation: SpecOperation;
  readonly place: IdPlace;
  readonly foreign: string;
  readonly isAmongMine: boolean;
}

async function faultsAt(system: TestSystem, mine: Side, { operation, place, foreign, isAmongMine }: Trial): Promise<string[]> {
  const answerTo = (id: string): Promise<Answer> => {
    const request = structuredClone(validRequest(operation.operationId, mine));
    put(place.at === 'body' ? (request.body ?? {}) : (request[place.at] ??= {}), place.name, id, isAmongMine);
    return ask(system, mine, operation, request, id);
  };
  const [theirs, nobodys] = [await answerTo(foreign), await answerTo(randomLike(foreign))];
  const faults: string[] = [];
  if (place.at === 'query' ? !isEmptyList(theirs) : theirs.status !== 404)
    faults.push(`answered ${String(theirs.status)} to another tenant's id`);
  if (JSON.stringify(theirs) !== JSON.stringify(nobodys))
    faults.push("another tenant's id is answered differently from one that does not exist");
  return faults;
}

/** Takes the other side's cursor to every list there is. Says how many there are, and which had no second page to take one from. */
export async function walkCursors(
  system: TestSystem,
  mine: Side,
  theirs: Side,
): Promise<{ readonly asked: number; readonly findings: readonly Finding[]; readonly withoutPage: readonly string[] }> {
  const findings: Finding[] = [];
  const withoutPage: string[] = [];
  const lists = readOperations().filter(({ takesCursor }) => takesCursor);
  for (const operation of lists) {
    const { operationId } = operation;
    const requestOf = (side: Side, query: Readonly<Record<string, string>>): ValidRequest => {
      const { query: _filters, ...request } = validRequest(operationId, side);
      return { ...request, query: { limit: '1', ...query } };
    };
    const first = (await (await send(system, theirs, operation, requestOf(theirs, {}))).json()) as { nextCursor?: string | null };
    const cursor = first.nextCursor ?? null;
    if (cursor === null) {
      withoutPage.push(operationId);
      continue;
    }
    const own = await send(system, theirs, operation, requestOf(theirs, { cursor }));
    if (own.status !== 200) findings.push({ place: `${operationId} query.cursor`, fault: `answered ${String(own.status)} to its own` });
    const { status } = await send(system, mine, operation, requestOf(mine, { cursor }));
    if (status !== 400 && status !== 404)
      findings.push({ place: `${operationId} query.cursor`, fault: `answered ${String(status)} to another tenant's cursor` });
  }
  return { asked: lists.length, findings, withoutPage };
}

/** Asks for everything that has an ETag with the other side's: for one's own thing, and for theirs. */
export async function walkEtags(
  system: TestSystem,
  mine: Side,
  theirs: Side,
): Promise<readonly { readonly operationId: string; readonly ofMine: number; readonly ofTheirs: number }[]> {
  const tried = [];
  for (const operation of readOperations().filter(({ method, isPublic }) => method === 'get' && !isPublic)) {
    const { operationId } = operation;
    const [ours, other] = [validRequest(operationId, mine), validRequest(operationId, theirs)];
    const etag = (await send(system, theirs, operation, other)).headers.get('etag');
    if (etag === null) continue;
    const statusFor = async (request: ValidRequest): Promise<number> =>
      (await send(system, mine, operation, request, { 'If-None-Match': etag })).status;
    tried.push({ operationId, ofMine: await statusFor(ours), ofTheirs: await statusFor(other) });
  }
  return tried;
}

/** A system with two clubs that know nothing of each other. */
export async function startTwoSides(
  alter?: Parameters<typeof startTestSystem>[0],
  setup: Setup = {},
): Promise<{ system: TestSystem; mine: Side; theirs: Side }> {
  const system = await startTestSystem(alter, setup);
  return { system, mine: await startSide(system, 'Fairway'), theirs: await startSide(system, 'Links') };
}
