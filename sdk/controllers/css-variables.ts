import { Directive, directive, type ElementPart } from 'lit/directive.js';

/** Sets custom properties through the object model: a style attribute would be refused under a strict content security policy. */
class CssVariables extends Directive {
  render(_variables: Readonly<Record<`--${string}`, string | number>>): undefined {
    return undefined;
  }

  override update(part: ElementPart, [variables]: Parameters<this['render']>): undefined {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(variables)) style.setProperty(name, String(value));
    return undefined;
  }
}

/** `<div ${cssVariables({ '--at': 0.5 })}>` */
export const cssVariables = directive(CssVariables);
