import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERROR_CODES } from '../errors.ts';
import { CONSENT_PURPOSES, EVIDENCE_METHODS, type ConsentPurpose } from './consent.ts';
import { ACTIONS, type Action } from './actions.ts';
import { denialCode, may, type Actor, type Decision, type DenialReason, type Facts } from './policy.ts';
import { KEY_SCOPES, ROLE_SCOPES, ROLES, SCOPES, VISIBILITIES, type Role, type Visibility } from './roles.ts';

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
  relationship: { isCoach: relation === 'coach', isGuardian: relation === 'guardian', isInThePicture: false },
  consent: new Set(consent),
  video: { id: 'the-video', uploadedById: uploadedBy, visibility },
  ...(author !== undefined && { authored: { createdById: author } }),
});

const yes: Decision = { allowed: true };
/** While no birth date is known, for a minor, and for somebody of age. */
type Verdicts = readonly [Decision, Decision, Decision];
const never = (reason: DenialReason): Verdicts => [no(reason), no(reason), no(reason)];
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

describe('who may see, give and take back what an athlete agrees to', () => {
  const athlete = actor('player', PLAYER);
  const rows: [string, Actor, 'coach' | 'guardian' | undefined, view: Decision, grants: Verdicts, withdrawals: Verdicts][] = [
    ['the athlete', athlete, undefined, yes, [yes, no('athlete_is_minor'), yes], [yes, yes, yes]],
    ['a guardian', actor('guardian'), 'guardian', yes, [yes, yes, no('athlete_is_of_age')], [yes, yes, no('athlete_is_of_age')]],
    ['a guardian of others', actor('guardian'), undefined, no('not_related'), never('not_related'), never('not_related')],
    ['another athlete', actor('player'), undefined, no('not_related'), never('not_related'), never('not_related')],
    ['the coach', actor('coach'), 'coach', no('role_not_allowed'), never('role_not_allowed'), never('role_not_allowed')],
    ['a coach of others', actor('coach'), undefined, no('role_not_allowed'), never('role_not_allowed'), never('role_not_allowed')],
    ['an admin', actor('admin'), undefined, yes, never('evidence_not_accepted'), never('evidence_not_accepted')],
  ];
  const ages = [null, true, false] as const;
  const isFamily = ([, { id }, relation]: (typeof rows)[number]): boolean => id === PLAYER || relation === 'guardian';
  const about = (relation: 'coach' | 'guardian' | undefined, agreement?: NonNullable<Facts['agreement']>): Facts => {
    const { video: _, ...rest } = facts(relation ? { relation } : {});
    return { ...rest, ...(agreement && { agreement }) };
  };

  for (const row of rows) {
    const [who, asker, relation, view, grants, withdrawals] = row;
    it(`${who} sees`, () => assert.deepEqual(may(asker, 'consent.view', about(relation)), view));
    for (const [n, isMinor] of ages.entries()) {
      const age = isMinor === null ? 'no birth date' : isMinor ? 'a minor' : 'somebody of age';
      it(`${who} decides for ${age}, in the application`, () => {
        const situation = about(relation, { isMinor, method: 'in_app' });
        assert.deepEqual(may(asker, 'consent.grant', situation), grants[n]);
        assert.deepEqual(may(asker, 'consent.withdraw', situation), withdrawals[n]);
      });
      it(`${who} decides for ${age}, on paper`, () => {
        const onPaper = asker.role === 'admin' ? yes : isFamily(row) ? no('evidence_not_accepted') : view;
        for (const action of ['consent.grant', 'consent.withdraw'] as const)
          assert.deepEqual(may(asker, action, about(relation, { isMinor, method: 'paper' })), onPaper);
      });
    }
  }

  it('lets a minor agree alone to a coach’s look from the age of digital consent on, and to nothing else', () => {
    const asks = (isOfDigitalAge: boolean, isMinor = true): Decision[] =>
      CONSENT_PURPOSES.map((purpose) =>
        may(athlete, 'consent.grant', about(undefined, { isMinor, isOfDigitalAge, purpose, method: 'in_app' })),
      );
    const [refused, ...others] = CONSENT_PURPOSES.map(() => no('athlete_is_minor'));
    assert.equal(CONSENT_PURPOSES[0], 'coach_review');
    assert.deepEqual(asks(false), [refused, ...others]);
    assert.deepEqual(asks(true), [yes, ...others]);
    assert.deepEqual(
      asks(true, false),
      CONSENT_PURPOSES.map(() => yes),
    );
  });

  it('never lets a coach decide, whatever the tie and the evidence', () => {
    for (const relation of [undefined, 'coach', 'guardian'] as const)
      for (const isMinor of ages)
        for (const method of EVIDENCE_METHODS)
          for (const action of ['consent.view', 'consent.grant', 'consent.withdraw'] as const)
            assert.deepEqual(may(actor('coach'), action, about(relation, { isMinor, method })), no('role_not_allowed'));
  });

  it('lets whoever may give also take back', () => {
    for (const [, asker, relation] of rows)
      for (const isMinor of ages)
        for (const method of EVIDENCE_METHODS)
          if (may(asker, 'consent.grant', about(relation, { isMinor, method })).allowed)
            assert.ok(may(asker, 'consent.withdraw', about(relation, { isMinor, method })).allowed);
  });

  it('is closed to a session that was restricted to videos, or to other athletes', () => {
    for (const more of [{ onlyVideoIds: new Set(['the-video']) }, { onlyPlayerIds: new Set(['other']) }])
      for (const action of ['consent.view', 'consent.grant', 'consent.withdraw'] as const)
        assert.deepEqual(may({ ...athlete, ...more }, action, about(undefined)), no('session_restricted'));
    assert.ok(may({ ...athlete, onlyPlayerIds: new Set([PLAYER]) }, 'consent.view', about(undefined)).allowed);
  });
});

