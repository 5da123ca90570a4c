import { describe, type Description } from '../../../domain/annotation/describe.ts';
import type { Shape } from '../../../domain/annotation/document.ts';
import type { Size } from '../../../domain/geometry/point.ts';
import type { LocaleController } from '../../locales/locale.ts';

/** A shape in the reader's language. */
export const inWords = (shape: Shape, size: Size, { t }: Pick<LocaleController, 't'>): string => say(describe(shape, size), t);

function say({ kind, degrees, text = '' }: Description, t: LocaleController['t']): string {
  switch (kind) {
    case 'line':
      return degrees === undefined ? t('canvas.sayDot') : t('canvas.sayLine', { degrees });
    case 'arrow':
      return degrees === undefined ? t('canvas.sayDot') : t('canvas.sayArrow', { degrees });
    case 'angle':
      return degrees === undefined ? t('canvas.angle') : t('canvas.sayAngle', { degrees });
    case 'text':
      return t('canvas.sayText', { text });
    case 'circle':
      return t('canvas.sayCircle');
    case 'freehand':
      return t('canvas.sayFreehand');
    case 'unknown':
      return t('canvas.sayUnknown');
  }
}
