import { parseStoryboard, tileAt, type StoryboardTrack, type Tile } from './storyboard-track.ts';

/** A part of an image that is here. */
export interface Picture extends Tile {
  readonly url: string;
}

interface Loaded {
  readonly track: StoryboardTrack;
  readonly url: string;
}

/** The storyboard of the open video: fetched when somebody first wants to see it, kept until the video is closed. */
export class Storyboard {
  readonly #arrived: () => void;
  #address: string | null = null;
  #loaded: Loaded | null = null;
  #loading: AbortController | null = null;

  /** @param arrived called when there are pictures where there were none. */
  constructor(arrived: () => void) {
    this.#arrived = arrived;
  }

  /** Where the track is now. What has been fetched stays: another lease shows the same pictures. */
  moveTo(address: string | null): void {
    this.#address = address;
  }

  close(): void {
    this.#loading?.abort();
    this.#loading = null;
    if (this.#loaded) URL.revokeObjectURL(this.#loaded.url);
    this.#loaded = null;
    this.#address = null;
  }

  /** Fetches it unless it is here or on its way. One that does not come is no loss: it is tried again with the next wish. */
  want(): void {
    if (this.#address === null || this.#loaded || this.#loading) return;
    const loading = new AbortController();
    this.#loading = loading;
    void fetchStoryboard(this.#address, loading.signal)
      .then((loaded) => this.#take(loading, loaded))
      .finally(() => {
        if (this.#loading === loading) this.#loading = null;
      });
  }

  pictureAt(seconds: number): Picture | null {
    const tile = this.#loaded && tileAt(this.#loaded.track, seconds);
    return tile && this.#loaded ? { ...tile, url: this.#loaded.url } : null;
  }

  #take({ signal }: AbortController, loaded: Loaded | null): void {
    if (signal.aborted && loaded) URL.revokeObjectURL(loaded.url);
    if (signal.aborted || !loaded) return;
    this.#loaded = loaded;
    this.#arrived();
  }
}

/** Both are fetched, not linked: the addresses die with their lease. Null: it did not come. */
async function fetchStoryboard(address: string, signal: AbortSignal): Promise<Loaded | null> {
  try {
    const track = parseStoryboard(await (await answered(address, signal)).text());
    if (!track) return null;
    const image = await (await answered(new URL(track.image, address).href, signal)).blob();
    return { track, url: URL.createObjectURL(image) };
  } catch {
    return null;
  }
}

async function answered(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal, credentials: 'omit' });
  if (!response.ok) throw new Error(`answered with ${String(response.status)}`);
  return response;
}
