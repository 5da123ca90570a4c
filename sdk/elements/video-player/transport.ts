import { html, nothing, type SVGTemplateResult, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { icons } from '../../icons.ts';
import type { MessageKey } from '../../locales/locale.ts';
import { detentOf, speedAt, SPEEDS } from './speeds.ts';
import { timeText, type PlayerView } from './view.ts';

export interface TransportActions {
  toggle(): void;
  step(frames: number): void;
  seek(frame: number): void;
  setRate(rate: number): void;
  setLoopStart(): void;
  setLoopEnd(): void;
  clearLoop(): void;
  toggleMuted(): void;
  toggleExpanded(): void;
}

export function transportTemplate(view: PlayerView, actions: TransportActions): TemplateResult {
  return html`<div class="transport" part="transport">
    ${position(view, actions)}
    <div class="drive">
      ${button(view, { key: 'player.stepBack', icon: icons.stepBack, hint: '←', part: 'step-back-button' }, () => actions.step(-1))}
      ${
        view.tick.playing
          ? button(view, { key: 'player.pause', icon: icons.pause, hint: 'Space', part: 'play-button' }, () => actions.toggle())
          : button(view, { key: 'player.play', icon: icons.play, hint: 'Space', part: 'play-button' }, () => actions.toggle())
      }
      ${button(view, { key: 'player.stepForward', icon: icons.stepForward, hint: '→', part: 'step-forward-button' }, () => actions.step(1))}
    </div>
    <div class="options">
      ${speed(view, actions)} ${loop(view, actions)}
      <div class="screen">
        ${
          view.muted
            ? button(view, { key: 'player.unmute', icon: icons.muted, part: 'mute-button' }, () => actions.toggleMuted())
            : button(view, { key: 'player.mute', icon: icons.sound, part: 'mute-button' }, () => actions.toggleMuted())
        }
        ${
          view.expanded
            ? button(view, { key: 'player.shrink', icon: icons.shrink, part: 'full-screen-button' }, () => actions.toggleExpanded())
            : button(view, { key: 'player.enlarge', icon: icons.enlarge, part: 'full-screen-button' }, () => actions.toggleExpanded())
        }
      </div>
    </div>
  </div>`;
}

interface ButtonLook {
  readonly key: MessageKey;
  readonly icon: SVGTemplateResult;
  /** The key that does the same. */
  readonly hint?: string;
  readonly part: string;
}

function button({ locale }: PlayerView, { key, icon, hint, part }: ButtonLook, act: () => void): TemplateResult {
  const label = locale.t(key);
  return html`<button
    class="icon"
    part="button ${part}"
    aria-label=${label}
    title=${hint === undefined ? label : `${label} (${hint})`}
    @click=${act}
  >
    ${icon}
  </button>`;
}

function position(view: PlayerView, actions: TransportActions): TemplateResult {
  const { locale, tick, index } = view;
  const proof = locale.t(tick.verified ? 'player.verified' : 'player.unverified');
  const typed = (event: Event) => {
    const field = event.target as HTMLInputElement;
    const frame = /^\s*\d+\s*$/.test(field.value) ? Number(field.value) : null;
    if (frame === null) field.value = String(tick.frame);
    else actions.seek(frame);
  };
  return html`<div class="position figures" part="position">
    <label class="frame">
      <span class="frame-word">${locale.t('player.frame')}</span>
      <input
        type="text"
        inputmode="numeric"
        part="frame-field"
        aria-label=${locale.t('player.frame')}
        autocomplete="off"
        maxlength="7"
        aria-description=${locale.t('player.frameRange', { last: index.count - 1 })}
        .value=${live(String(tick.frame))}
        @change=${typed}
        @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
      />
    </label>
    <span class="last" aria-hidden="true">/ ${index.count - 1}</span>
    <span class="proof" part="proof" ?data-verified=${tick.verified} role="img" aria-label=${proof} title=${proof}></span>
    <span class="timecode" part="timecode">${timeText(view, tick.frame)}</span>
  </div>`;
}

function speed({ locale, tick, realSpeed }: PlayerView, actions: TransportActions): TemplateResult {
  const rate = locale.t('player.rate', { rate: tick.rate });
  const real =
    realSpeed === null
      ? null
      : locale.t('player.realSpeed', { percent: locale.number(realSpeed * tick.rate, { style: 'percent', maximumSignificantDigits: 2 }) });
  return html`<div class="speed" part="speed">
    <input
      type="range"
      part="speed-range"
      min="0"
      max=${SPEEDS.length - 1}
      step="1"
      aria-label=${locale.t('player.speed')}
      aria-valuetext=${real === null ? rate : `${rate}, ${real}`}
      .value=${live(String(detentOf(tick.rate)))}
      @input=${(event: InputEvent) => actions.setRate(speedAt((event.target as HTMLInputElement).valueAsNumber))}
    />
    <span class="rate figures" aria-hidden="true">${rate}</span>
    ${real === null ? nothing : html`<span class="real" aria-hidden="true">${real}</span>`}
  </div>`;
}

function loop({ locale, loopPoints: { from, to } }: PlayerView, actions: TransportActions): TemplateResult {
  const end = (letter: string, key: MessageKey, hint: string, set: boolean, act: () => void) =>
    html`<button
      class="icon letter"
      part="button loop-button"
      aria-label=${locale.t(key)}
      aria-pressed=${set ? 'true' : 'false'}
      title="${locale.t(key)} (${hint})"
      @click=${act}
    >
      ${letter}
    </button>`;
  const clear = html`<button
    class="icon"
    part="button loop-clear-button"
    aria-label=${locale.t('player.loopClear')}
    title=${locale.t('player.loopClear')}
    ?disabled=${from === null && to === null}
    @click=${() => actions.clearLoop()}
  >
    ${icons.close}
  </button>`;
  return html`<div class="loop-ends" role="group" aria-label=${locale.t('player.loop')}>
    ${end('A', 'player.loopStart', 'I', from !== null, () => actions.setLoopStart())}
    ${end('B', 'player.loopEnd', 'O', to !== null, () => actions.setLoopEnd())} ${clear}
  </div>`;
}
