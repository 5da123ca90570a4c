import { defineAll } from '../../define.ts';
import { AnnotationCanvas } from './annotation-canvas.ts';

defineAll({ 'annotation-canvas': AnnotationCanvas });
