import { Readable } from 'node:stream';
import type { Permit, RateLimit, RateLimiter } from '@causeway/rate-limiter';
import type { UpstreamRequest, RequestOptions, UpstreamStreamRequest } from './upstream-request.js';
import { Circuits, type CircuitOutcome } from './circuit.js';
import { RetrySession, type RetryDependencies } from './retry-session.js';
import { failureOf, retryAfterMs, type Failure } from './failure.js';
import type { HttpClient } from './http-client.js';
import type { HttpResponse, StreamedResponse, StreamedRequest } from './http-message.js';
import { Latencies } from './latencies.js';
import { RequestBody } from './request-body.js';
import { wasNeverSent } from './transport-failure.js';
import { UpstreamError, type FailureReason } from './upstream-error.js';

/** Reasons that pass by themselves. A timed-out or cut call may have been carried out: only `repeatable` calls are sent again. */
const PASSING: ReadonlySet<FailureReason> = new Set(['rate-limited', 'unavailable', 'timeout', 'malformed']);

/** RFC 9110, 9.2.2: having been carried out twice is the same as once. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Answers that mean "later" where they say when. */
const LATER: ReadonlySet<number> = new Set([423, 425, 477, 503, 529]);

/** Calls to a provider's API with pacing, retries with full jitter and a deadline over all of it. */
export class UpstreamClient {
  private readonly stopping = new AbortController();
  private readonly around: RetryDependencies;
  private readonly circuits: Circuits;
  private readonly latencies = new Latencies();

  constructor(
    private readonly http: HttpClient,
    private readonly budgets: RateLimiter,
    private readonly clock: () => number = Date.now,
    random: () => number = Math.random,
  ) {
    this.around = { budgets, stopping: this.stopping.signal, clock, random };
    this.circuits = new Circuits(clock);
  }

  /** Ends calls in flight, their waits and their retries; for the end of the process. */
  stop(): void {
    this.stopping.abort();
  }

  /** @throws UpstreamError with the reason of the last try. */
  async request(call: UpstreamRequest): Promise<HttpResponse> {
    const course = new RetrySession(call, this.around);
    for (;;) {
      this.circuits.check(call.request.url);
      const turn = await course.turn();
      const answer = await this.tryOnce(call, course, turn);
      if (!(answer instanceof UpstreamError)) return answer;
      const safe = call.repeatable || answer.reason === 'rate-limited' || wasNeverSent(answer);
      const pause = safe && PASSING.has(answer.reason) ? course.pauseAfter(answer) : null;
      if (pause === null) throw answer;
      await course.repeatAfter(pause);
    }
  }

  /**
   * Answers as soon as the headers are there: the provider's last word is an answer whatever its status, and its body is the
   * caller's to read or to destroy. Sent again is what the provider wants later, and what never became an answer, where it is safe.
   * @throws UpstreamError `rate-limited` (too long a wait for a turn), `timeout` or `unavailable`
   */
  async stream(call: UpstreamStreamRequest): Promise<StreamedResponse> {
    const course = new RetrySession(call, this.around);
    const body = new RequestBody(call.request.body);
    for (;;) {
      this.circuits.check(call.request.url);
      const turn = await course.turn();
      const answer = await this.openOnce(call, body, course, turn);
      const failure = answer instanceof UpstreamError ? answer : await this.later(answer, call);
      const pause = failure !== undefined && canRepeat(call, failure, body) ? course.pauseAfter(failure) : null;
      if (pause === null) {
        if (answer instanceof UpstreamError) throw answer;
        return answer;
      }
      if (!(answer instanceof UpstreamError)) await answer.body.dump();
      await course.repeatAfter(pause);
    }
  }

  private async tryOnce(
    call: UpstreamRequest,
    course: RetrySession,
    turn: Permit | undefined,
  ): Promise<HttpResponse | UpstreamError> {
    const answer = await this.exchange(call, course, turn, (limits) => this.http.send({ ...call.request, ...limits }));
    if (answer instanceof UpstreamError) return answer;
    const failure = call.classify(answer) ?? failureOf(answer) ?? unreadable(answer);
    if (failure === undefined) return answer;
    return this.failed(failure, answer.status, answer.headers['retry-after'], call);
  }

