import { defineAll } from '../../define.ts';
import { AnalysisProvider } from './analysis-provider.ts';

defineAll({ 'analysis-provider': AnalysisProvider });
