import { randomUUID } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { PortalConfig, User } from './config.ts';
import type { SignIn } from './sign-in.ts';

interface Errand {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  /** Below `/api/v1/people`. */
  readonly path: string;
  readonly body?: unknown;
}

const refuse = (res: Response, status: number, code: string): void => void res.status(status).json({ code, status });

/**
 * The club's people are written by this server, with the club's secret key. Our own sign-in says who may ask for that, and `ours`
 * that one of our own pages asks.
 */
export function addPeopleDesk(app: Express, config: PortalConfig, signIn: SignIn, ours: RequestHandler): void {
  const body = express.json({ limit: '4kb' });
  const forAdmin =
    (act: (req: Request, res: Response, user: User) => Promise<void> | void): RequestHandler =>
    async (req, res) => {
      const user = signIn.userOf(req);
      if (!user) refuse(res, 401, 'signed_out');
      else if (user.role !== 'admin') refuse(res, 403, 'access.denied');
      else await act(req, res, user);
    };

  const write = async (req: Request, res: Response, user: User, externalId: string): Promise<void> => {
    const known = accountOf(config, user, externalId);
    await run(config, user, { method: 'PUT', path: encodeURIComponent(externalId), body: personIn(req.body, known) }, res);
  };
  app.post(
    '/api/people',
    ours,
    body,
    forAdmin((req, res, user) => write(req, res, user, `member-${randomUUID()}`)),
  );
  app.put(
    '/api/people/:externalId',
    ours,
    body,
    forAdmin((req, res, user) => write(req, res, user, nameIn(req, 'externalId'))),
  );
  app.post(
    '/api/people/:externalId/deactivate',
    ours,
    forAdmin(async (req, res, user) => {
      const externalId = nameIn(req, 'externalId');
      if (externalId === user.externalId) refuse(res, 409, 'portal.yourself');
      else await run(config, user, { method: 'POST', path: `${encodeURIComponent(externalId)}/deactivate` }, res);
    }),
  );
  const tie = (method: 'PUT' | 'DELETE', kind: 'coaches' | 'guardians') =>
    forAdmin((req, res, user) => {
      const [externalId, other] = [nameIn(req, 'externalId'), nameIn(req, 'other')].map(encodeURIComponent);
      return run(config, user, { method, path: `${externalId ?? ''}/${kind}/${other ?? ''}` }, res);
    });
  for (const kind of ['coaches', 'guardians'] as const) {
    app.put(`/api/people/:externalId/${kind}/:other`, ours, tie('PUT', kind));
    app.delete(`/api/people/:externalId/${kind}/:other`, ours, tie('DELETE', kind));
  }
}

const nameIn = ({ params }: Request, name: string): string => String(params[name] ?? '');

/** Whoever can sign in here has name and role from this site's own list, which every session tells the API. */
const accountOf = ({ users }: PortalConfig, { clubId }: User, externalId: string): User | undefined =>
  users.find((user) => user.clubId === clubId && user.externalId === externalId);

/** What a page may say about a person, and nothing else. */
function personIn(sent: unknown, account: User | undefined): unknown {
  const { displayName, role, birthDate, reactivate } = (sent ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ...{ displayName: account?.displayName ?? displayName, role: account?.role ?? role },
    ...(birthDate !== undefined && { birthDate }),
    ...(reactivate === true && { reactivate }),
  };
}

/** Does it in the club's name and hands the answer on, a refusal with its code. */
async function run({ apiUrl, clubs }: PortalConfig, user: User, { method, path, body }: Errand, res: Response): Promise<void> {
  const club = clubs.find(({ id }) => id === user.clubId);
  if (!club) throw new Error(`${user.username} belongs to no club`);
  const response = await fetch(`${apiUrl}/api/v1/people/${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${club.secretKey}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(method === 'POST' && { 'Idempotency-Key': randomUUID() }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.text();
  res.status(response.status).set('Cache-Control', 'no-store');
  if (answer === '') res.end();
  else res.type('json').send(answer);
}
