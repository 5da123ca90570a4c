import 'video-analysis-platform/elements/analysis-provider';
import 'video-analysis-platform/elements/video-uploader';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { LinkOpened } from 'video-analysis-platform';
import { GuestLink } from './guest-link.ts';
import { guestDoor, guestFrame } from './guest-parts.ts';
import { g } from './guest-words.ts';
import { icon } from './parts.ts';
import { onChange } from './site.ts';

const provider = document.querySelector('analysis-provider');
if (!provider) throw new Error('this page was not made by our server');
const link = new GuestLink(provider.endpoint, draw);
provider.getSessionToken = link.getSessionToken;
let sent: 'nothing' | 'under way' | 'arrived' = 'nothing';

const become = (now: typeof sent): void => {
  sent = now;
  draw();
};

const desk = ({ player, link: { sharedBy, playerName, clubName } }: LinkOpened): TemplateResult => {
  const words = { name: sharedBy, club: clubName, player: playerName ?? '' };
  return html`
    <main class="guest-send">
      <div class="guest-head">
        <h1>${g('sendTitle', words)}</h1>
        <p>${g('sendText', words)}</p>
        <p class="soft">${g('sendHow')}</p>
      </div>
      <div role="status">
        ${
          sent === 'arrived'
            ? html`<div class="arrived">
                ${icon('check')}
                <div>
                  <h2>${g('arrivedTitle')}</h2>
                  <p>${g('arrivedText', words)}</p>
                </div>
              </div>`
            : sent === 'under way'
              ? html`<p class="soft">${g('sending')}</p>`
              : nothing
        }
      </div>
      <video-uploader
        player-id=${player?.id ?? nothing}
        @va-upload-start=${() => become('under way')}
        @va-upload-complete=${() => become('arrived')}
      ></video-uploader>
      <p class="guest-note soft">${g('sendWho', words)}</p>
    </main>
  `;
};

function draw(): void {
  const { state } = link;
  document.title = `${state.kind === 'open' ? g('sendTitle', { name: state.opened.link.sharedBy }) : g('viewTitle')} · Slowmo`;
  if (provider) render(guestFrame(guestDoor(link) ?? (state.kind === 'open' ? desk(state.opened) : html``)), provider);
}

onChange(draw);
draw();
void link.open();
