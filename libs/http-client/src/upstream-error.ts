import { Problem, type ProblemSlug } from '@causeway/problem';

/** Every way in which a call to a provider can fail. The set is closed: code that decides by it is checked by the compiler. */
export type FailureReason =
  /** The access token was refused. */
  | 'unauthorized'
  /** The token is good but does not allow this (scope, permission, plan). */
  | 'forbidden'
  /** What was asked for does not exist, or not for this account. */
  | 'missing'
  /** A page cursor that the provider does not know any more. */
  | 'cursor-expired'
  /** Refused for good: asking again gives the same answer. */
  | 'rejected'
  | 'rate-limited'
  /** A limit that does not pass within minutes (daily, monthly, or the app was blocked). */
  | 'quota-exhausted'
  /** 5xx, a cut connection, a refused connection. */
  | 'unavailable'
  | 'timeout'
  /** An answer that is not what the provider documents. */
  | 'malformed';

const SLUGS: Record<FailureReason, ProblemSlug> = {
  unauthorized: 'needs-reconnect',
  forbidden: 'provider-rejected',
  missing: 'provider-rejected',
  'cursor-expired': 'provider-rejected',
  rejected: 'provider-rejected',
  'rate-limited': 'provider-rate-limited',
  'quota-exhausted': 'provider-rate-limited',
  unavailable: 'provider-unavailable',
  timeout: 'provider-timeout',
  malformed: 'provider-unavailable',
};

const SENTENCES: Record<FailureReason, string> = {
  unauthorized: 'The provider does not accept the credential any more. Connect the account again.',
  forbidden:
    'The provider does not allow this call with the access that was granted. Check the scopes and connect again.',
  missing: 'The provider does not know what was asked for.',
  'cursor-expired': 'The provider does not know this position any more. Start the load again.',
  rejected: 'The provider refused the call.',
  'rate-limited': 'The provider limits the number of calls. Try again after the given time.',
  'quota-exhausted': 'The allowance of this account at the provider is used up.',
  unavailable: 'The provider does not answer as it should. Try again later.',
  timeout: 'The provider did not answer in time. Try again later.',
  malformed: 'The provider gave an answer that is not what it documents.',
};

/** A failed call to a provider. Holds nothing of the answer's body but the provider's own short error code. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  constructor(
    readonly reason: FailureReason,
    readonly context: { status?: number; code?: string; retryAfterMs?: number; note?: string } = {},
    options?: { cause?: unknown },
  ) {
    super(`${reason}${context.status === undefined ? '' : ` (${context.status})`}`, options);
  }

  toProblem(): Problem {
    const { code, retryAfterMs, note } = this.context;
    const slug = SLUGS[this.reason];
    const wait = retryAfterMs ?? (slug === 'provider-rate-limited' ? 30_000 : undefined);
    const retryAfter = wait === undefined ? undefined : Math.max(1, Math.ceil(wait / 1000));
    return new Problem(
      slug,
      note === undefined ? SENTENCES[this.reason] : `${SENTENCES[this.reason]} ${note}`,
      { ...(code === undefined ? {} : { providerCode: code }), ...(retryAfter === undefined ? {} : { retryAfter }) },
      { cause: this },
    );
  }
}
