import type { AnalysisProvider, VideoAnalysisClient } from 'video-analysis-platform';

interface SessionToken {
  readonly token: string;
  readonly expiresAt: string;
}

/** Our own server knows who is signed in, and asks the API for a session in that person's name. */
async function getSessionToken(): Promise<SessionToken> {
  const response = await fetch('/api/session-token', { method: 'POST' });
  if (response.status === 401) {
    location.assign('/login');
    // The page is being left; nothing of it shall show an error meanwhile.
    return new Promise(() => undefined);
  }
  if (!response.ok) throw new Error(`session-token: ${String(response.status)}`);
  return (await response.json()) as SessionToken;
}

/** Gives the provider what it needs, and returns its connection for the page's own requests. */
export async function connect(provider: AnalysisProvider): Promise<VideoAnalysisClient> {
  provider.getSessionToken = getSessionToken;
  await provider.updateComplete;
  if (!provider.client) throw new Error('the provider has no endpoint');
  return provider.client;
}
