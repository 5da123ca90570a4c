import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONSENT_PURPOSES, type ConsentPurpose } from './consent.ts';
import { ACTIONS, type Action } from './actions.ts';
import { AUDIENCES, may, type Decision, type DenialReason, type Facts } from './policy.ts';
import { VISIBILITIES } from './roles.ts';
import { factsFor, PEOPLE, type Who } from './who.test-kit.ts';

/**
 * The table, written by hand. A cell is read from the left: a consent letter asks for that consent, `y` allows, any other letter
 * refuses. The second column says what it takes to see the picture (private, coach_only, tenant, link; `.` is nothing); the others
 * say what an action takes besides. `a/b` is an own one and another's; four in a row are a share to family, coach, member, link.
 *
 *  r coach_review · t tenant_library · l link_share · e export · f reference_library
 *  s scope_missing · n not_related · v not_visible · o role_not_allowed · a not_author
 */
const TABLE = `
                                                   | sees    | edit | publish | delete | reprocess | download | export | reference | drawings | draw | redraw | undraw | voice | read | say | reword | unsay | shares | share   | unshare
the athlete                                        | . . . . | y    | y       | y      | o         | y        | y      | o         | y        | y    | y/a    | y/a    | y     | y    | y   | y/a    | y/a   | y      | y r t l | y/y
a guardian of the athlete                          | . . . . | y    | y       | y      | o         | y        | y      | o         | y        | s    | s/s    | s/s    | s     | y    | y   | y/a    | y/a   | y      | y r t l | y/y
another athlete in the picture                     | . . . . | n    | o       | o      | o         | o        | o      | o         | y        | o    | y/a    | y/a    | o     | n    | n   | n/n    | y/a   | n      | n n n n | y/a
a guardian of another in the picture               | . . . . | n    | o       | o      | o         | o        | o      | o         | y        | s    | s/s    | s/s    | s     | n    | n   | n/n    | y/a   | n      | n n n n | y/a
a coach of the athlete                             | v r r r | y    | o       | o      | o         | e        | e      | f         | y        | y    | y/a    | y/a    | y     | y    | y   | y/a    | y/a   | y      | y r o o | y/a
a coach of the athlete who uploaded it             | r r r r | y    | o       | y      | o         | e        | e      | f         | y        | y    | y/a    | y/a    | y     | y    | y   | y/a    | y/a   | y      | y r o o | y/a
an admin                                           | v r r r | y    | y       | y      | y         | e        | e      | f         | y        | y    | y/a    | y/y    | y     | y    | y   | y/a    | y/y   | y      | y r t l | y/y
an admin who uploaded it                           | r r r r | y    | y       | y      | y         | e        | e      | f         | y        | y    | y/a    | y/y    | y     | y    | y   | y/a    | y/y   | y      | y r t l | y/y
another athlete                                    | n n t n | n    | o       | o      | o         | o        | o      | o         | y        | o    | y/a    | y/a    | o     | n    | n   | n/n    | y/a   | n      | n n n n | y/a
a guardian of others                               | n n t n | n    | o       | o      | o         | o        | o      | o         | y        | s    | s/s    | s/s    | s     | n    | n   | n/n    | y/a   | n      | n n n n | y/a
a coach of others                                  | n n t n | n    | o       | o      | o         | o        | o      | o         | y        | o    | y/a    | y/a    | o     | n    | n   | n/n    | y/a   | n      | n n n n | y/a
a coach of others who uploaded it                  | v v t v | y    | o       | y      | o         | o        | o      | o         | y        | y    | y/a    | y/a    | y     | y    | y   | y/a    | y/a   | y      | y r o o | y/a
a coach of others it is shared with                | n r r r | n    | o       | o      | o         | o        | o      | o         | y        | o    | y/a    | y/a    | o     | n    | n   | n/n    | y/a   | n      | n n n n | y/a
a coach of others it is shared with, to comment    | n r r r | n    | o       | o      | o         | o        | o      | o         | y        | o    | y/a    | y/a    | o     | y    | y   | y/a    | y/a   | n      | n n n n | y/a
another athlete it is shared with                  | n t t t | n    | o       | o      | o         | o        | o      | o         | y        | o    | y/a    | y/a    | o     | n    | n   | n/n    | y/a   | n      | n n n n | y/a
a guardian of others it is shared with, to comment | n t t t | n    | o       | o      | o         | o        | o      | o         | y        | s    | s/s    | s/s    | s     | y    | y   | y/a    | y/a   | n      | n n n n | y/a
a guest with a link                                | v v l l | s    | s       | s      | s         | s        | s      | s         | y        | s    | s/s    | s/s    | s     | n    | n   | n/n    | y/a   | s      | s s s s | s/s
a guest with a link, to comment                    | v v l l | s    | s       | s      | s         | s        | s      | s         | y        | s    | s/s    | s/s    | s     | y    | y   | y/a    | y/a   | s      | s s s s | s/s
a guest whose link has ended                       | v v v v | s    | s       | s      | s         | s        | s      | s         | y        | s    | s/s    | s/s    | s     | n    | n   | n/n    | y/a   | s      | s s s s | s/s
a guest with a link to send a clip                 | s s s s | s    | s       | s      | s         | s        | s      | s         | s        | s    | s/s    | s/s    | s     | s    | s   | s/s    | s/s   | s      | s s s s | s/s
a coach who uploaded it, no athlete named          | . . . . | y    | o       | y      | o         | o        | o      | o         | y        | y    | y/a    | y/a    | y     | y    | y   | y/a    | y/a   | y      | v v v v | y/a
a coach, no athlete named                          | v v v v | n    | o       | o      | o         | o        | o      | o         | y        | o    | y/a    | y/a    | o     | n    | n   | n/n    | y/a   | n      | v v v v | y/a
an admin, no athlete named                         | . . . . | y    | y       | y      | y         | e        | e      | f         | y        | y    | y/a    | y/y    | y     | y    | y   | y/a    | y/y   | y      | v v v v | y/y
`;

