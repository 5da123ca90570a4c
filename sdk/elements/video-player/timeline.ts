import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import { cssVariables } from '../../controllers/css-variables.ts';
import { peekTemplate, type Peek } from './peek.ts';
import { timeText, type PlayerView, type TimelineMarker } from './view.ts';

export interface TimelineActions {
  readonly peek: Peek;
  seek(frame: number): void;
  /** A hand holds the timeline; it is known when it lets go. */
  scrubStart(): void;
  chooseMarker(marker: TimelineMarker): void;
}

/** 0 for the first frame, 1 for the last. */
const shareOf = (frame: number, count: number): number => (count > 1 ? Math.min(1, Math.max(0, frame / (count - 1))) : 0);

export function timelineTemplate(view: PlayerView, actions: TimelineActions): TemplateResult {
  const { index, requested, locale } = view;
  const last = index.count - 1;
  const text = locale.t('player.position', { frame: requested, last, time: timeText(view, requested) });
  const { peek } = actions;
  const pressed = (event: PointerEvent) => {
    if (event.button !== 0) return;
    actions.scrubStart();
    peek.pressed(event, event.currentTarget as Element, index.count);
  };
  const slid = (event: InputEvent) => {
    const frame = (event.target as HTMLInputElement).valueAsNumber;
    peek.dragged(frame);
    actions.seek(frame);
  };
  return html`<div class="timeline" part="timeline">
    ${guard([view.markers, view.activeMarker, index, locale.language], () => markerLane(view, actions))}
    <div class="track" ${cssVariables({ '--at': shareOf(requested, index.count) })}>
      ${loopRange(view)}
      <input
        type="range"
        part="timeline-range"
        data-timeline
        min="0"
        max=${last}
        step="1"
        aria-label=${locale.t('player.timeline')}
        aria-valuetext=${text}
        .value=${live(String(requested))}
        @pointerdown=${pressed}
        @pointermove=${(event: PointerEvent) => peek.moved(event, event.currentTarget as Element, index.count)}
        @pointerleave=${() => peek.left()}
        @input=${slid}
      />
    </div>
    ${peekTemplate(view, (frame) => shareOf(frame, index.count))}
  </div>`;
}

function loopRange({ loopPoints: { from, to }, index }: PlayerView): TemplateResult | typeof nothing {
  if (from === null && to === null) return nothing;
  const ends = { '--from': shareOf(from ?? 0, index.count), '--to': shareOf(to ?? index.count - 1, index.count) } as const;
  return html`<div class="loop" part="loop" ?data-start=${from !== null} ?data-end=${to !== null} ${cssVariables(ends)}></div>`;
}

function markerLane(view: PlayerView, actions: TimelineActions): TemplateResult | typeof nothing {
  const { markers, activeMarker, index, locale } = view;
  if (markers.length === 0) return nothing;
  const ordered = markers.toSorted((a, b) => a.frame - b.frame);
  const entry = ordered.find(({ id }) => id === activeMarker) ?? ordered[0];
  return html`<div class="lane" part="markers" role="group" aria-label=${locale.t('player.markers')} @keydown=${moveAlong}>
    ${ordered.map((marker) => {
      const words = locale.t('player.marker', { label: marker.label, frame: marker.frame });
      const from = shareOf(marker.frame, index.count);
      const to = shareOf(marker.frame + (marker.frameCount ?? 1) - 1, index.count);
      return html`<button
        class="marker"
        part="marker marker-${marker.kind}"
        data-kind=${marker.kind}
        aria-current=${marker.id === activeMarker ? 'true' : 'false'}
        aria-label=${words}
        title=${words}
        tabindex=${marker === entry ? 0 : -1}
        @click=${() => actions.chooseMarker(marker)}
        ${cssVariables({ '--from': from, '--to': to })}
      ></button>`;
    })}
  </div>`;
}

/** The lane is one stop for Tab; the arrows go from marker to marker. */
function moveAlong(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined || event.shiftKey || !(event.target instanceof HTMLElement)) return;
  event.preventDefault();
  const next = by > 0 ? event.target.nextElementSibling : event.target.previousElementSibling;
  if (!(next instanceof HTMLElement)) return;
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
