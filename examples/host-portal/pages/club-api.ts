import { ApiProblem } from 'video-analysis-platform';
import { t } from './site.ts';
import type { Words } from './words.ts';

/** Asks our own server to write something about the club's people. @throws ApiProblem */
export async function writePeople(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`/api/people${path}`, {
    method,
    ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new ApiProblem({ code: 'network.unreachable', status: 0 }, { cause });
  });
  if (response.status === 401) location.assign('/login');
  if (!response.ok) throw await ApiProblem.from(response);
  return response.status === 204 ? undefined : response.json();
}

const WORDS: Readonly<Record<string, keyof Words>> = {
  'access.denied': 'problem_denied',
  'access.scope_missing': 'problem_denied',
  'relation.role_mismatch': 'problem_mismatch',
  'person.deactivated': 'problem_deactivated',
  'person.birth_date_impossible': 'problem_birthDate',
  'portal.yourself': 'problem_yourself',
  'network.unreachable': 'problem_offline',
  'user.not_found': 'problem_gone',
};

/** What went wrong and what to do about it. */
export const clubProblemWords = ({ code }: ApiProblem): string => t(WORDS[code] ?? 'problem_unknown');