/** Where there is no video yet: uploading; making a link that asks for a clip; calling an own one back, or another's. */
const BEFORE = `
                                   | upload | ask | unask
the athlete                        | y      | o   | y/y
a guardian of the athlete          | y      | o   | y/y
a coach of the athlete             | r      | r   | y/a
an admin                           | r      | r   | y/y
another athlete                    | n      | o   | y/o
a guardian of others               | n      | o   | y/o
a coach of others                  | n      | n   | y/a
a guest whose link has ended       | s      | s   | s/s
a guest with a link to send a clip | r      | s   | s/s
a coach, no athlete named          | y      | n   | y/a
an admin, no athlete named         | y      | r   | y/y
`;

const COLUMN_OF: Readonly<Partial<Record<Action, string>>> = {
  'video.view': 'sees',
  'video.edit': 'edit',
  'video.publish': 'publish',
  'video.delete': 'delete',
  'video.reprocess': 'reprocess',
  'video.download': 'download',
  'video.export': 'export',
  'reference.add': 'reference',
  'annotation.view': 'drawings',
  'annotation.create': 'draw',
  'annotation.edit': 'redraw',
  'annotation.delete': 'undraw',
  'voice.record': 'voice',
  'comment.view': 'read',
  'comment.create': 'say',
  'comment.edit': 'reword',
  'comment.delete': 'unsay',
  'share.view': 'shares',
  'share.create': 'share',
  'share.revoke': 'unshare',
  'video.upload': 'upload',
  'upload_link.create': 'ask',
  'upload_link.revoke': 'unask',
};

const CONSENT_OF: Readonly<Record<string, ConsentPurpose>> = {
  ...{ r: 'coach_review', t: 'tenant_library', l: 'link_share', e: 'export', f: 'reference_library' },
};
const REASON_OF: Readonly<Record<string, DenialReason>> = {
  ...{ s: 'scope_missing', n: 'not_related', v: 'not_visible', o: 'role_not_allowed', a: 'not_author' },
};

type Rows = ReadonlyMap<string, ReadonlyMap<string, string>>;

function rowsOf(table: string): Rows {
  const [head = [], ...lines] = table
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(lines.map(([name = '', ...cells]) => [name, new Map(cells.map((cell, n) => [head[n + 1] ?? '', cell]))]));
}

const WITH_VIDEO = rowsOf(TABLE);
const WITHOUT = rowsOf(BEFORE);

function cellOf(rows: Rows, who: Who, column: string): string {
  const cell = rows.get(who.name)?.get(column);
  assert.ok(cell !== undefined, `the table has no cell for ${who.name}, ${column}`);
  return cell;
}

/** What a chain of letters comes to, given what is agreed to. */
function verdict(letters: string, consent: ReadonlySet<ConsentPurpose>): Decision {
  for (const letter of letters) {
    const purpose = CONSENT_OF[letter];
    if (purpose !== undefined && !consent.has(purpose)) return { allowed: false, reason: 'consent_missing', purpose };
    const reason = REASON_OF[letter];
    if (reason !== undefined) return { allowed: false, reason };
  }
  return { allowed: true };
}

