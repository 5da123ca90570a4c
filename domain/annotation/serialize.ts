import type { Size } from '../geometry/point.ts';
import type { PictureNode } from './picture-node.ts';

/** A whole SVG document of these nodes, as large as the picture. */
export const toSvg = (nodes: readonly PictureNode[], { width, height }: Size): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}">` +
  `${nodes.map(element).join('')}</svg>`;

function element({ tag, attributes, children, text }: PictureNode): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const inner = text === undefined ? (children ?? []).map(element).join('') : escaped(text);
  return inner === '' ? `<${tag}${written.join('')}/>` : `<${tag}${written.join('')}>${inner}</${tag}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

// XML 1.0 §2.2: nothing else may stand in a document, not even escaped. A parser refuses the whole picture over one such character.
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
