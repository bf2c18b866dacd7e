import { Problem, type ProblemSlug } from '@causeway/problem';

/** Every way in which a request to a provider can fail, and the problem that callers get: what happened, and what to do about it. */
const PROBLEMS = {
  unauthorized: ['needs-reconnect', 'The provider no longer accepts the credential.', 'Connect the account again.'],
  /** The token is valid but does not allow this request (scope, permission, plan). */
  forbidden: [
    'provider-rejected',
    'The provider does not allow this request with the access that was granted.',
    'Check the scopes and connect again.',
  ],
  missing: ['provider-rejected', 'The provider does not have what was requested.', null],
  'cursor-expired': ['provider-rejected', 'The provider no longer knows this position.', 'Start the load again.'],
  /** The same request would be rejected again. */
  rejected: ['provider-rejected', 'The provider rejected the request.', null],
  'rate-limited': [
    'provider-rate-limited',
    'The provider limits the number of requests.',
    'Try again after the given time.',
  ],
  /** A limit that does not pass within minutes (daily, monthly, or the app was blocked). */
  'quota-exhausted': ['provider-rate-limited', 'The quota of this account at the provider is used up.', null],
  /** 5xx, or no connection. */
  unavailable: ['provider-unavailable', 'The provider is not responding as it should.', 'Try again later.'],
  timeout: ['provider-timeout', 'The provider did not respond in time.', 'Try again later.'],
  /** This process ends, and its requests with it. */
  stopping: ['shutting-down', 'This process is shutting down.', 'Send the request again.'],
  /** The response is not what the provider documents. */
  malformed: ['provider-unavailable', 'The response of the provider is not what it documents.', null],
  'too-large': ['provider-rejected', 'The response of the provider is too large to be read.', null],
} as const satisfies Record<string, readonly [slug: ProblemSlug, fact: string, advice: string | null]>;

export type FailureReason = keyof typeof PROBLEMS;

/** Where nobody said when. Another process responds at once. */
const RETRY_AFTER_MS: Partial<Record<ProblemSlug, number>> = {
  'provider-rate-limited': 30_000,
  'shutting-down': 1_000,
};

interface FailureContext {
  status?: number | undefined;
  /** The provider's own error code. */
  code?: string | undefined;
  retryAfterMs?: number | undefined;
  /** The provider says that the access token has expired. */
  hasExpired?: boolean | undefined;
  /** A sentence that is added to what happened. */
  note?: string | undefined;
  /** What to do about this code of the provider, instead of the general advice. */
  advice?: string | undefined;
}

/** A failed request to a provider. Of the response body it holds the provider's error code only. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  constructor(
    readonly reason: FailureReason,
    readonly context: FailureContext = {},
    options?: { cause?: unknown },
  ) {
    super(context.status === undefined ? reason : `${reason} (${context.status})`, options);
  }

  toProblem(): Problem {
    const { code, retryAfterMs, note, advice } = this.context;
    const [slug, fact, generalAdvice] = PROBLEMS[this.reason];
    const waitMs = retryAfterMs ?? RETRY_AFTER_MS[slug];
    return new Problem(
      slug,
      [fact, note, advice ?? generalAdvice].filter((sentence) => typeof sentence === 'string').join(' '),
      {
        ...(code !== undefined && { providerCode: code }),
        ...(waitMs !== undefined && { retryAfter: Math.max(1, Math.ceil(waitMs / 1000)) }),
      },
      { cause: this },
    );
  }
}