interface Case {
  readonly who: Who;
  readonly action: Action;
  readonly facts: Facts;
  readonly expected: Decision;
}

const CONSENT_SETS = Array.from({ length: 2 ** CONSENT_PURPOSES.length }, (_, bits) =>
  CONSENT_PURPOSES.filter((_purpose, n) => (bits & (2 ** n)) !== 0),
);

type Variation = Pick<Facts, 'authored' | 'audience'>;

/** Each cell of a column with what is asked besides: own and another's, or the four audiences. */
function variationsOf(cell: string, { actor }: Who): readonly (readonly [letters: string, Variation])[] {
  if (cell.includes('/'))
    return cell.split('/').map((letters, n) => [letters, { authored: { createdById: n === 0 ? actor.id : 'another' } }]);
  if (cell.includes(' ')) return cell.split(' ').map((letters, n) => [letters, { audience: AUDIENCES[n] ?? 'link' }]);
  return [[cell, {}]];
}

/** The scope comes before everything; to call back what was shared takes no picture; the rest is asked of those who see it. */
function lettersFor(action: Action, sight: string, own: string): string {
  if (own === 's' || (action === 'share.revoke' && own === 'y')) return own;
  return sight + own;
}

function* casesWithVideo(action: Action, column: string): Generator<Case> {
  for (const who of PEOPLE)
    for (const [place, visibility] of VISIBILITIES.entries()) {
      const sight = (cellOf(WITH_VIDEO, who, 'sees').split(' ')[place] ?? '').replace('.', '');
      const cell = column === 'sees' ? 'y' : cellOf(WITH_VIDEO, who, column);
      for (const [own, more] of variationsOf(cell, who))
        for (const consent of CONSENT_SETS) {
          const facts = { ...factsFor(who, { visibility, consent }), ...more };
          yield { who, action, facts, expected: verdict(lettersFor(action, sight, own), facts.consent) };
        }
    }
}

function* casesBefore(action: Action, column: string): Generator<Case> {
  for (const who of PEOPLE.filter(({ isThereBefore }) => isThereBefore))
    for (const [letters, more] of variationsOf(cellOf(WITHOUT, who, column), who))
      for (const consent of CONSENT_SETS) {
        const facts = { ...factsFor(who, { visibility: null, consent }), ...more };
        yield { who, action, facts, expected: verdict(letters, facts.consent) };
      }
}

function casesOf(action: Action): Iterable<Case> {
  const column = COLUMN_OF[action];
  if (column === undefined) return [];
  return ['upload', 'ask', 'unask'].includes(column) ? casesBefore(action, column) : casesWithVideo(action, column);
}

const told = ({ who, facts }: Case): string =>
  [who.name, facts.video?.visibility, facts.audience, facts.authored?.createdById, [...facts.consent].join('+') || 'no consent']
    .filter(Boolean)
    .join(', ');

describe('the table of who may do what', () => {
  let rows = 0;
  for (const action of ACTIONS.filter((name) => COLUMN_OF[name] !== undefined))
    it(`holds for ${action}`, () => {
      for (const row of casesOf(action)) {
        assert.deepEqual(may(row.who.actor, action, row.facts), row.expected, told(row));
        rows += 1;
      }
    });

  it('holds for nothing of it in a session that is restricted to other videos or athletes', () => {
    for (const action of ACTIONS)
      for (const { who, facts, expected } of casesOf(action)) {
        const isUnscoped = !expected.allowed && expected.reason === 'scope_missing';
        const reason: DenialReason = isUnscoped ? 'scope_missing' : 'session_restricted';
        for (const more of [{ onlyVideoIds: new Set(['other']) }, { onlyPlayerIds: new Set(['other']) }]) {
          assert.deepEqual(may({ ...who.actor, ...more }, action, facts), { allowed: false, reason });
          rows += 1;
        }
      }
  });

  it('leaves out only what is not about a video', (t) => {
    const left = ACTIONS.filter((action) => COLUMN_OF[action] === undefined);
    assert.deepEqual(left, [
      'video.list',
      'person.read',
      'person.write',
      'person.erase',
      'person.export',
      'consent.view',
      'consent.grant',
      'consent.withdraw',
      'audit.read',
      'key.manage',
    ]);
    t.diagnostic(`${String(rows)} rows, all as written`);
  });
});
