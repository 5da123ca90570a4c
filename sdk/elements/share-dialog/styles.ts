import { dialog } from './styles/dialog.ts';
import { people } from './styles/people.ts';

export const styles = [dialog, people];
