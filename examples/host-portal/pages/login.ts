import { html, nothing, render, type TemplateResult } from 'lit';
import { badge, brand, icon, languageSwitch, themeSwitch } from './parts.ts';
import { data, onChange, t, type DemoPerson, type Role } from './site.ts';

const SEES = { admin: 'seesAdmin', coach: 'seesCoach', player: 'seesPlayer', guardian: 'seesGuardian' } as const satisfies Record<
  Role,
  string
>;

function demoPeople(people: readonly DemoPerson[]): TemplateResult | typeof nothing {
  if (people.length === 0) return nothing;
  const clubs = [...new Set(people.map(({ club }) => club))];
  return html`
    <section class="demo" aria-labelledby="demo-title">
      <h2 id="demo-title">${t('demoTitle')}</h2>
      <p class="soft">${t('demoHint')}</p>
      ${clubs.map(
        (club) => html`
          <form method="post" action="/login">
            <h3>${club}</h3>
            <ul class="people">
              ${people.filter((person) => person.club === club).map(demoPerson)}
            </ul>
          </form>
        `,
      )}
    </section>
  `;
}

const demoPerson = ({ username, displayName, role }: DemoPerson): TemplateResult => html`
  <li>
    <button class="person" name="as" value=${username}>
      ${badge(displayName)}
      <span class="person-words"><strong>${displayName}</strong><span class="soft">${t(role)}: ${t(SEES[role])}</span></span>
      ${icon('chevron-right')}
    </button>
  </li>
`;

const signInForm = (): TemplateResult => html`
  <form class="sign-in" method="post" action="/login">
    <h1>${t('signIn')}</h1>
    ${data.isRefused ? html`<p class="refused" role="alert">${icon('circle-alert')}${t('refused')}</p>` : nothing}
    <label>${t('username')}<input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required /></label>
    <label>${t('password')}<input name="password" type="password" autocomplete="current-password" required /></label>
    <button class="primary">${t('signIn')}</button>
  </form>
`;

function draw(): void {
  document.title = `${t('signIn')} · Slowmo`;
  render(
    html`
      <div class="hero">
        ${brand()}
        <div class="hero-words">
          <p class="tagline">${t('tagline')}</p>
          <p>${t('taglineMore')}</p>
        </div>
        <img class="hero-picture" src="/assets/swing.svg" alt="" />
      </div>
      <main class="door">
        <div class="door-top">${languageSwitch()}${themeSwitch()}</div>
        ${signInForm()} ${demoPeople(data.people ?? [])}
      </main>
    `,
    document.body,
  );
}

onChange(draw);
draw();
