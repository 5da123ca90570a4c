import { defineAll } from '../../define.ts';
import { VideoLibrary } from './video-library.ts';

defineAll({ 'video-library': VideoLibrary });
