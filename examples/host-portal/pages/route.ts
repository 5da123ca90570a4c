/** Where the visitor is. The page is one document, so that uploads go on while a video is looked at. */
export type Route = { readonly view: 'library' } | { readonly view: 'review'; readonly videoId: string };

export function routeOf(path: string): Route {
  const videoId = /^\/review\/([0-9a-f-]{36})$/.exec(path)?.[1];
  return videoId === undefined ? { view: 'library' } : { view: 'review', videoId };
}

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
