import { ApiProblem, type GetSessionToken, type LinkOpened } from 'video-analysis-platform';

/** What stands behind the address of this page. */
export type LinkState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly opened: LinkOpened }
  | { readonly kind: 'password'; readonly problem: ApiProblem | null; readonly isBusy: boolean }
  | { readonly kind: 'closed'; readonly problem: ApiProblem };

interface Kept {
  readonly token: string;
  readonly visit: string | null;
}

const isKept = (value: unknown): value is Kept => typeof value === 'object' && value !== null && 'token' in value && 'visit' in value;

/**
 * The link somebody came by. Its token stands behind the `#`, where no server sees it, and is taken out of the address at once, so that
 * it is in no history and no screenshot. The tab remembers it, so that the page can be loaded anew, and forgets it when it is closed.
 */
export class GuestLink {
  state: LinkState = { kind: 'opening' };
  readonly #api: string;
  readonly #place = `link ${location.pathname}`;
  readonly #changed: () => void;
  #kept: Kept | null;
  /** Of the answer that is not used yet: what was opened needs no second question. */
  #fresh: LinkOpened['session'] | null = null;

  constructor(api: string, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
    this.#kept = this.#take();
    // Another link pasted over this page changes the fragment alone, and nothing is loaded.
    addEventListener('hashchange', () => location.reload());
  }

  /** Opens it for the first time, or with the password, or again after a failure. */
  async open(password?: string): Promise<void> {
    if (!this.#kept) return this.#become({ kind: 'closed', problem: new ApiProblem({ code: 'link.missing', status: 0 }) });
    if (this.state.kind === 'password') this.#become({ ...this.state, isBusy: true });
    try {
      const opened = await this.#ask(password);
      this.#fresh = opened.session;
      this.#become({ kind: 'open', opened });
    } catch (thrown) {
      this.#refused(ApiProblem.of(thrown));
    }
  }

  /** For the provider: the session there is, and then one after the other, until the link says no. */
  readonly getSessionToken: GetSessionToken = async () => {
    const fresh = this.#fresh;
    this.#fresh = null;
    if (fresh) return fresh;
    try {
      return (await this.#ask()).session;
    } catch (thrown) {
      this.#refused(ApiProblem.of(thrown));
      throw thrown;
    }
  };

  #take(): Kept | null {
    const token = location.hash.slice(1);
    if (token !== '') {
      history.replaceState(null, '', location.pathname);
      return this.#keep({ token, visit: null });
    }
    const kept: unknown = JSON.parse(sessionStorage.getItem(this.#place) ?? 'null');
    return isKept(kept) ? kept : null;
  }

  #keep(kept: Kept): Kept {
    sessionStorage.setItem(this.#place, JSON.stringify(kept));
    return kept;
  }

  async #ask(password?: string): Promise<LinkOpened> {
    const { token, visit } = this.#kept ?? { token: '', visit: null };
    const response = await fetch(`${this.#api}/api/v1/links/open`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token, ...(password !== undefined && { password }), ...(visit !== null && { visit }) }),
      ...{ credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' },
    }).catch((cause: unknown) => {
      throw new ApiProblem({ code: 'network.unreachable', status: 0 }, { cause });
    });
    if (!response.ok) throw await ApiProblem.from(response);
    const opened = (await response.json()) as LinkOpened;
    this.#kept = this.#keep({ token, visit: opened.visit });
    return opened;
  }

  /** Without an answer what is open stays open. */
  #refused(problem: ApiProblem): void {
    const isAsking = problem.code === 'link.password_required' || problem.code === 'link.password_wrong';
    if (isAsking) this.#become({ kind: 'password', problem: problem.code === 'link.password_wrong' ? problem : null, isBusy: false });
    else if (this.state.kind !== 'open' || (problem.status >= 400 && problem.status < 500)) this.#become({ kind: 'closed', problem });
  }

  #become(state: LinkState): void {
    this.state = state;
    this.#changed();
  }
}
