import type { components } from './schema.js';
import { sentRequestOf, type SentRequest } from './sent-request.js';

/** The body of every error response (RFC 9457, `application/problem+json`). */
export type Problem = components['schemas']['ProblemDto'];

/** What every `CausewayError` has of a problem; a problem that the service sent has all of it. */
export type ProblemDetails = Pick<Problem, 'title' | 'detail'> &
  Partial<Pick<Problem, 'slug' | 'status' | 'errors' | 'retryAfter' | 'requestId'>> & {
    /** What failed. */
    request?: SentRequest;
  };

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

const UNREACHABLE = {
  title: 'The service does not respond',
  detail: 'Check that the service is running and that you are online, then try again.',
};

const CUT = {
  title: 'The response was cut off',
  detail: 'The connection to the service ended before its response did. Check your network, then try again.',
};

const FROM_A_PROXY = {
  title: 'A proxy answered instead of the service',
  detail: 'The service may be restarting, or it may be down. Try again in a moment.',
};

const UNEXPECTED = {
  title: 'Unexpected response from the service',
  detail: 'Another program may be running at its address. Try again, or ask whoever runs the service.',
};

/** A `Promise` of a `CausewayClient`, or of one of its middlewares. */
type Request = Promise<{ data?: unknown; error?: unknown; response: Response }>;

/**
 * @param body of a response that is an error, or is no response of the service
 * @param request adds what failed to the problem
 */
export function toCausewayError(body: unknown, response: Response, request?: Request): CausewayError {
  const problem = isProblemDetails(body) ? body : { ...(isJson(response) ? UNEXPECTED : FROM_A_PROXY) };
  return new CausewayError({ ...describe(request, response), ...problem });
}

/**
 * @param cause why there is no response, or no whole one
 * @param cut describes a response that is not whole
 */
export function toNetworkError(cause: unknown, request: Request, cut: ProblemDetails = CUT): CausewayError {
  const response = sentRequestOf(request)?.response;
  const problem = response === undefined ? UNREACHABLE : isJson(response) ? cut : FROM_A_PROXY;
  return new CausewayError({ ...describe(request, response), ...problem }, { cause });
}

/** What there is to say of a request without looking at what it is about. */
export function describe(request: Request | undefined, response: Response | undefined): Partial<ProblemDetails> {
  const { method, path } = (request && sentRequestOf(request)) ?? {};
  const requestId = response?.headers.get('x-request-id') ?? undefined;
  return {
    ...(response && { status: response.status }),
    ...(requestId !== undefined && { requestId }),
    ...(method !== undefined && path !== undefined && { request: { method, path } }),
  };
}

const typeOf = ({ headers }: Response): string => headers.get('content-type') ?? '';

/** Proxies and gateways send pages or plain texts of their own. `x-ndjson` and `problem+json` are JSON too. */
const isJson = (response: Response): boolean => typeOf(response).includes('json');

/** Of a proxy that wants a sign-in, for instance; its status may be 200. */
export const isPage = (response: Response): boolean => typeOf(response).startsWith('text/html');

export function isProblemDetails(value: unknown): value is ProblemDetails {
  const { title, detail } = (value ?? {}) as Partial<ProblemDetails>;
  return typeof title === 'string' && typeof detail === 'string';
}

/**
 * Turns a request that resolves with `{ data, error }` into one that resolves with the data or throws:
 * `await unwrap(client.GET('/integrations'))`.
 * @throws CausewayError with the problem that the service sent, or with one that says what there was instead of its response
 * @throws DOMException `AbortError` if the request was aborted
 */
export async function unwrap<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await request.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    // There was no session, so that nothing was sent.
    if (cause instanceof CausewayError) throw cause;
    throw toNetworkError(cause, request);
  });
  if (!response.ok || (data == null && response.status !== 204)) throw toCausewayError(error, response, request);
  return data as T;
}
