import { defineAll } from '../../define.ts';
import { VideoPlayer } from './video-player.ts';

defineAll({ 'video-player': VideoPlayer });
