import { CausewayError, errorOf, type ShownProblem } from '#sdk';
import { texts } from '../texts.js';

export type { ShownProblem };

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a call. @throws CausewayError for everything else, also where nothing or nonsense came back */
export async function dataOf<T>(call: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await call.catch(() => {
    throw new CausewayError(texts.problem.unreachable);
  });
  if (response.ok && data !== undefined && data !== null) return data;
  throw errorOf(error, response);
}

export function problemOf(error: unknown): ShownProblem {
  return error instanceof CausewayError ? error.problem : texts.problem.strange;
}
