/** What a person is within a tenant. A link guest has no account and is not a role of a person. */
export const ROLES = ['admin', 'coach', 'player', 'guardian'] as const;
export type Role = (typeof ROLES)[number];

/** Who may see a video, beyond the athlete, the guardians and the person who uploaded it. */
export const VISIBILITIES = ['private', 'coach_only', 'tenant', 'link'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** What a credential may be used for, whatever its bearer's role would allow. */
export const SCOPES = [
  'videos:read',
  'videos:write',
  'uploads:write',
  'annotations:read',
  'annotations:write',
  'people:read',
  'people:write',
  'people:erase',
  'consents:read',
  'consents:write',
  'audit:read',
] as const;
export type Scope = (typeof SCOPES)[number];

/** People are the business of the club's server; a session never writes them. Of what is entered in the log only an admin reads. */
const WITHOUT_PEOPLE = SCOPES.filter((scope) => !scope.startsWith('people:') && scope !== 'audit:read');

/** The widest scopes a session of this role can carry. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  admin: [...WITHOUT_PEOPLE, 'people:read', 'audit:read'],
  coach: WITHOUT_PEOPLE,
  player: WITHOUT_PEOPLE,
  guardian: ['videos:read', 'videos:write', 'uploads:write', 'annotations:read', 'consents:read', 'consents:write'],
};
