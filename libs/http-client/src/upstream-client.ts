import { Readable } from 'node:stream';
import type { Permit, RateLimit, RateLimiter } from '@causeway/rate-limiter';
import { CircuitBreakers, type CircuitOutcome } from './circuit-breaker.js';
import { failureOf, type Failure } from './classify.js';
import type { HttpClient } from './http-client.js';
import type { HttpResponse, ResponseHead, StreamedRequest, StreamedResponse } from './http-message.js';
import { Latencies } from './latencies.js';
import { RequestBody } from './request-body.js';
import { headerOf, retryAfterOf } from './retry-after.js';
import { isIdempotent, streamRetryReason } from './retry-policy.js';
import { RetrySession, type RetryDependencies } from './retry-session.js';
import { UpstreamError } from './upstream-error.js';
import type { RequestOptions, UpstreamRequest, UpstreamStreamRequest } from './upstream-request.js';

type TryOptions = Pick<StreamedRequest, 'timeoutMs' | 'signals' | 'onSend' | 'onResponse'>;

/** Requests to the APIs of providers: rate limits, retries, circuit breakers, and a timeout for all of it. */
export class UpstreamClient {
  private readonly stopping = new AbortController();
  private readonly dependencies: RetryDependencies;
  private readonly breakers: CircuitBreakers;
  private readonly latencies = new Latencies();

  constructor(
    private readonly http: HttpClient,
    private readonly limiter: RateLimiter,
    private readonly clock: () => number = Date.now,
    random: () => number = Math.random,
  ) {
    this.dependencies = { limiter, stopping: this.stopping.signal, clock, random };
    this.breakers = new CircuitBreakers(clock);
  }

  /** Aborts all requests, with their waits and retries; for the shutdown of the service. */
  stop(): void {
    this.stopping.abort();
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.http.close();
  }

  /** @throws UpstreamError with the reason of the last try */
  async request(request: UpstreamRequest): Promise<HttpResponse> {
    const session = new RetrySession(request, this.dependencies);
    for (;;) {
      const response = await this.tryOnce(request, session, (options) =>
        this.http.send({ ...request.request, ...options }),
      );
      const result = response instanceof UpstreamError ? response : await this.classify(response, request);
      if (!(result instanceof UpstreamError)) return result;
      const pauseMs = session.pauseAfter(result, request.repeatable);
      if (pauseMs === null) throw result;
      await session.pause(pauseMs);
    }
  }

  /**
   * Resolves when the headers of the last response arrive, whatever its status. The caller must read, dump or destroy its body.
   * @throws UpstreamError with the reason of the last try, if that brought no response
   */
  async stream(request: UpstreamStreamRequest): Promise<StreamedResponse> {
    const session = new RetrySession(request, this.dependencies);
    const { method, body: source } = request.request;
    const body = new RequestBody(source);
    for (;;) {
      const result = await this.tryOnce(request, session, (options) =>
        this.http.stream({ ...request.request, body: body.forTry(), ...options }),
      );
      const reason =
        result instanceof UpstreamError ? undefined : streamRetryReason(result, method, this.saysWhen(result));
      const error =
        result instanceof UpstreamError ? result : reason && (await this.toError({ reason }, result, request));
      const pauseMs = error && body.canBeSentAgain() ? session.pauseAfter(error, isIdempotent(method)) : null;
      if (pauseMs === null) {
        if (result instanceof UpstreamError) throw result;
        return result;
      }
      if (!(result instanceof UpstreamError)) await result.body.dump();
      await session.pause(pauseMs);
    }
  }

  /** @returns the response whatever its status, or why there is none */
  private async tryOnce<T extends ResponseHead>(
    { rateLimit, request: { url, body } }: UpstreamRequest | UpstreamStreamRequest,
    session: RetrySession,
    send: (options: TryOptions) => Promise<T>,
  ): Promise<T | UpstreamError> {
    this.breakers.check(url);
    const permit = await session.acquirePermit();
    const countOutcome = this.breakers.begin(url, session);
    let outcome: CircuitOutcome = 'unknown';
    let result: T | UpstreamError;
    try {
      const timing = permit && this.timing(permit, url);
      result = await send({ timeoutMs: session.tryTimeoutMs(), signals: session.signals, ...timing }).catch(
        (error: unknown) => this.asUpstreamError(error),
      );
      // An exchange that was aborted on our side says nothing about the provider.
      const wasAborted = session.isAborted || (body instanceof Readable && body.errored !== null);
      if (!wasAborted) outcome = this.circuitOutcomeOf(result);
    } finally {
      countOutcome(outcome);
    }
    const remaining = result instanceof UpstreamError ? undefined : remainingOf(result, rateLimit);
    if (remaining !== undefined) await permit?.reportRemaining(remaining);
    return result;
  }

  private timing(permit: Permit, url: string): Pick<StreamedRequest, 'onSend' | 'onResponse'> {
    let sentAt = performance.now();
    return {
      onSend: (connection) => {
        sentAt = performance.now();
        permit.sent(connection);
      },
      onResponse: () => permit.responded(this.latencies.beyondUsual(url, performance.now() - sentAt)),
    };
  }

  private asUpstreamError(error: unknown): UpstreamError {
    if (!(error instanceof UpstreamError)) throw error;
    return this.stopping.signal.aborted ? new UpstreamError('stopping', {}, { cause: error }) : error;
  }

  private async classify(response: HttpResponse, request: UpstreamRequest): Promise<HttpResponse | UpstreamError> {
    // All providers send JSON with every other success.
    const isUnreadable = response.body === undefined && response.status !== 204;
    const failure = failureOf(response, request.classify) ?? (isUnreadable ? { reason: 'malformed' } : undefined);
    return failure ? this.toError(failure, response, request) : response;
  }

  /** A response below 500 shows that the provider works, and so does one that says when to retry. */
  private circuitOutcomeOf(result: ResponseHead | UpstreamError): CircuitOutcome {
    if (result instanceof UpstreamError)
      return result.reason === 'timeout' || result.reason === 'unavailable' ? 'failure' : 'unknown';
    return result.status < 500 || this.saysWhen(result) ? 'success' : 'failure';
  }

  private saysWhen({ headers }: ResponseHead): boolean {
    return retryAfterOf(headers, this.clock()) !== undefined;
  }

  /** Pauses the rate limit of a request that met a 429. */
  private async toError(
    { reason, retryAfterMs, ...failure }: Failure,
    { status, headers }: ResponseHead,
    { rateLimit, defaultRetryAfterMs }: RequestOptions,
  ): Promise<UpstreamError> {
    const isRateLimited = reason === 'rate-limited';
    const waitMs =
      retryAfterOf(headers, this.clock()) ?? retryAfterMs ?? (isRateLimited ? defaultRetryAfterMs : undefined);
    if (isRateLimited && rateLimit && waitMs !== undefined) await this.limiter.pause(rateLimit, waitMs);
    return new UpstreamError(reason, { status, ...failure, retryAfterMs: waitMs });
  }
}

function remainingOf({ headers }: ResponseHead, { remainingHeader = '' }: Partial<RateLimit> = {}): number | undefined {
  const text = headerOf(headers, remainingHeader) ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
