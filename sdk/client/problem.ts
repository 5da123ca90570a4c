import type { components } from '../../domain/generated/openapi.ts';

type Problem = components['schemas']['Problem'];

/**
 * A refusal by the API. Decide on `code`; the words are for people. Two codes are the client's own: `network.unreachable` (no
 * answer came) and `session.unavailable` (the host gave no session token; what it threw is the `cause`).
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly field: string | undefined;
  readonly requestId: string | undefined;
  /** All members of the problem, such as limits and current versions. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(problem: Partial<Problem> & { code: string; status: number }, options?: ErrorOptions) {
    super(problem.detail ?? problem.title ?? problem.code, options);
    this.code = problem.code;
    this.status = problem.status;
    this.field = problem.field;
    this.requestId = problem.requestId;
    this.members = problem;
  }

  /** Whatever was thrown, as a problem: what is not one is `unknown`. */
  static of(thrown: unknown): ApiProblem {
    return thrown instanceof ApiProblem ? thrown : new ApiProblem({ code: 'unknown', status: 0 }, { cause: thrown });
  }

  static async from(response: Response): Promise<ApiProblem> {
    const body: unknown = await response.json().catch(() => null);
    const problem = isProblem(body) ? body : { code: 'service.failed', title: response.statusText };
    return new ApiProblem({ ...problem, status: response.status });
  }
}

const isProblem = (body: unknown): body is Partial<Problem> & { code: string } =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
