import type { components } from './schema.js';

type Problem = components['schemas']['ProblemDto'];

/** What can be shown of a problem; the service's own ones have all of it. */
export type ShownProblem = Pick<Problem, 'title' | 'detail'> &
  Partial<Pick<Problem, 'slug' | 'status' | 'errors' | 'retryAfter'>>;

/** An answer that is a problem, for functions that promise something else. Its message is a sentence for people. */
export class CausewayError extends Error {
  override readonly name: string = 'CausewayError';

  constructor(
    readonly problem: ShownProblem,
    options?: ErrorOptions,
  ) {
    super(problem.detail, options);
  }
}

const STRANGE = {
  title: 'The service gave an answer that makes no sense',
  detail: 'Something between this program and the service may be in the way. Try again.',
};

/** @param body of an answer that is no success */
export function errorOf(body: unknown, { status }: Response): CausewayError {
  return new CausewayError(isProblem(body) ? body : { ...STRANGE, status });
}

function isProblem(value: unknown): value is ShownProblem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'title' in value &&
    typeof value.title === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string'
  );
}
