import type { ConsentPurpose } from '../domain/access/consent.ts';
import type { StoredAnnotation } from './client/annotation-store.ts';
import type { Share, ShareLink, Video } from './client/client.ts';

/** Every event the elements send, with its `detail`. All bubble and cross shadow roots; none can be cancelled. */
export interface ElementEvents {
  /** Another frame is on the screen. */
  'va-frame-change': { readonly frame: number; readonly verified: boolean; readonly playing: boolean };
  /** A video is loaded and its first frame is painted. */
  'va-video-ready': { readonly video: Video };
  'va-play-state': { readonly playing: boolean; readonly rate: number };
  /** A marker on the timeline was chosen. */
  'va-marker-select': { readonly id: string; readonly frame: number; readonly kind: string };
  /** Something failed. The element shows it too. */
  'va-error': { readonly code: string; readonly message: string };
  /** A card of the library was chosen. */
  'va-video-select': { readonly video: Video };
  'va-upload-start': { readonly videoId: string; readonly fileName: string };
  'va-upload-complete': { readonly videoId: string };
  /** An uploaded video can be played, or never will be. */
  'va-video-processed': { readonly video: Video };
  /** The drawings of the shown video changed, here or by a reload. */
  'va-annotations-change': { readonly annotations: readonly StoredAnnotation[] };
  /** A drawing was chosen, or none. */
  'va-annotation-select': { readonly annotationId: string | null };
  /** Somebody agreed to a purpose, or took it back. */
  'va-consent-changed': { readonly playerId: string; readonly purpose: ConsentPurpose; readonly isAgreed: boolean };
  /** A video was shared with people. */
  'va-share-created': { readonly videoId: string; readonly share: Share };
  'va-share-revoked': { readonly videoId: string; readonly shareId: string };
  /** A link was made. Its token is on the screen alone. */
  'va-link-created': { readonly videoId: string; readonly link: ShareLink };
  'va-link-revoked': { readonly videoId: string; readonly linkId: string };
}

export function emit<Name extends keyof ElementEvents>(target: EventTarget, name: Name, detail: ElementEvents[Name]): void {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

declare global {
  // Lets hosts write element.addEventListener('va-frame-change', (event) => event.detail.frame).
  interface HTMLElementEventMap extends ElementEventMap {}
}

type ElementEventMap = { [Name in keyof ElementEvents]: CustomEvent<ElementEvents[Name]> };
