import { ContextConsumer } from '@lit/context';
import { html, LitElement } from 'lit';
import type { VideoAnalysisClient } from '../../client/client.ts';
import { clientContext } from '../../contexts/client.ts';
import { defineAll } from '../../define.ts';
import { assert, assertAccessible, fixture } from '../../test/kit.ts';
import { AnalysisProvider } from './analysis-provider.ts';
import './define.ts';

/** An element that shows where its API is. */
class EndpointDisplay extends LitElement {
  readonly #client = new ContextConsumer(this, { context: clientContext, subscribe: true });

  get client(): VideoAnalysisClient | undefined {
    return this.#client.value;
  }

  override render() {
    return html`${this.#client.value?.endpoint ?? 'nowhere'}`;
  }
}
defineAll({ 'endpoint-display': EndpointDisplay });

const getSessionToken = () => Promise.resolve({ token: 't', expiresAt: new Date(Date.now() + 900_000).toISOString() });

const provider = (
  template = html`<analysis-provider endpoint="https://one.test/" .getSessionToken=${getSessionToken}>
    <endpoint-display></endpoint-display>
  </analysis-provider>`,
): Promise<AnalysisProvider> => fixture<AnalysisProvider>(template);

const display = (host: Element): EndpointDisplay => {
  const found = host.querySelector<EndpointDisplay>('endpoint-display');
  if (!found) throw new Error('no display');
  return found;
};

describe('<analysis-provider>', () => {
  it('is accessible and takes no room of its own', async () => {
    const element = await provider();
    await assertAccessible(element);
    assert.equal(getComputedStyle(element).display, 'contents');
  });

  it('connects the elements inside it', async () => {
    const element = await provider();
    assert.equal(display(element).client, element.client);
    assert.equal(display(element).client?.endpoint, 'https://one.test');
  });

  it('has no connection until the host has said where sessions come from', async () => {
    const element = await provider(
      html`<analysis-provider endpoint="https://one.test"><endpoint-display></endpoint-display></analysis-provider>`,
    );
    assert.equal(display(element).client, undefined);
    element.getSessionToken = getSessionToken;
    await element.updateComplete;
    assert.equal(display(element).client?.endpoint, 'https://one.test');
  });

  it('connects elements that were there before it was registered', async () => {
    const page = await fixture<HTMLElement>(
      html`<div>
        <late-provider endpoint="https://one.test"><endpoint-display></endpoint-display></late-provider>
      </div>`,
    );
    assert.equal(display(page).client, undefined);
    defineAll({ 'late-provider': class extends AnalysisProvider {} });
    const late = page.querySelector<AnalysisProvider>('late-provider');
    if (!late) throw new Error('no provider');
    late.getSessionToken = getSessionToken;
    await late.updateComplete;
    assert.equal(display(page).client?.endpoint, 'https://one.test');
  });

  it('connects anew when the endpoint changes', async () => {
    const element = await provider();
    const before = element.client;
    element.endpoint = 'https://two.test';
    await element.updateComplete;
    assert.ok(display(element).client !== before);
    assert.equal(display(element).client?.endpoint, 'https://two.test');
  });

  it('sets the theme of what is inside by data-va-theme', async () => {
    const element = await provider();
    element.dataset['vaTheme'] = 'dark';
    assert.equal(getComputedStyle(display(element)).colorScheme, 'dark');
  });
});
