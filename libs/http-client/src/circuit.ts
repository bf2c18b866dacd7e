import { apiOf } from './api-of.js';
import { UpstreamError } from './upstream-error.js';

/** One flaky call with all its tries is no outage, nor are some seconds in which many calls were cut at once. */
const FAILURES = 8;
const CALLS = 3;
const SPAN_MS = 5_000;
/** Failures that lie further apart have nothing to do with each other. */
const LAPSE_MS = 60_000;
const FIRST_COOLDOWN_MS = 1_000;
const LONGEST_COOLDOWN_MS = 30_000;

/** What an exchange tells of its provider. */
export type CircuitOutcome = 'alive' | 'dead' | 'none';

/** Of one API: opens when nothing but failures come from it, so that callers fail at once; then one at a time tries whether it is back. */
class Circuit {
  private failures = 0;
  private since = 0;
  private latest = 0;
  private readonly calls = new Set<object>();
  private cooldownMs = 0;
  private openUntil = 0;
  private probe: object | undefined;

  /** Milliseconds until somebody may try; 0: this one. */
  closedForMs(now: number): number {
    if (this.cooldownMs === 0) return 0;
    return this.openUntil > now ? this.openUntil - now : this.probe === undefined ? 0 : FIRST_COOLDOWN_MS;
  }

  begin(call: object): void {
    if (this.cooldownMs > 0) this.probe = call;
  }

  end(sign: CircuitOutcome, call: object, now: number): void {
    const wasProbe = this.probe === call;
    if (wasProbe) this.probe = undefined;
    if (sign === 'alive') this.close();
    else if (sign === 'dead') this.fail(call, now, wasProbe);
  }

  private close(): void {
    this.failures = 0;
    this.calls.clear();
    this.cooldownMs = 0;
  }

  private fail(call: object, now: number, wasProbe: boolean): void {
    if (this.cooldownMs > 0) {
      // Those that were under way when it opened tell nothing new.
      if (wasProbe) this.open(Math.min(2 * this.cooldownMs, LONGEST_COOLDOWN_MS), now);
      return;
    }
    if (now - this.latest > LAPSE_MS) this.close();
    if (this.failures === 0) this.since = now;
    this.failures += 1;
    this.latest = now;
    if (this.calls.size < CALLS) this.calls.add(call);
    const isOutage = this.failures >= FAILURES && this.calls.size >= CALLS && now - this.since >= SPAN_MS;
    if (isOutage) this.open(FIRST_COOLDOWN_MS, now);
  }

  private open(cooldownMs: number, now: number): void {
    this.cooldownMs = cooldownMs;
    this.openUntil = now + cooldownMs;
  }
}

/** In this process; each finds out for itself. */
export class Circuits {
  private readonly circuits = new Map<string, Circuit>();

  constructor(private readonly clock: () => number) {}

  /** @throws UpstreamError `unavailable` at once, where the provider did not answer anybody lately */
  check(url: string): void {
    const retryAfterMs = this.of(url).closedForMs(this.clock());
    if (retryAfterMs > 0) throw new UpstreamError('unavailable', { retryAfterMs });
  }

  /** @param call by which several tries of one call are known as such */
  async through<T>(
    url: string,
    call: object,
    exchange: () => Promise<T>,
    read: (outcome: T) => CircuitOutcome,
  ): Promise<T> {
    this.check(url);
    const circuit = this.of(url);
    circuit.begin(call);
    let sign: CircuitOutcome = 'none';
    try {
      const outcome = await exchange();
      sign = read(outcome);
      return outcome;
    } finally {
      circuit.end(sign, call, this.clock());
    }
  }

  private of(url: string): Circuit {
    const name = apiOf(url);
    const known = this.circuits.get(name) ?? new Circuit();
    this.circuits.set(name, known);
    return known;
  }
}
