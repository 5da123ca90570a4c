import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERROR_CODES } from '../errors.ts';
import { CONSENT_PURPOSES, type ConsentPurpose } from './consent.ts';
import { ACTIONS, denialCode, may, type Action, type Actor, type Decision, type DenialReason, type Facts } from './policy.ts';
import { ROLE_SCOPES, ROLES, VISIBILITIES, type Role, type Visibility } from './roles.ts';

const PLAYER = 'the-player';
const SOMEBODY = 'somebody';

const actor = (role: Role, id = SOMEBODY, more: Partial<Actor> = {}): Actor => ({
  ...{ id, role, scopes: new Set(ROLE_SCOPES[role]), onlyPlayerIds: null, onlyVideoIds: null },
  ...more,
});

interface Situation {
  readonly relation?: 'coach' | 'guardian';
  readonly visibility?: Visibility;
  readonly consent?: readonly ConsentPurpose[];
  readonly uploadedBy?: string;
  readonly playerId?: string | null;
  readonly author?: string;
}

const facts = ({
  relation,
  visibility = 'coach_only',
  consent = [],
  uploadedBy = 'another',
  playerId = PLAYER,
  author,
}: Situation): Facts => ({
  playerId,
  relationship: { isCoach: relation === 'coach', isGuardian: relation === 'guardian' },
  consent: new Set(consent),
  video: { id: 'the-video', uploadedById: uploadedBy, visibility },
  ...(author !== undefined && { annotation: { createdById: author } }),
});

const yes: Decision = { allowed: true };
const no = (reason: DenialReason, purpose?: ConsentPurpose): Decision => ({ allowed: false, reason, ...(purpose && { purpose }) });

describe('who may look at a video', () => {
  const rows: [string, Actor, Situation, Decision][] = [
    ['the athlete, even in a private one and without any consent', actor('player', PLAYER), { visibility: 'private' }, yes],
    ["the athlete's guardian", actor('guardian'), { relation: 'guardian', visibility: 'private' }, yes],
    ['not the guardian of somebody else', actor('guardian'), {}, no('not_related')],
    ["the athlete's coach, with consent", actor('coach'), { relation: 'coach', consent: ['coach_review'] }, yes],
    ["not the athlete's coach without consent", actor('coach'), { relation: 'coach' }, no('consent_missing', 'coach_review')],
    [
      'not a coach on the strength of another purpose',
      actor('coach'),
      { relation: 'coach', consent: ['tenant_library', 'export'] },
      no('consent_missing', 'coach_review'),
    ],
    [
      'not the coach when it is private',
      actor('coach'),
      { relation: 'coach', visibility: 'private', consent: ['coach_review'] },
      no('not_visible'),
    ],
    [
      'the coach who uploaded it, when it is private',
      actor('coach'),
      { relation: 'coach', visibility: 'private', consent: ['coach_review'], uploadedBy: SOMEBODY },
      yes,
    ],
    ['not a coach of other athletes', actor('coach'), { consent: ['coach_review'] }, no('not_related')],
    [
      'not the coach who uploaded it and works with the athlete no more',
      actor('coach'),
      { consent: ['coach_review'], uploadedBy: SOMEBODY },
      no('not_visible'),
    ],
    [
      'a coach of other athletes in the club library, with consent',
      actor('coach'),
      { visibility: 'tenant', consent: ['tenant_library'] },
      yes,
    ],
    [
      'not in the club library without that consent',
      actor('coach'),
      { visibility: 'tenant', consent: ['coach_review'] },
      no('consent_missing', 'tenant_library'),
    ],
    ['another athlete in the club library, with consent', actor('player'), { visibility: 'tenant', consent: ['tenant_library'] }, yes],
    ['not another athlete', actor('player'), { consent: ['coach_review', 'tenant_library'] }, no('not_related')],
    ['an admin, with consent', actor('admin'), { consent: ['coach_review'] }, yes],
    ['not an admin without consent', actor('admin'), {}, no('consent_missing', 'coach_review')],
    ['not an admin when it is private', actor('admin'), { visibility: 'private', consent: ['coach_review'] }, no('not_visible')],
    ['whoever uploaded it, while no athlete is named', actor('coach'), { playerId: null, uploadedBy: SOMEBODY }, yes],
    ['nobody else, while no athlete is named', actor('coach'), { playerId: null, visibility: 'tenant' }, no('not_visible')],
  ];
  for (const [who, asker, situation, expected] of rows)
    it(who, () => assert.deepEqual(may(asker, 'video.view', facts(situation)), expected));
});

