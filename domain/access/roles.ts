/** What a person is within a tenant. */
export const ROLES = ['admin', 'coach', 'player', 'guardian'] as const;
export type Role = (typeof ROLES)[number];

/** Whoever acts: a person, or the bearer of a link, who has no account and is nobody's relation. */
export const ACTOR_ROLES = [...ROLES, 'guest'] as const;
export type ActorRole = (typeof ACTOR_ROLES)[number];

/**
 * Who may see a video, beyond the athlete, the guardians and the person who uploaded it: nobody; those who coach the athlete and whom
 * it is shared with by name; these and everybody in the club; these two and whoever holds a link to it. A link also opens what the
 * whole club sees.
 */
export const VISIBILITIES = ['private', 'coach_only', 'tenant', 'link'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** What a credential may be used for, whatever its bearer's role would allow. */
export const SCOPES = [
  'videos:read',
  'videos:write',
  'uploads:write',
  'annotations:read',
  'annotations:write',
  'comments:read',
  'comments:write',
  'shares:read',
  'shares:write',
  'videos:export',
  'people:read',
  'people:write',
  'people:erase',
  'consents:read',
  'consents:write',
  'audit:read',
  'keys:manage',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Given only to a key that asks for it by name: it hands out other keys' secrets. */
export const KEY_SCOPES = SCOPES.filter((scope) => scope !== 'keys:manage');

/** People are the business of the club's server; a session never writes them. Of what is entered in the log only an admin reads. */
const WITHOUT_PEOPLE = KEY_SCOPES.filter((scope) => !scope.startsWith('people:') && scope !== 'audit:read');

/** The widest scopes a session of this role can carry. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  admin: [...WITHOUT_PEOPLE, 'people:read', 'audit:read'],
  coach: WITHOUT_PEOPLE,
  player: WITHOUT_PEOPLE,
  guardian: WITHOUT_PEOPLE.filter((scope) => scope !== 'annotations:write'),
};

/** What the session behind a link carries. */
export const LINK_SCOPES = {
  view: ['videos:read', 'annotations:read', 'comments:read', 'comments:write'],
  upload: ['uploads:write'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;
export type LinkKind = keyof typeof LINK_SCOPES;
