import { defineAll } from '../../define.ts';
import { ShareDialog } from './share-dialog.ts';

defineAll({ 'share-dialog': ShareDialog });
