import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import { uuidv7 } from 'uuidv7';
import type { components } from '../../domain/generated/openapi.ts';
import type { KeyedPaths } from '../../domain/keyed-paths.ts';
import { SessionSource, type GetSessionToken } from '../session/session-source.ts';
import { ApiProblem } from './problem.ts';

export type Video = components['schemas']['Video'];
export type Playback = components['schemas']['Playback'];
export type Annotation = components['schemas']['Annotation'];
export type Person = components['schemas']['Person'];
export type PersonTies = components['schemas']['PersonTies'];
export type AuditEvent = components['schemas']['AuditEvent'];
export type Player = components['schemas']['PlayerList']['items'][number];
export type Consent = components['schemas']['Consent'];
export type ConsentOverview = components['schemas']['ConsentOverview'];
export type Sharing = components['schemas']['Sharing'];
export type Share = components['schemas']['Share'];
export type ShareCandidate = components['schemas']['ShareCandidate'];
export type ShareLink = components['schemas']['Link'];
export type LinkOpened = components['schemas']['LinkOpened'];
export type CurrentSession = components['schemas']['Session'];

export interface ClientOptions {
  /** Where the API is, without a path: `https://video.example`. */
  readonly endpoint: string;
  /** Asks the host's own server for a session token. Called again whenever one is needed; never stored by the caller. */
  readonly getSessionToken: GetSessionToken;
  readonly fetch?: typeof fetch;
}

/**
 * A connection to the API in the name of one person. Everything the elements do goes through it.
 *
 * All failures are `ApiProblem`s, except an abort, which stays the caller's own AbortError: it is not an error.
 */
export interface VideoAnalysisClient {
  readonly endpoint: string;
  /** Every operation of the contract, typed. Answers are taken apart with `unwrap`. A POST gets its `Idempotency-Key` here. */
  readonly api: Client<KeyedPaths>;
  /** An authorised request for what is not JSON (a poster). @throws ApiProblem */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** @param options `getSessionToken` is asked lazily, once at a time, early before expiry and once more after a 401. */
export function createClient(options: ClientOptions): VideoAnalysisClient {
  const endpoint = options.endpoint.replace(/\/+$/, '');
  const session = new SessionSource(options.getSessionToken);
  const send = options.fetch ?? ((input, init) => globalThis.fetch(input, init));

  const token = (ask: Promise<string>): Promise<string> =>
    ask.catch((cause: unknown) => {
      throw noSession(cause);
    });
  const answered = (request: Request): Promise<Response> =>
    send(request).catch((cause: unknown) => {
      throw request.signal.aborted ? cause : unreachable(cause);
    });

  const authorised = async (asked: Request): Promise<Response> => {
    const request = withKey(asked);
    const again = request.clone();
    const first = await answered(withToken(request, await token(session.token())));
    if (first.status !== 401) return first;
    return answered(withToken(again, await token(session.renew())));
  };

  const api = createFetchClient<KeyedPaths>({ baseUrl: endpoint, fetch: authorised });
  api.use(problemsAreThrown);
  return {
    endpoint,
    api,
    fetch: async (path, init) => {
      const response = await authorised(new Request(`${endpoint}${path}`, init));
      if (!response.ok) throw await ApiProblem.from(response);
      return response;
    },
  };
}

const unreachable = (cause: unknown): ApiProblem => new ApiProblem({ code: 'network.unreachable', status: 0 }, { cause });
const noSession = (cause: unknown): ApiProblem => new ApiProblem({ code: 'session.unavailable', status: 0 }, { cause });

const withToken = (request: Request, token: string): Request => {
  const headers = new Headers(request.headers);
  headers.set('Authorization', `Bearer ${token}`);
  return new Request(request, { headers, credentials: 'omit' });
};

/** One name for the request and its repetition, so that both together have one effect. A caller's own key stays. */
const withKey = (request: Request): Request => {
  if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', uuidv7());
  return request;
};

const problemsAreThrown: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await ApiProblem.from(response);
  },
};

/** The data of an answer. A problem has been thrown before it gets here; an empty answer is undefined. */
export async function unwrap<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
