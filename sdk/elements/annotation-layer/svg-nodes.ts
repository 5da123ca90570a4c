import { noChange, svg, type SVGTemplateResult } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import type { PictureNode } from '../../../domain/annotation/picture-node.ts';

class Attributes extends Directive {
  #names: readonly string[] = [];

  render(_attributes: PictureNode['attributes']): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [attributes]: Parameters<this['render']>): typeof noChange {
    for (const name of this.#names) if (!(name in attributes)) element.removeAttribute(name);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    this.#names = Object.keys(attributes);
    return noChange;
  }
}

/** Presentation attributes of SVG, which a strict content security policy leaves alone; never a style or a handler. */
const attributes = directive(Attributes);

/** Picture nodes as elements of the page. What people wrote becomes text, never markup. */
export const svgNodes = (nodes: readonly PictureNode[]): readonly SVGTemplateResult[] => nodes.map(svgNode);

function svgNode({ tag, attributes: named, children = [], text = '' }: PictureNode): SVGTemplateResult {
  switch (tag) {
    case 'g':
      return svg`<g ${attributes(named)}>${svgNodes(children)}</g>`;
    case 'line':
      return svg`<line ${attributes(named)}></line>`;
    case 'path':
      return svg`<path ${attributes(named)}></path>`;
    case 'circle':
      return svg`<circle ${attributes(named)}></circle>`;
    case 'rect':
      return svg`<rect ${attributes(named)}></rect>`;
    case 'polygon':
      return svg`<polygon ${attributes(named)}></polygon>`;
    case 'text':
      return svg`<text ${attributes(named)}>${text}</text>`;
  }
}
