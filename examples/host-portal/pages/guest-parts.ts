import { html, nothing, type TemplateResult } from 'lit';
import type { ApiProblem } from 'video-analysis-platform';
import type { GuestLink } from './guest-link.ts';
import { g, type GuestWord } from './guest-words.ts';
import { brand, icon, languageSwitch, notice, themeSwitch } from './parts.ts';
import { t } from './site.ts';

/** The page around what a guest came for. */
export const guestFrame = (content: TemplateResult): TemplateResult => html`
  <header class="bar">
    ${brand()}
    <div class="bar-end">${languageSwitch()}<span class="not-narrow">${themeSwitch()}</span></div>
  </header>
  ${content}
`;

/** What stands in the place of what was shared: that it opens, its password, or why it does not. */
export function guestDoor(link: GuestLink): TemplateResult | null {
  const { state } = link;
  if (state.kind === 'opening')
    return html`<main class="guest-door" aria-busy="true"><p class="soft" role="status">${g('opening')}</p></main>`;
  if (state.kind === 'password') return passwordForm(link, state.problem, state.isBusy);
  return state.kind === 'closed' ? closed(link, state.problem) : null;
}

function passwordForm(link: GuestLink, problem: ApiProblem | null, isBusy: boolean): TemplateResult {
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const password = new FormData(event.currentTarget as HTMLFormElement).get('password');
    if (!isBusy && typeof password === 'string' && password !== '') void link.open(password);
  };
  return html`
    <main class="guest-door">
      <form class="sign-in guest-password" @submit=${send}>
        <span class="notice-mark">${icon('lock')}</span>
        <h1>${g('passwordTitle')}</h1>
        <p class="soft">${g('passwordText')}</p>
        ${problem ? html`<p class="refused" role="alert">${icon('circle-alert')}<span>${g('wrong')} ${attempts(problem)}</span></p>` : nothing}
        <label for="password">${g('password')}</label>
        <div class="secret">
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="off"
            maxlength="128"
            required
            aria-invalid=${problem !== null}
          />
          <button type="button" aria-pressed="false" @click=${turnEye}>${g('show')}</button>
        </div>
        <button class="primary" aria-disabled=${isBusy}>${g('openIt')}</button>
      </form>
    </main>
  `;
}

function attempts({ members }: ApiProblem): string {
  const left = members['attemptsLeft'];
  if (typeof left !== 'number') return '';
  if (left === 0) return g('attemptNone');
  return left === 1 ? g('attemptOne') : g('attempts', { count: left });
}

function turnEye(event: Event): void {
  const button = event.currentTarget as HTMLButtonElement;
  const field = button.parentElement?.querySelector('input');
  if (!field) return;
  const isShown = field.type === 'password';
  field.type = isShown ? 'text' : 'password';
  button.ariaPressed = String(isShown);
  button.textContent = g(isShown ? 'hide' : 'show');
}

type Ending = 'expired' | 'revoked' | 'suspended' | 'used_up' | 'locked' | 'unknown' | 'missing' | 'denied' | 'offline' | 'broken';
const ENDED: readonly Ending[] = ['expired', 'revoked', 'suspended', 'used_up'];
const CODES: Readonly<Record<string, Ending>> = {
  'link.locked': 'locked',
  'link.not_found': 'unknown',
  'link.missing': 'missing',
  'request.invalid': 'unknown',
  'access.consent_missing': 'denied',
  'access.denied': 'denied',
  'network.unreachable': 'offline',
};
const PICTURES: Readonly<Partial<Record<Ending, string>>> = {
  expired: 'hourglass',
  locked: 'lock',
  denied: 'lock',
  offline: 'wifi-off',
  broken: 'circle-alert',
};

function endingOf({ code, members }: ApiProblem): Ending {
  if (code === 'link.ended') return ENDED.find((state) => state === members['state']) ?? 'revoked';
  return CODES[code] ?? 'broken';
}

function closed(link: GuestLink, problem: ApiProblem): TemplateResult {
  const ending = endingOf(problem);
  const waitSeconds = problem.members['retryAfterSeconds'];
  const minutes = typeof waitSeconds === 'number' ? Math.max(1, Math.ceil(waitSeconds / 60)) : 15;
  const mayHelp = ending === 'offline' || ending === 'broken' || ending === 'locked';
  const again = html`<button class="primary" type="button" @click=${() => void link.open()}>${t('again')}</button>`;
  return html`<main class="guest-door" role="alert">
    ${notice(PICTURES[ending] ?? 'video-off', g(`${ending}Title` satisfies GuestWord), g(`${ending}Text` satisfies GuestWord, { minutes }), mayHelp ? again : nothing)}
  </main>`;
}