describe('who may deal with people', () => {
  const about = facts({});
  const server = actor('admin', SOMEBODY, { scopes: new Set(SCOPES) });
  const rows: [string, Actor, Action, Decision][] = [
    ['a server reads them', server, 'person.read', yes],
    ['a server writes them', server, 'person.write', yes],
    ['a server without the scope does not', { ...server, scopes: new Set(['people:read']) }, 'person.write', no('scope_missing')],
    ["an administrator's session reads them", actor('admin'), 'person.read', yes],
    ["an administrator's session does not write them", actor('admin'), 'person.write', no('scope_missing')],
    [
      'not one that is restricted to other athletes',
      actor('admin', SOMEBODY, { onlyPlayerIds: new Set(['other']) }),
      'person.read',
      no('session_restricted'),
    ],
    ['not a coach', actor('coach'), 'person.read', no('scope_missing')],
    [
      'not a coach whatever the scope',
      actor('coach', SOMEBODY, { scopes: new Set(['people:read']) }),
      'person.read',
      no('role_not_allowed'),
    ],
    ['not even the athlete', actor('player', PLAYER), 'person.read', no('scope_missing')],
  ];
  for (const [who, asker, action, expected] of rows) it(who, () => assert.deepEqual(may(asker, action, about), expected));
});

describe('who may manage keys', () => {
  const server = actor('admin', 'a-key', { scopes: new Set(SCOPES) });
  const rows: [string, Actor, Decision][] = [
    ['a server whose key was given the scope', server, yes],
    ['not a server that may do everything else', { ...server, scopes: new Set(KEY_SCOPES) }, no('scope_missing')],
    ['no session of anybody', actor('admin'), no('scope_missing')],
    ['nobody but an administrator, whatever the scopes', { ...server, role: 'coach' }, no('role_not_allowed')],
  ];
  for (const [who, asker, expected] of rows) it(who, () => assert.deepEqual(may(asker, 'key.manage', facts({ playerId: null })), expected));
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
      if (action === 'video.upload' || action === 'video.list' || /^(consent|person|audit|upload_link)\./.test(action)) continue;
      // What is shared can always be called back.
      if (action === 'share.revoke') continue;
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
      'athlete_is_minor',
      'athlete_is_of_age',
      'evidence_not_accepted',
    ];
    for (const reason of reasons) assert.ok(ERROR_CODES.includes(denialCode(reason)));
  });
});
