/** Keeps what a media element shows on the screen while its source changes. */
export function holdPicture(media: HTMLVideoElement): () => void {
  const { videoWidth: width, videoHeight: height, parentNode } = media;
  if (!parentNode || width === 0) return () => undefined;
  const canvas = media.ownerDocument.createElement('canvas');
  Object.assign(canvas, { width, height, className: 'held' });
  canvas.getContext('2d')?.drawImage(media, 0, 0);
  media.after(canvas);
  return () => canvas.remove();
}
