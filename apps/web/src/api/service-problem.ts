import type { Problem } from '#sdk';
import { texts } from '../texts.js';

/** What can be shown of a problem; the service's own ones have all of it. */
export type ShownProblem = Pick<Problem, 'title' | 'detail'> &
  Partial<Pick<Problem, 'slug' | 'status' | 'errors' | 'retryAfter'>>;

class ServiceProblem extends Error {
  override readonly name = 'ServiceProblem';

  constructor(readonly problem: ShownProblem) {
    super(problem.detail);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a call. @throws ServiceProblem for everything else, also where nothing or nonsense came back */
export async function dataOf<T>(call: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await answerOf(call);
  if (response.ok && data !== undefined && data !== null) return data;
  throw refusal(error, response);
}

/** For a call whose answer is empty. @throws ServiceProblem */
export async function doneOf(call: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await answerOf(call);
  if (!response.ok) throw refusal(error, response);
}

export function problemOf(error: unknown): ShownProblem {
  return error instanceof ServiceProblem ? error.problem : texts.problem.strange;
}

function answerOf<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  return call.catch(() => {
    throw new ServiceProblem(texts.problem.unreachable);
  });
}

function refusal(error: unknown, { status }: Response): ServiceProblem {
  return new ServiceProblem(isProblem(error) ? error : { ...texts.problem.strange, status });
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
