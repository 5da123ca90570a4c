import type { AnnotationDocument } from '../../../domain/annotation/document.ts';
import { translate } from '../../locales/locale.ts';
import { inWords } from './words.ts';

/** Every shape of a drawing in words, such as "line, 32° from vertical": for lists and for those who cannot see it. */
export const drawingInWords = ({ shapes, reference }: AnnotationDocument, language: string): string[] =>
  shapes.map((shape) => inWords(shape, reference, { t: (key, values) => translate(language, key, values) }));
