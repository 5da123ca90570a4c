import 'video-analysis-platform/elements/analysis-provider';
import 'video-analysis-platform/elements/annotation-canvas';
import 'video-analysis-platform/elements/annotation-layer';
import 'video-analysis-platform/elements/consent-panel';
import 'video-analysis-platform/elements/share-dialog';
import 'video-analysis-platform/elements/video-library';
import 'video-analysis-platform/elements/video-player';
import 'video-analysis-platform/elements/video-uploader';
import { html, nothing, render, type TemplateResult } from 'lit';
import { connect } from './api.ts';
import { Audit } from './audit.ts';
import { g } from './guest-words.ts';
import { helpDialog, openHelp } from './help.ts';
import { navigation } from './nav.ts';
import { forAdminsOnly } from './no-entry.ts';
import { badge, brand, icon, languageSwitch, themeSwitch } from './parts.ts';
import { People } from './people.ts';
import { PersonPage } from './person.ts';
import { Review } from './review.ts';
import { followLinks, routeOf } from './route.ts';
import { data, onChange, t, type Role } from './site.ts';
import { SwingRequest } from './swing-request.ts';
import { Tray } from './tray.ts';

const provider = document.querySelector('analysis-provider');
const person = data.person;
if (!provider || !person) throw new Error('this page was not made by our server');

const client = await connect(provider);
const review = new Review(client, person, draw);
const people = new People(client, draw, go);
const personPage = new PersonPage(client, draw);
const audit = new Audit(client, draw, go);
const tray = new Tray(draw);
const swingRequest = new SwingRequest(client, draw);
const isAdmin = person.role === 'admin';
let route = routeOf(location.pathname);

const INTRO = { admin: 'introAdmin', coach: 'introCoach', player: 'introPlayer', guardian: 'introGuardian' } as const satisfies Record<
  Role,
  string
>;

function go(path: string): void {
  history.pushState(null, '', path);
  follow();
}

/** Shows what the address says, and puts a keyboard's reader at its beginning. */
function follow(): void {
  route = routeOf(location.pathname);
  review.open(route.view === 'review' ? route.videoId : null);
  personPage.open(route.view === 'person' && isAdmin ? route.externalId : null);
  if (route.view === 'people' && isAdmin) people.open();
  if (route.view === 'audit' && isAdmin) audit.open(location.search);
  draw();
  if (route.view === 'library') void provider?.querySelector('video-library')?.refresh();
  scrollTo({ top: 0 });
  provider?.querySelector<HTMLElement>(`[data-view="${route.view}"] h1`)?.focus({ preventScroll: true });
}

const accountMenu = (): TemplateResult => html`
  <button class="round" type="button" popovertarget="account">
    ${badge(person.displayName)}<span class="visually-hidden">${t('account', { name: person.displayName })}</span>
  </button>
  <div id="account" class="menu" popover>
    <p class="menu-person"><strong>${person.displayName}</strong><span class="soft">${t(person.role)}, ${data.club ?? ''}</span></p>
    <div class="menu-row only-narrow"><span>${t('language')}</span>${languageSwitch()}</div>
    <div class="menu-row"><span>${t('theme')}</span>${themeSwitch()}</div>
    <form method="post" action="/logout" @submit=${signOut}>
      <button class="menu-item">${icon('log-out')}${t('signOut')}</button>
    </form>
  </div>
`;

/** The API's session ends with ours; if it cannot be reached, the token dies by itself within minutes. */
function signOut(event: SubmitEvent): void {
  event.preventDefault();
  const form = event.currentTarget as HTMLFormElement;
  const leave = (): void => form.submit();
  client.api.DELETE('/api/v1/sessions/current').then(leave, leave);
}

