import { ContextProvider } from '@lit/context';
import { createClient, type ClientOptions } from '../../client/client.ts';
import { clientContext } from '../../contexts/client.ts';
import '../../elements/video-uploader/define.ts';

/** The page of a club that lets its people upload: an uploader, and a session from the club's own server. */
const endpoint = new URL(location.href).searchParams.get('api') ?? '';
const getSessionToken: ClientOptions['getSessionToken'] = async () => {
  const response = await fetch('/session', { method: 'POST' });
  return (await response.json()) as { token: string; expiresAt: string };
};
new ContextProvider(document.body, { context: clientContext, initialValue: createClient({ endpoint, getSessionToken }) });
document.body.append(document.createElement('video-uploader'));