describe('who may do more than look', () => {
  const seen: Situation = { relation: 'coach', consent: ['coach_review'] };
  const rows: [string, Actor, Action, Situation, Decision][] = [
    ['a coach draws on an athlete’s video', actor('coach'), 'annotation.create', seen, yes],
    ['the athlete draws on an own video', actor('player', PLAYER), 'annotation.create', {}, yes],
    ['a guardian looks and does not draw', actor('guardian'), 'annotation.create', { relation: 'guardian' }, no('scope_missing')],
    [
      'an athlete does not draw on a library video',
      actor('player'),
      'annotation.create',
      { visibility: 'tenant', consent: ['tenant_library'] },
      no('role_not_allowed'),
    ],
    ['an author changes a drawing', actor('coach'), 'annotation.edit', { ...seen, author: SOMEBODY }, yes],
    ['nobody changes another’s drawing', actor('coach'), 'annotation.edit', { ...seen, author: 'another' }, no('not_author')],
    [
      'not even an admin changes another’s drawing',
      actor('admin'),
      'annotation.edit',
      { consent: ['coach_review'], author: 'another' },
      no('not_author'),
    ],
    ['an admin removes any drawing', actor('admin'), 'annotation.delete', { consent: ['coach_review'], author: 'another' }, yes],
    [
      'an author who may look no more changes nothing',
      actor('coach'),
      'annotation.edit',
      { relation: 'coach', author: SOMEBODY },
      no('consent_missing', 'coach_review'),
    ],
    ['a coach describes an athlete’s video', actor('coach'), 'video.edit', seen, yes],
    ['a library guest does not', actor('coach'), 'video.edit', { visibility: 'tenant', consent: ['tenant_library'] }, no('not_related')],
    ['a coach shows it to nobody else', actor('coach'), 'video.publish', seen, no('role_not_allowed')],
    ['the athlete does', actor('player', PLAYER), 'video.publish', {}, yes],
    ['the guardian does', actor('guardian'), 'video.publish', { relation: 'guardian' }, yes],
    ['the athlete removes a video', actor('player', PLAYER), 'video.delete', {}, yes],
    ['a coach does not remove what another uploaded', actor('coach'), 'video.delete', seen, no('role_not_allowed')],
    ['a coach removes an own upload', actor('coach'), 'video.delete', { ...seen, uploadedBy: SOMEBODY }, yes],
  ];
  for (const [what, asker, action, situation, expected] of rows)
    it(what, () => assert.deepEqual(may(asker, action, facts(situation)), expected));
});

describe('who may upload', () => {
  const upload = (asker: Actor, situation: Situation): Decision => {
    const { video: _, ...before } = facts(situation);
    return may(asker, 'video.upload', before);
  };
  const rows: [string, Actor, Situation, Decision][] = [
    ['the athlete', actor('player', PLAYER), {}, yes],
    ['the guardian', actor('guardian'), { relation: 'guardian' }, yes],
    ['the coach, with consent', actor('coach'), { relation: 'coach', consent: ['coach_review'] }, yes],
    ['not the coach without consent', actor('coach'), { relation: 'coach' }, no('consent_missing', 'coach_review')],
    ['not a coach of others', actor('coach'), { consent: ['coach_review'] }, no('not_related')],
    ['not another athlete', actor('player'), { consent: ['coach_review'] }, no('not_related')],
    ['a coach, before an athlete is named', actor('coach'), { playerId: null }, yes],
  ];
  for (const [who, asker, situation, expected] of rows) it(who, () => assert.deepEqual(upload(asker, situation), expected));
});

describe('the policy as a whole', () => {
  const everything = function* (): Generator<[Actor, Action, Facts]> {
    for (const role of ROLES)
      for (const id of [PLAYER, SOMEBODY])
        for (const relation of [undefined, 'coach', 'guardian'] as const)
          for (const visibility of VISIBILITIES)
            for (const consent of [[], ...CONSENT_PURPOSES.map((purpose) => [purpose]), CONSENT_PURPOSES])
              for (const uploadedBy of [id, 'another'])
                for (const action of ACTIONS)
                  yield [actor(role, id), action, facts({ ...(relation && { relation }), visibility, consent, uploadedBy, author: id })];
  };

  it('gives nobody an action on a picture they may not see', (t) => {
    let rows = 0;
    for (const [asker, action, about] of everything()) {
      rows += 1;
      if (action === 'video.upload' || action === 'video.list') continue;
      const sees = may(asker, 'video.view', about).allowed;
      if (!sees) assert.equal(may(asker, action, about).allowed, false, JSON.stringify([asker.role, action]));
    }
    t.diagnostic(`${String(rows)} rows`);
  });

  it('lets nobody but the family see anything without consent', () => {
    for (const [asker, action, about] of everything()) {
      const isFamily = asker.id === PLAYER || (asker.role === 'guardian' && about.relationship.isGuardian);
      if (action === 'video.view' && about.consent.size === 0 && !isFamily) assert.equal(may(asker, action, about).allowed, false);
    }
  });

  it('never allows more when consent is taken away', () => {
    for (const [asker, action, about] of everything())
      if (may(asker, action, { ...about, consent: new Set() }).allowed)
        assert.ok(may(asker, action, { ...about, consent: new Set(CONSENT_PURPOSES) }).allowed);
  });

  it('allows nothing without a scope', () => {
    for (const [asker, action, about] of everything())
      assert.deepEqual(may({ ...asker, scopes: new Set() }, action, about), no('scope_missing'));
  });

  it('knows only the videos and athletes a session is restricted to', () => {
    const family = actor('player', PLAYER, { onlyVideoIds: new Set(['other-video']) });
    assert.deepEqual(may(family, 'video.view', facts({})), no('session_restricted'));
    assert.ok(may(actor('player', PLAYER, { onlyVideoIds: new Set(['the-video']) }), 'video.view', facts({})).allowed);
    assert.deepEqual(
      may(actor('player', PLAYER, { onlyPlayerIds: new Set(['other']) }), 'video.view', facts({})),
      no('session_restricted'),
    );
  });

  it('turns every reason into an error with a name', () => {
    const reasons: DenialReason[] = [
      'scope_missing',
      'session_restricted',
      'role_not_allowed',
      'not_related',
      'not_visible',
      'consent_missing',
      'not_author',
    ];
    for (const reason of reasons) assert.ok(ERROR_CODES.includes(denialCode(reason)));
  });
});
