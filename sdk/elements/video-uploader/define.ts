import { defineAll } from '../../define.ts';
import { VideoUploader } from './video-uploader.ts';

defineAll({ 'video-uploader': VideoUploader });
