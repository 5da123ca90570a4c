import { defineAll } from '../../define.ts';
import { ConsentPanel } from './consent-panel.ts';

defineAll({ 'consent-panel': ConsentPanel });
