import { assert, inside, until } from '../../test/kit.ts';
import { click, line, saved, setUp, use } from './canvas.test-kit.ts';

describe('under a strict content security policy', () => {
  it('nothing of the editor is refused, fabric included', async () => {
    const refused: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      refused.push(`${violatedDirective} ${blockedURI}`),
    );
    const policy = document.createElement('meta');
    policy.httpEquiv = 'Content-Security-Policy';
    // No style element or attribute at all, and no code from text. The inline scripts are the test runner's own.
    policy.content = "style-src 'none'; script-src 'self' 'unsafe-inline'; object-src 'none'";
    document.head.append(policy);

    const probe = document.createElement('p');
    probe.setAttribute('style', 'color: red');
    await until(() => refused.length > 0, 'the policy to be in force');
    refused.length = 0;

    const all = await setUp(line);
    await use(all.canvas, 'select');
    await until(() => all.canvas.shadowRoot?.querySelector('canvas.upper-canvas'), 'the stage');
    await click(all.canvas, 0.5, 0.5);
    await until(() => !inside<HTMLButtonElement>(all.canvas, '[aria-label="Delete the drawing"]').disabled, 'the line to be chosen');
    await use(all.canvas, 'text');
    await click(all.canvas, 0.25, 0.25);
    await until(() => all.canvas.shadowRoot?.querySelector('textarea'), 'the text field');
    await saved(all);
    assert.deepEqual(refused, []);
    assert.near(inside(all.canvas, '.surface').getBoundingClientRect().width, 640, 'the element’s own styles');
  });
});