const bar = (): TemplateResult => html`
  <a class="skip" href="#content" @click=${skipToContent}>${t('skip')}</a>
  <header class="bar">
    <a class="home" href="/" aria-label=${t('home')}>${brand()}</a>
    ${route.view === 'review' ? review.renderHeading() : html`<span class="club">${data.club ?? ''}</span>`}
    ${navigation(person.role, route.view)}
    <div class="bar-end">
      ${
        tray.hasUploads && !tray.isOpen
          ? html`<button class="quiet" type="button" @click=${() => tray.open()}>${icon('upload')}<span>${t('uploads')}</span></button>`
          : nothing
      }
      ${
        route.view === 'review' && review.hasPlayer
          ? html`<button class="quiet share" type="button" @click=${() => provider?.querySelector('share-dialog')?.show()}>
              ${icon('share-2')}<span>${g('share')}</span>
            </button>`
          : nothing
      }
      ${
        route.view === 'review' && review.hasPlayer
          ? html`<button
              class="quiet not-narrow"
              type="button"
              title=${`${t('keysTitle')} (?)`}
              aria-label=${t('keysTitle')}
              @click=${openHelp}
            >
              ${icon('keyboard')}
            </button>`
          : nothing
      }
      <span class="not-narrow">${languageSwitch()}</span>
      ${accountMenu()}
    </div>
  </header>
`;

function skipToContent(event: Event): void {
  event.preventDefault();
  provider?.querySelector<HTMLElement>('main:not([hidden])')?.focus();
}

const libraryView = (): TemplateResult => html`
  <main class="library" data-view="library" tabindex="-1" ?hidden=${route.view !== 'library'}>
    <div class="heading">
      <div>
        <h1 tabindex="-1">${t('videos')}</h1>
        <p class="soft">${t(INTRO[person.role], { club: data.club ?? '' })}</p>
      </div>
      <div class="heading-actions">
        ${
          person.role === 'coach' || isAdmin
            ? html`<button class="ask-for-swing" type="button" @click=${swingRequest.open}>${g('ask')}</button>`
            : nothing
        }
        <button class="primary" type="button" @click=${() => tray.open()}>${icon('upload')}${t('upload')}</button>
      </div>
    </div>
    <video-library @va-video-select=${(event: HTMLElementEventMap['va-video-select']) => go(`/review/${event.detail.video.id}`)}>
      <button slot="empty" class="primary" type="button" @click=${() => tray.open()}>${icon('upload')}${t('emptyAction')}</button>
    </video-library>
  </main>
`;

const CONSENT_INTRO = {
  admin: 'introConsentOther',
  coach: 'introConsentOther',
  player: 'introConsentPlayer',
  guardian: 'introConsentGuardian',
} as const satisfies Record<Role, string>;

const consentView = (): TemplateResult => html`
  <main class="desk narrow" data-view="consent" tabindex="-1">
    <div class="heading">
      <div>
        <h1 tabindex="-1">${t('consent')}</h1>
        <p class="soft">${t(CONSENT_INTRO[person.role])}</p>
      </div>
    </div>
    <consent-panel></consent-panel>
  </main>
`;

/** What the address names besides the library, which stays behind it. */
function otherView(): TemplateResult | typeof nothing {
  const { view } = route;
  if (view === 'library') return nothing;
  if (view === 'review') return review.render();
  if (view === 'consent') return consentView();
  if (!isAdmin) return forAdminsOnly(view);
  if (view === 'people') return people.render();
  return view === 'person' ? personPage.render() : audit.render();
}

function titleOfView(): string {
  const { view } = route;
  if (view === 'review') return review.title;
  if (view === 'person') return personPage.title;
  return t(view === 'library' ? 'videos' : view);
}

const linkAddress = (token: string): string => `${location.origin}/shared#${token}`;

const shareDialog = (): TemplateResult | typeof nothing =>
  route.view === 'review'
    ? html`<share-dialog video-id=${route.videoId} video-title=${review.title} .linkAddress=${linkAddress}></share-dialog>`
    : nothing;

function draw(): void {
  document.title = `${titleOfView()} · Slowmo`;
  document.body.dataset['view'] = route.view;
  if (!provider) return;
  render(
    html`${bar()} ${libraryView()} ${otherView()} ${tray.render((video) => go(`/review/${video.id}`))} ${helpDialog()}
    ${swingRequest.render()} ${shareDialog()}`,
    provider,
  );
}

onChange(draw);
followLinks(go);
addEventListener('popstate', follow);
addEventListener('va-upload-complete', () => void provider.querySelector('video-library')?.refresh());
follow();
