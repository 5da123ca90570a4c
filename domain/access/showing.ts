import type { ConsentPurpose } from './consent.ts';
import type { Visibility } from './roles.ts';

/** What everybody in the picture must have agreed to before all may see it whom its visibility names. */
export const PURPOSES_TO_SHOW: Readonly<Record<Visibility, readonly ConsentPurpose[]>> = {
  private: ['coach_review'],
  coach_only: ['coach_review'],
  tenant: ['coach_review', 'tenant_library'],
  link: ['coach_review', 'link_share'],
};
