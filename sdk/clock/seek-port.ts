import type { SeekPort } from './frame-seeker.ts';

/** A media element, as far as seeking goes. */
export const portOf = (element: HTMLVideoElement, playing: () => boolean): SeekPort => ({
  get currentSeconds() {
    return element.currentTime;
  },
  get durationSeconds() {
    return element.duration;
  },
  get playing() {
    return playing();
  },
  seekTo(seconds) {
    element.currentTime = seconds;
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});
