import type { components } from './schema.js';

/** The body of every error response (RFC 9457, `application/problem+json`). */
export type Problem = components['schemas']['ProblemDto'];

/** What every `CausewayError` has of a problem; a problem that the service sent has all of it. */
export type ProblemDetails = Pick<Problem, 'title' | 'detail'> &
  Partial<Pick<Problem, 'slug' | 'status' | 'errors' | 'retryAfter'>>;

/** A failed request. `message` is `problem.detail`: a sentence that can be shown to users. */
export class CausewayError extends Error {
  override readonly name: string = 'CausewayError';

  constructor(
    readonly problem: ProblemDetails,
    options?: ErrorOptions,
  ) {
    super(problem.detail, options);
  }
}

const INVALID_RESPONSE = {
  title: 'The service sent an invalid response',
  detail: 'Something between this program and the service may be interfering. Try again.',
};

const UNREACHABLE = {
  title: 'The service does not answer',
  detail: 'Check that it is running and that you are online, then try again.',
};

/** @param body of a response whose status is not 2xx */
export function toCausewayError(body: unknown, { status }: Response): CausewayError {
  return new CausewayError(isProblemDetails(body) ? body : { ...INVALID_RESPONSE, status });
}

function isProblemDetails(value: unknown): value is ProblemDetails {
  const { title, detail } = (value ?? {}) as Partial<ProblemDetails>;
  return typeof title === 'string' && typeof detail === 'string';
}

/**
 * Turns a request that resolves with `{ data, error }` into one that resolves with the data or throws:
 * `await unwrap(client.GET('/integrations'))`.
 * @throws CausewayError with the problem that the service sent, or with one that says that there was no valid response
 * @throws DOMException `AbortError` if the request was aborted
 */
export async function unwrap<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await request.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new CausewayError(cause instanceof SyntaxError ? INVALID_RESPONSE : UNREACHABLE, { cause });
  });
  if (!response.ok || (data == null && response.status !== 204)) throw toCausewayError(error, response);
  return data as T;
}
