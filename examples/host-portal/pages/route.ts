/** Where the visitor is. The page is one document, so that uploads go on while a video is looked at. */
export type Route =
  | { readonly view: 'library' | 'consent' | 'people' | 'audit' }
  | { readonly view: 'review'; readonly videoId: string }
  | { readonly view: 'person'; readonly externalId: string };

const SECTIONS = { '/consent': 'consent', '/people': 'people', '/audit': 'audit' } as const;

export function routeOf(path: string): Route {
  const videoId = /^\/review\/([0-9a-f-]{36})$/.exec(path)?.[1];
  if (videoId !== undefined) return { view: 'review', videoId };
  const externalId = /^\/people\/([^/]+)$/.exec(path)?.[1];
  if (externalId !== undefined) return { view: 'person', externalId: decodeURIComponent(externalId) };
  return { view: Object.entries(SECTIONS).find(([address]) => address === path)?.[1] ?? 'library' };
}

export const personPath = (externalId: string): string => `/people/${encodeURIComponent(externalId)}`;

/** Plain clicks on our own links change the view in place. */
export function followLinks(go: (path: string) => void): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a[href^="/"]') : null;
    if (!link) return;
    event.preventDefault();
    go(link.getAttribute('href') ?? '/');
  });
}
