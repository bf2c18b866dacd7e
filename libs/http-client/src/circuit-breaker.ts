import { UpstreamError } from './upstream-error.js';

/** One request that fails with all its tries is no outage, and neither are a few seconds in which many connections were cut. */
const MIN_FAILURES = 8;
const MIN_REQUESTS = 3;
const MIN_SPAN_MS = 5_000;
/** Failures further apart than this are unrelated. */
const MAX_GAP_MS = 60_000;
const FIRST_COOLDOWN_MS = 1_000;
const MAX_COOLDOWN_MS = 30_000;

/** What the outcome of an exchange says about the provider. */
export type CircuitOutcome = 'success' | 'failure' | 'unknown';

/** For one API. Opens after nothing but failures, so that requests fail at once; then lets one probe at a time through. */
class CircuitBreaker {
  private failures = 0;
  private firstFailureAt = 0;
  private lastFailureAt = 0;
  private readonly failedRequests = new Set<object>();
  /** 0: closed. */
  private cooldownMs = 0;
  private openUntil = 0;
  private probe: object | undefined;

  /** Milliseconds until a request may be sent; 0: now. */
  retryAfterMs(now: number): number {
    if (this.cooldownMs === 0) return 0;
    if (this.openUntil > now) return this.openUntil - now;
    return this.probe === undefined ? 0 : FIRST_COOLDOWN_MS;
  }

  start(request: object): void {
    if (this.cooldownMs > 0) this.probe = request;
  }

  end(outcome: CircuitOutcome, request: object, now: number): void {
    const wasProbe = this.probe === request;
    if (wasProbe) this.probe = undefined;
    if (outcome === 'success') this.reset();
    else if (outcome === 'failure') this.fail(request, now, wasProbe);
  }

  private reset(): void {
    this.failures = 0;
    this.failedRequests.clear();
    this.cooldownMs = 0;
  }

  private fail(request: object, now: number, wasProbe: boolean): void {
    if (this.cooldownMs > 0) {
      // The failure of a request that was sent before the circuit opened says nothing new.
      if (wasProbe) this.open(Math.min(2 * this.cooldownMs, MAX_COOLDOWN_MS), now);
      return;
    }
    if (now - this.lastFailureAt > MAX_GAP_MS) this.reset();
    if (this.failures === 0) this.firstFailureAt = now;
    this.failures += 1;
    this.lastFailureAt = now;
    if (this.failedRequests.size < MIN_REQUESTS) this.failedRequests.add(request);
    const isOutage =
      this.failures >= MIN_FAILURES &&
      this.failedRequests.size >= MIN_REQUESTS &&
      now - this.firstFailureAt >= MIN_SPAN_MS;
    if (isOutage) this.open(FIRST_COOLDOWN_MS, now);
  }

  private open(cooldownMs: number, now: number): void {
    this.cooldownMs = cooldownMs;
    this.openUntil = now + cooldownMs;
  }
}

/** The circuit breakers of this process, one for each API. Processes do not share them. */
export class CircuitBreakers {
  private readonly breakers = new Map<string, CircuitBreaker>();

  constructor(private readonly clock: () => number) {}

  /** @throws UpstreamError `unavailable` if the circuit is open */
  check(url: string): void {
    const retryAfterMs = this.of(url).retryAfterMs(this.clock());
    if (retryAfterMs > 0) throw new UpstreamError('unavailable', { retryAfterMs });
  }

  /**
   * Before an exchange is sent.
   * @param request identifies the request that several exchanges are tries of
   * @returns what counts the outcome of the exchange; has to be called in every case
   * @throws UpstreamError `unavailable` if the circuit is open
   */
  begin(url: string, request: object): (outcome: CircuitOutcome) => void {
    this.check(url);
    const breaker = this.of(url);
    breaker.start(request);
    return (outcome) => breaker.end(outcome, request, this.clock());
  }

  private of(url: string): CircuitBreaker {
    const api = apiOf(url);
    let breaker = this.breakers.get(api);
    if (breaker === undefined) this.breakers.set(api, (breaker = new CircuitBreaker()));
    return breaker;
  }
}

/** The origin and the first segment of the path: a gateway serves several providers at one origin. */
export function apiOf(url: string): string {
  return /^[^/]+\/\/[^/?#]+(\/[^/?#]*)?/.exec(url)?.[0] ?? url;
}
