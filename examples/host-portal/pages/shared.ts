import 'video-analysis-platform/elements/analysis-provider';
import 'video-analysis-platform/elements/annotation-layer';
import 'video-analysis-platform/elements/video-player';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { LinkOpened } from 'video-analysis-platform';
import { labelOf, type Drawing } from './drawings.ts';
import { GuestLink } from './guest-link.ts';
import { guestDoor, guestFrame } from './guest-parts.ts';
import { dayOf, g } from './guest-words.ts';
import { onChange } from './site.ts';

const provider = document.querySelector('analysis-provider');
if (!provider) throw new Error('this page was not made by our server');
const link = new GuestLink(provider.endpoint, draw);
provider.getSessionToken = link.getSessionToken;

/** Where on the timeline there is something drawn. */
let markers: readonly { id: string; frame: number; frameCount: number; kind: 'drawing'; label: string }[] = [];

const markOf = (drawing: Drawing): (typeof markers)[number] => {
  const { frame, frameCount } = drawing.document;
  return { id: drawing.id, frame, frameCount, kind: 'drawing', label: labelOf(drawing) };
};

const drawingsChanged = ({ detail }: HTMLElementEventMap['va-annotations-change']): void => {
  markers = detail.annotations.map(markOf);
  draw();
};

/** Whatever closed the video, the link knows best how things stand and whom to ask. */
const ask = (): void => void link.open();

const video = ({ video: shown, link: { sharedBy, clubName, expiresAt } }: LinkOpened): TemplateResult => html`
  <main class="guest-view">
    <div class="guest-head">
      <h1>${shown?.title ?? g('viewTitle')}</h1>
      <p class="soft">
        ${sharedBy === clubName ? g('sharedBy', { name: clubName }) : g('sharedByAt', { name: sharedBy, club: clubName })}
        ${g('openUntil', { date: dayOf(expiresAt) })}
      </p>
    </div>
    ${shown ? html`<video-player video-id=${shown.id} .markers=${markers} @va-error=${ask} @va-annotations-change=${drawingsChanged}><annotation-layer></annotation-layer></video-player>` : nothing}
    <p class="guest-note soft">${g('inConfidence')}</p>
  </main>
`;

function draw(): void {
  const { state } = link;
  document.title = `${(state.kind === 'open' && state.opened.video?.title) || g('viewTitle')} · Slowmo`;
  if (provider) render(guestFrame(guestDoor(link) ?? (state.kind === 'open' ? video(state.opened) : html``)), provider);
}

onChange(draw);
draw();
void link.open();
