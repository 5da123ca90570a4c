import { low } from './styles/low-screen.ts';
import { notices } from './styles/notices.ts';
import { stage } from './styles/stage.ts';
import { timeline } from './styles/timeline.ts';
import { transport } from './styles/transport.ts';

/** In the order in which they count: what is said later wins. */
export const playerStyles = [stage, notices, timeline, transport, low];
