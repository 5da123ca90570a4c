import { defineAll } from '../../define.ts';
import { AnnotationLayer } from './annotation-layer.ts';

defineAll({ 'annotation-layer': AnnotationLayer });