  private openOnce(
    call: UpstreamStreamRequest,
    body: RequestBody,
    course: RetrySession,
    turn: Permit | undefined,
  ): Promise<StreamedResponse | UpstreamError> {
    const sent = body.forTry();
    const request = { ...call.request, ...(sent === undefined ? {} : { body: sent }) };
    return this.exchange(call, course, turn, (limits) => this.http.stream({ ...request, ...limits }));
  }

  /** What never became an answer is a failure that the caller decides about. */
  private async exchange<T extends Pick<StreamedResponse, 'status' | 'headers'>>(
    { signal, rateLimit: budget, request: { url, body } }: UpstreamRequest | UpstreamStreamRequest,
    course: RetrySession,
    turn: Permit | undefined,
    send: (limits: Pick<StreamedRequest, 'deadlineMs' | 'signals' | 'departs' | 'answers'>) => Promise<T>,
  ): Promise<T | UpstreamError> {
    const ends = signal === undefined ? [this.stopping.signal] : [this.stopping.signal, signal];
    const exchange = async () => {
      const answer = await send({
        deadlineMs: course.tryDeadlineMs(),
        signals: ends,
        ...(turn === undefined ? {} : this.pacing(turn, url)),
      }).catch(asFailure);
      const remaining = answer instanceof UpstreamError ? undefined : remainingOf(answer, budget);
      if (remaining !== undefined) await turn?.reportRemaining(remaining);
      return answer;
    };
    // What ended on our side says nothing of the provider.
    const isOurs = () => ends.some(({ aborted }) => aborted) || (body instanceof Readable && body.errored !== null);
    return this.circuits.through(url, course, exchange, (outcome) => (isOurs() ? 'none' : signOf(outcome)));
  }

  private pacing(turn: Permit, url: string): Pick<StreamedRequest, 'departs' | 'answers'> {
    let departed = performance.now();
    return {
      departs: (connection) => {
        departed = performance.now();
        turn.sent(connection === 'standing' ? 'reused' : 'new');
      },
      answers: () => turn.responded(this.latencies.beyondUsual(url, performance.now() - departed)),
    };
  }

  /** `undefined`: it is the provider's last word. */
  private async later(
    { status, headers }: StreamedResponse,
    call: UpstreamStreamRequest,
  ): Promise<UpstreamError | undefined> {
    const [hint] = [headers['retry-after']].flat();
    if (status === 429) return this.failed({ reason: 'rate-limited' }, status, hint, call);
    if (LATER.has(status) && hint !== undefined) return this.failed({ reason: 'unavailable' }, status, hint, call);
    return undefined;
  }

  private async failed(
    { reason, code, retryAfterMs: known }: Failure,
    status: number,
    header: string | undefined,
    { rateLimit: budget, defaultRetryAfterMs }: RequestOptions,
  ): Promise<UpstreamError> {
    const hint = retryAfterMs(header, this.clock()) ?? known;
    const wait = hint ?? (reason === 'rate-limited' ? defaultRetryAfterMs : undefined);
    if (reason === 'rate-limited' && budget !== undefined && wait !== undefined) await this.budgets.pause(budget, wait);
    return new UpstreamError(reason, {
      status,
      ...(code === undefined ? {} : { code }),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    });
  }
}

/** Where it is certain that the provider did not act, anything can be sent again that is still there to be sent. */
function canRepeat({ request }: UpstreamStreamRequest, failure: UpstreamError, body: RequestBody): boolean {
  const safe = IDEMPOTENT.has(request.method) || failure.reason === 'rate-limited' || wasNeverSent(failure);
  return safe && PASSING.has(failure.reason) && body.canBeSentAgain();
}

/** What it said was heard, also a refusal; only an outage is said in another way. */
function signOf(outcome: Pick<StreamedResponse, 'status' | 'headers'> | UpstreamError): CircuitOutcome {
  if (outcome instanceof UpstreamError)
    return outcome.reason === 'timeout' || outcome.reason === 'unavailable' ? 'dead' : 'none';
  return outcome.status < 500 || outcome.headers['retry-after'] !== undefined ? 'alive' : 'dead';
}

function asFailure(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  throw error;
}

function remainingOf(
  { headers }: Pick<StreamedResponse, 'headers'>,
  budget: RateLimit | undefined,
): number | undefined {
  const [text = ''] = [headers[budget?.remainingHeader ?? '']].flat();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A success without JSON is no success for any of our providers. */
function unreadable(answer: HttpResponse): Failure | undefined {
  return answer.body === undefined && answer.status !== 204 ? { reason: 'malformed' } : undefined;
}
