import { createContext } from '@lit/context';
import type { VideoAnalysisClient } from '../client/client.ts';

/** The nearest provider's connection to the API; undefined until the provider has one. */
export const clientContext = createContext<VideoAnalysisClient | undefined>(Symbol.for('va-client'));
