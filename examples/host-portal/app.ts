import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { mintSession } from './api-sessions.ts';
import type { Asset } from './assets.ts';
import type { PortalConfig, User } from './config.ts';
import { languageOf, renderPage, themeOf } from './page.ts';
import { addPeopleDesk } from './people-desk.ts';
import { isPassword, SignIn } from './sign-in.ts';

/** The site: its pages, its own sign-in, and the one endpoint the elements need. */
export function createPortal(config: PortalConfig, assets: ReadonlyMap<string, Asset>): Express {
  const signIn = new SignIn(config.cookieSecret, config.users, config.publicUrl.startsWith('https:'));
  const app = express();
  app.disable('x-powered-by');
  app.use(oneAddress(config.publicUrl), securityHeaders(config));
  app.get('/health', (_req, res) => void res.json({ status: 'ok' }));
  app.get('/assets/:name', sendAsset(assets));
  addSignIn(app, config, signIn);
  addPeopleDesk(app, config, signIn, fromOurPages(config));
  addPages(app, config, signIn);
  return app;
}

/** A session is good for one origin, so a visitor who came by another name of this machine is sent to the right one. */
const oneAddress =
  (publicUrl: string) =>
  (req: Request, res: Response, next: NextFunction): void => {
    const isStray = req.method === 'GET' && req.path !== '/health' && req.get('host') !== new URL(publicUrl).host;
    if (isStray) res.redirect(307, `${publicUrl}${req.originalUrl}`);
    else next();
  };

/** Strict: no inline script, no inline style, nothing from elsewhere but the API. */
const securityHeaders = ({ apiUrl, publicUrl }: PortalConfig) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'font-src': ["'self'"],
        'img-src': ["'self'", 'blob:', 'data:', apiUrl],
        'media-src': ['blob:', apiUrl],
        'connect-src': ["'self'", apiUrl],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: publicUrl.startsWith('https:'),
    referrerPolicy: { policy: 'same-origin' },
  });

const sendAsset =
  (assets: ReadonlyMap<string, Asset>) =>
  (req: Request, res: Response): void => {
    const asset = assets.get(req.path);
    if (!asset) {
      res.status(404).end();
      return;
    }
    res.set('Cache-Control', asset.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    res.type(asset.type).send(Buffer.from(asset.body));
  };

/** A request that changes something must come from one of our own pages. Browsers say where a POST comes from. */
const fromOurPages =
  ({ publicUrl }: PortalConfig) =>
  (req: Request, res: Response, next: NextFunction): void => {
    if (req.get('origin') === publicUrl) next();
    else res.status(403).type('text').send('This request did not come from this site.');
  };

function addSignIn(app: Express, config: PortalConfig, signIn: SignIn): void {
  const ours = fromOurPages(config);
  const form = express.urlencoded({ extended: false, limit: '4kb' });
  app.post('/login', ours, form, async (req, res) => {
    const { username, password, as } = req.body as Record<string, unknown>;
    const user = await whoSignsIn(config, signIn, { username, password, as });
    if (user) signIn.begin(res, user);
    res.redirect(303, user ? '/' : '/login?refused');
  });
  app.post('/logout', ours, (_req, res) => {
    signIn.end(res);
    res.redirect(303, '/login');
  });
  // What the elements' getSessionToken asks for.
  app.post('/api/session-token', ours, async (req, res) => {
    const user = signIn.userOf(req);
    if (!user) {
      res.status(401).json({ code: 'signed_out' });
      return;
    }
    res.set('Cache-Control', 'no-store').json(await mintSession(config, user));
  });
}

async function whoSignsIn(config: PortalConfig, signIn: SignIn, form: Readonly<Record<string, unknown>>): Promise<User | undefined> {
  const { username, password, as } = form;
  if (config.hasDemoLogins && typeof as === 'string') return signIn.find(as);
  if (typeof username !== 'string' || typeof password !== 'string') return undefined;
  const user = signIn.find(username.trim().toLowerCase());
  return (await isPassword(user, password)) ? user : undefined;
}

/** Pages that share one. */
const TEMPLATES: Readonly<Record<string, string>> = { shared: 'guest', send: 'guest' };

function addPages(app: Express, config: PortalConfig, signIn: SignIn): void {
  const page = (req: Request, res: Response, name: string, more: Readonly<Record<string, unknown>>): void => {
    const site = { language: languageOf(req), ...more };
    const values = { language: site.language, theme: themeOf(req), api: config.apiUrl, site: JSON.stringify(site), name };
    res
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(renderPage(TEMPLATES[name] ?? name, values));
  };
  // For those who came by a link. Its token is behind the '#' and never here; nobody else is told where they are.
  app.get(['/shared', '/send'], (req, res) => {
    res.set({ 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex, nofollow' });
    page(req, res, req.path.slice(1), {});
  });
  /** The page itself says why it shows nothing to whoever has another role; it holds no secret. */
  const forMembers = (name: string, role?: User['role']) => (req: Request, res: Response) => {
    const user = signIn.userOf(req);
    if (!user) {
      res.redirect(303, '/login');
      return;
    }
    const club = config.clubs.find(({ id }) => id === user.clubId)?.name ?? '';
    if (role !== undefined && user.role !== role) res.status(403);
    const isAdmin = user.role === 'admin';
    const accounts = config.users.filter(({ clubId }) => clubId === user.clubId).map(({ externalId }) => externalId);
    page(req, res, name, { person: { displayName: user.displayName, role: user.role }, club, ...(isAdmin && { accounts }) });
  };
  app.get(['/', '/review/:videoId', '/consent'], forMembers('portal'));
  app.get(['/people', '/people/:externalId', '/audit'], forMembers('portal', 'admin'));
  app.get('/login', (req, res) => {
    const people = config.users.map(({ username, displayName, role, clubId }) => ({
      ...{ username, displayName, role },
      club: config.clubs.find(({ id }) => id === clubId)?.name ?? '',
    }));
    page(req, res, 'login', { isRefused: 'refused' in req.query, people: config.hasDemoLogins ? people : [] });
  });
}
