import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { DemoLogin } from '../../../bin/system/demo.ts';
import { launchChromium } from './chromium.ts';
import { counterClip } from './clips.ts';
import { isTooWide, keepPicture, seriousFaults, WINDOWS } from './screens.ts';
import { startSystem, type StartedSystem } from './started-system.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';

/** What these tests use of `<video-player>`. */
interface PlayerElement extends HTMLElement {
  readonly media: HTMLVideoElement;
  readonly playing: boolean;
  loop: object | null;
  play(): Promise<void>;
}

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

interface Sample {
  readonly id: string;
  readonly playerId: string;
}

/** The started system, a browser, and everybody of the club in front of it. */
export class Stage {
  readonly system: StartedSystem;
  readonly browser: Browser;
  readonly complaints: string[] = [];
  #samples: readonly Sample[] = [];
  #directory: string | undefined;

  private constructor(system: StartedSystem, browser: Browser) {
    this.system = system;
    this.browser = browser;
  }

  static async open(): Promise<Stage> {
    const system = await startSystem();
    const stage = new Stage(system, await launchChromium());
    await system.samplesReady;
    await stage.#knowSamples();
    return stage;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.system.stop();
    if (this.#directory) await rm(this.#directory, { recursive: true, force: true });
  }

  login(username: string): DemoLogin {
    const found = this.system.demo.clubs.flatMap(({ logins }) => logins).find((one) => one.username === username);
    if (!found) throw new Error(`nobody is called ${username}`);
    return found;
  }

  /** The clip of this athlete. */
  videoOf(username: string): string {
    const found = this.#samples.find(({ playerId }) => playerId === this.login(username).personId);
    if (!found) throw new Error(`there is no clip of ${username}`);
    return found.id;
  }

  async #knowSamples(): Promise<void> {
    const { body } = await this.ask<{ items: Sample[] }>(await this.session('per'), 'GET', '/api/v1/videos');
    this.#samples = body.items;
  }

  async signedIn(username: string, options?: VisitorOptions): Promise<Visitor> {
    const visitor = await Visitor.arrive(this.browser, this.system.portalUrl, options);
    await visitor.signIn(username, this.login(username).password);
    return visitor;
  }

  async leave(visitor: Visitor): Promise<void> {
    this.complaints.push(...visitor.complaints);
    await visitor.leave();
  }

  /** Somebody who has nothing but an address. */
  async guest(address: string, options?: VisitorOptions): Promise<Visitor> {
    const visitor = await Visitor.arrive(this.browser, '', options);
    await visitor.goTo(address);
    return visitor;
  }

  /** A session in the name of somebody, as the portal mints them. */
  async session(username: string, change: object = {}): Promise<string> {
    const { externalId, role, displayName } = this.login(username);
    const actor = { externalId, role, displayName, ...change };
    const { body } = await this.ask<{ token: string }>(this.secretKey, 'POST', '/api/v1/sessions', {
      actor,
      origins: [this.system.portalUrl],
    });
    return body.token;
  }

  get secretKey(): string {
    return this.system.demo.clubs[0].secretKey;
  }

  async ask<T = unknown>(token: string | null, method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const isSession = token?.startsWith('va_st_') === true;
    const response = await fetch(`${this.system.apiUrl}${path}`, {
      method,
      headers: {
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...((isSession || token === null) && { Origin: this.system.portalUrl }),
        ...(method === 'POST' && { 'Idempotency-Key': randomUUID() }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }

  /** Says yes for an athlete. */
  async grant(username: string, athlete: string, purpose: string): Promise<void> {
    const path = `/api/v1/players/${this.login(athlete).personId}/consents`;
    const body = { purpose, textVersion: '2026-1', locale: 'nb', evidence: { method: 'in_app' } };
    const { status } = await this.ask(await this.session(username), 'POST', path, body);
    assert.ok(status === 200 || status === 201, `consent: ${String(status)}`);
  }

  /** A small drawn swing, in a file of this name. */
  async clip(name: string): Promise<string> {
    this.#directory ??= await mkdtemp(path.join(tmpdir(), 'va-e2e-sharing-'));
    const { file } = await counterClip(this.#directory);
    const named = path.join(this.#directory, `${name}.mp4`);
    await copyFile(file, named);
    return named;
  }

  /** A picture of the page, looked at by axe. */
  async mustBeSound(visitor: Visitor, name: string): Promise<void> {
    await keepPicture(visitor, name);
    assert.equal(await isTooWide(visitor), false, `${name} is wider than its window`);
    assert.deepEqual(await seriousFaults(visitor), [], name);
  }
}

/** Every window, light and dark. */
export const LOOKS: readonly (VisitorOptions & { readonly name: string })[] = WINDOWS.flatMap((window) =>
  (['light', 'dark'] as const).map((theme) => ({ ...window, theme, name: `${String(window.width)}-${theme}` })),
);

/** Plays round and round. */
export async function playOn({ page }: Visitor): Promise<void> {
  await page.waitForFunction(() => (document.querySelector<PlayerElement>('video-player')?.media.readyState ?? 0) >= 2);
  await page.evaluate(async () => {
    const player = document.querySelector<PlayerElement>('video-player');
    if (!player) throw new Error('no player');
    player.media.muted = true;
    player.loop = { from: 0, to: 60 };
    await player.play();
  });
  await page.waitForFunction(() => document.querySelector<PlayerElement>('video-player')?.playing === true);
}

/**
 * Looks at every picture of the screen until there is none of the clip any more, and tells when that was: neither in the media element,
 * nor in what is held of it while sources change.
 */
export async function untilDark({ page }: Visitor): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(() => {
    const isDark = (): boolean => {
      const player = document.querySelector<PlayerElement>('video-player');
      if (!player) return true;
      const hasSource = player.media.hasAttribute('src') || player.media.readyState > 0;
      return !hasSource && player.shadowRoot?.querySelector('canvas.held') === null;
    };
    const end = new Promise<number>((resolve) => {
      const look = (): void => {
        if (isDark()) resolve(Date.now());
        else requestAnimationFrame(look);
      };
      look();
    });
    return { end };
  });
  return () => watch.evaluate(({ end }) => end);
}

/** The addresses of media that the page has asked for so far, copied as somebody with the developer tools would. */
export function copyMediaUrls({ page }: Visitor): () => readonly string[] {
  const urls = new Set<string>();
  page.on('request', (request) => {
    if (/\/api\/v1\/play\/[^/]+\/[^/]+\.(?:mp4|jpg|m4s|m3u8)$/.test(request.url())) urls.add(request.url());
  });
  return () => [...urls];
}

/** @throws when anything of it can still be read. */
export async function mustBeClosed(urls: readonly string[]): Promise<void> {
  assert.ok(urls.length > 0, 'no media address was copied');
  const statuses = await Promise.all(urls.map(async (url) => (await fetch(url, { headers: { Range: 'bytes=0-9' } })).status));
  assert.deepEqual(
    statuses.filter((status) => status !== 403 && status !== 410),
    [],
  );
}

export const noticeOf = ({ page }: Visitor): Promise<string> => page.locator('video-player [part=notice]').innerText();
