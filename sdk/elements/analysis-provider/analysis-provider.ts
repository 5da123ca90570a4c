import { ContextProvider } from '@lit/context';
import { css, html, LitElement, type PropertyValues } from 'lit';
import { createClient, type VideoAnalysisClient } from '../../client/client.ts';
import { clientContext } from '../../contexts/client.ts';
import type { GetSessionToken } from '../../session/session-source.ts';
import { theme } from '../../styles/tokens.ts';

declare global {
  interface HTMLElementTagNameMap {
    'analysis-provider': AnalysisProvider;
  }
}

/**
 * Connects every element inside it to the API, in the name of the person the host has signed in. Draws nothing of its own.
 *
 * @summary Endpoint and session for the elements inside.
 * @slot - The page, or the part of it that holds elements.
 */
export class AnalysisProvider extends LitElement {
  static override styles = [
    theme,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  static override properties = {
    endpoint: { type: String },
    getSessionToken: { attribute: false },
  };

  readonly #provider = new ContextProvider(this, { context: clientContext });

  /** Where the API is, without a path: `https://video.example`. */
  declare endpoint: string;
  /**
   * Asks the host's own server for `{ token, expiresAt }`. Called when a session is needed, renewed early, and once more when
   * it has been refused. A property, never an attribute: tokens do not belong in markup.
   */
  declare getSessionToken: GetSessionToken | undefined;

  constructor() {
    super();
    this.endpoint = '';
    this.getSessionToken = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('endpoint') || changed.has('getSessionToken')) this.#provider.setValue(this.#connect());
  }

  /** The connection, for the host's own requests; undefined until endpoint and session source are set. */
  get client(): VideoAnalysisClient | undefined {
    return this.#provider.value;
  }

  override render() {
    return html`<slot></slot>`;
  }

  #connect(): VideoAnalysisClient | undefined {
    const { endpoint, getSessionToken } = this;
    return endpoint !== '' && getSessionToken ? createClient({ endpoint, getSessionToken }) : undefined;
  }
}
