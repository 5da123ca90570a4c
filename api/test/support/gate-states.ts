import assert from 'node:assert/strict';
import type { ConsentPurpose } from '../../../domain/access/consent.ts';
import type { Person } from './club.ts';
import { grant, withdraw } from './consent-calls.ts';
import { nameIn } from './picture.ts';
import type { TestSystem } from './system.ts';

/**
 * What the consents of everybody in the picture come to. `unguarded`: a minor, with nobody there who could agree. `one`, `both`: of two
 * athletes in the picture. Columns of the tables, in this order.
 */
export const STATES = ['none', 'granted', 'withdrawn', 'expired', 'unguarded', 'one', 'both'] as const;
export type State = (typeof STATES)[number];

/** What a table written for these states says of one gate and one actor. */
export interface GateRow<Purpose extends ConsentPurpose> {
  readonly purpose: Purpose;
  readonly gate: string;
  readonly actor: string;
  readonly expected: readonly string[];
}

export const rowsOf = <Purpose extends ConsentPurpose>(table: string): readonly GateRow<Purpose>[] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((part) => part.trim()))
    .map(([purpose = '', gate = '', actor = '', row = '']) => ({ purpose: purpose as Purpose, gate, actor, expected: row.split(' ') }));

/** The consents become what the state says, for videos that were sent while all had agreed. */
export async function bringAbout(
  system: TestSystem,
  state: State,
  purpose: ConsentPurpose,
  { main, other, all }: { readonly main: Person; readonly other: Person; readonly all: readonly string[] },
): Promise<void> {
  const { admin } = system.database;
  const records = (playerId: string) => admin('consent').where({ playerId, purpose });
  if (state === 'one' || state === 'both') for (const id of all) await nameIn(main, id, [other.id]);
  if (state === 'one') await records(other.id).delete();
  if (state === 'none') await records(main.id).delete();
  // By another writer, so that the gates themselves are asked and not what the withdrawal has done besides.
  if (state === 'withdrawn') await records(main.id).update({ withdrawnAt: admin.fn.now() });
  if (state === 'expired') await records(main.id).update({ expiresAt: admin.fn.now() });
  if (state !== 'unguarded') return;
  await withdraw(main, main.id, purpose);
  await admin('appUser')
    .where({ id: main.id })
    .update({ birthDate: `${String(new Date().getUTCFullYear() - 10)}-01-01` });
  assert.equal((await grant(main, main.id, { purpose })).response.status, 403, 'a minor does not agree alone');
}

interface Said {
  readonly response: Response;
  readonly error?: { readonly code?: unknown; readonly reason?: unknown } | undefined;
}
/** A link is suspended by the withdrawal itself, and the sessions that hang on it end. */
const ENDED_WITH_IT: ReadonlySet<string> = new Set(['link.ended', 'auth.invalid']);

/** A lease whose epoch is past is refused as old where the person still may look: what is asked here is whether the person may. */
export const letterOf = ({ response, error }: Said): string => {
  if (response.ok || error?.code === 'playback.expired') return 'y';
  if (error?.reason === 'consent_missing' || ENDED_WITH_IT.has(String(error?.code))) return 'c';
  return error?.reason === 'not_related' ? 'n' : `${String(response.status)} ${String(error?.code)}`;
};
