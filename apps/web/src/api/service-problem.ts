import { CausewayError, toCausewayError, type ProblemDetails } from '@causeway/client';
import { texts } from '../texts.js';

export type { ProblemDetails };

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a call. @throws CausewayError for everything else, also where nothing or nonsense came back */
export async function dataOf<T>(call: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await answerOf(call);
  if (response.ok && data !== undefined && data !== null) return data;
  throw toCausewayError(error, response);
}

/** For a call whose answer is empty. @throws CausewayError */
export async function doneOf(call: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await answerOf(call);
  if (!response.ok) throw toCausewayError(error, response);
}

export function problemOf(error: unknown): ProblemDetails {
  if (!(error instanceof CausewayError)) return texts.problem.strange;
  const { problem } = error;
  // The service's own words for it are for programs.
  return problem.status === 401 ? { ...problem, title: texts.access.ended, detail: texts.access.endedDetail } : problem;
}

function answerOf<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  return call.catch(() => {
    throw new CausewayError(texts.problem.unreachable);
  });
}
