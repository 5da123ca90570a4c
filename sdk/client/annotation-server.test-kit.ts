import type { AnnotationDocument } from '../../domain/annotation/document.ts';
import { createClient, type Annotation, type VideoAnalysisClient } from './client.ts';

export const VIDEO_ID = '0190f7c2-0000-7000-8000-0000000000aa';
export const ACTOR = { id: '0190f7c2-0000-7000-8000-0000000000bb', externalId: 'coach', role: 'coach', displayName: 'Kari' } as const;

/** The API's annotations in memory, behind a real client: versions, conflicts, tombstones, and refusals on demand. */
export class FakeAnnotationServer {
  readonly stored = new Map<string, Annotation>();
  readonly removed: string[] = [];
  /** `POST`, `PATCH`, `DELETE`, as they came. */
  readonly writes: string[] = [];
  /** Answers the next write instead of doing it. */
  refuse: { readonly status: number; readonly code: string } | 'unreachable' | null = null;
  /** Is awaited before each write is looked at. */
  gate: Promise<void> = Promise.resolve();
  readonly #changes: string[] = [];

  readonly client: VideoAnalysisClient = createClient({
    endpoint: 'http://api.test',
    getSessionToken: () => Promise.resolve({ token: 'va_st_test', expiresAt: new Date(Date.now() + 900_000).toISOString() }),
    fetch: (input, init) => this.#answer(new Request(input, init)),
  });

  /** What another tab or person writes. */
  put(id: string, document: AnnotationDocument, createdById: string = ACTOR.id): Annotation {
    const version = (this.stored.get(id)?.version ?? 0) + 1;
    const now = new Date().toISOString();
    const annotation = {
      id,
      videoId: VIDEO_ID,
      version,
      document: structuredClone(document) as Annotation['document'],
      anchor: { ptsMs: 0, pictureHash: null, state: 'exact' as const, shiftFrames: 0 },
      createdById,
      createdByName: 'Kari',
      createdAt: now,
      updatedAt: now,
    };
    this.stored.set(id, annotation);
    this.#changes.push(id);
    return annotation;
  }

  drop(id: string): void {
    this.stored.delete(id);
    this.removed.push(id);
    this.#changes.push(id);
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname.endsWith('/sessions/current')) return Response.json({ actor: ACTOR, scopes: [], expiresAt: null });
    if (request.method === 'GET') return Response.json(this.#list(url.searchParams.get('since')));
    await this.gate;
    this.writes.push(request.method);
    const { refuse } = this;
    this.refuse = null;
    if (refuse === 'unreachable') throw new TypeError('Failed to fetch');
    if (refuse) return problem(refuse.status, refuse.code);
    const id = url.pathname.split('/')[6];
    return id === undefined ? this.#create(await request.json()) : this.#change(request, url, id);
  }

  #list(since: string | null): unknown {
    const fresh = new Set(this.#changes.slice(Number(since ?? 0)));
    return {
      items: [...this.stored.values()].filter(({ id }) => since === null || fresh.has(id)),
      removed: since === null ? [] : this.removed.filter((id) => fresh.has(id)),
      until: String(this.#changes.length),
    };
  }

  #create({ id, document }: { id: string; document: AnnotationDocument }): Response {
    if (this.stored.has(id) || this.removed.includes(id)) return problem(409, 'annotation.id_taken');
    return Response.json(this.put(id, document), { status: 201 });
  }

  async #change(request: Request, url: URL, id: string): Promise<Response> {
    const current = this.stored.get(id);
    if (!current) return problem(404, 'annotation.not_found');
    const body = request.method === 'PATCH' ? ((await request.json()) as { version: number; document: AnnotationDocument }) : null;
    const version = body?.version ?? Number(url.searchParams.get('version'));
    if (version !== current.version) return problem(409, 'annotation.version_conflict', { current });
    if (body) return Response.json(this.put(id, body.document));
    this.drop(id);
    return new Response(null, { status: 204 });
  }
}

const problem = (status: number, code: string, extra: object = {}): Response =>
  Response.json(
    { type: 'about:blank', title: code, status, code, requestId: 'r', ...extra },
    { status, headers: { 'Content-Type': 'application/problem+json' } },
  );
