import type { ProviderId } from '../core/provider-id.js';
import type { RateLimit, RateLimitKey, RateLimitUse } from './rate-limit.js';

interface Counter {
  /** Times of the requests inside the window, oldest first. */
  passed: number[];
  blockedUntil: number;
}

/** Sliding windows, counted per provider, rule and key. Documented values unless the control API changed them. */
export class RateLimits {
  private readonly changed = new Map<string, RateLimit | 'off'>();
  private readonly counters = new Map<string, Counter>();

  constructor(private readonly documented: (provider: ProviderId) => Readonly<Record<string, RateLimit>>) {}

  /** Changes one rule, or all rules of a provider. */
  set(provider: ProviderId, rule: string | undefined, limit: RateLimit | 'off'): void {
    for (const name of rule === undefined ? Object.keys(this.documented(provider)) : [rule]) {
      this.changed.set(`${provider}/${name}`, limit);
      for (const key of this.counters.keys()) if (key.startsWith(`${provider}/${name}/`)) this.counters.delete(key);
    }
  }

  inForce(provider: ProviderId): Record<string, RateLimit | 'off'> {
    const rules = Object.entries(this.documented(provider));
    return Object.fromEntries(rules.map(([rule, limit]) => [rule, this.changed.get(`${provider}/${rule}`) ?? limit]));
  }

  reset(): void {
    this.changed.clear();
    this.counters.clear();
  }

  /** Counts one request against each rate limit. Stops at the first limit that refuses the request. */
  consume(provider: ProviderId, keys: readonly RateLimitKey[], now: number): RateLimitUse[] {
    const uses: RateLimitUse[] = [];
    for (const counted of keys) {
      const limit = this.inForce(provider)[counted.rule];
      if (limit === undefined || limit === 'off') continue;
      uses.push({
        ...counted,
        limit,
        ...this.consumeOne(`${provider}/${counted.rule}/${counted.key}`, limit, now),
      });
      if (uses.at(-1)?.waitMs) break;
    }
    return uses;
  }

  private consumeOne(key: string, limit: RateLimit, now: number): Pick<RateLimitUse, 'remaining' | 'waitMs'> {
    const counter = this.counters.get(key) ?? { passed: [], blockedUntil: 0 };
    this.counters.set(key, counter);
    const windowMs = limit.seconds * 1000;
    while (counter.passed[0] !== undefined && counter.passed[0] <= now - windowMs) counter.passed.shift();
    if (counter.blockedUntil > now) return { remaining: 0, waitMs: counter.blockedUntil - now };
    if (counter.passed.length < limit.requests) {
      counter.passed.push(now);
      return { remaining: limit.requests - counter.passed.length, waitMs: 0 };
    }
    const free = (counter.passed[0] ?? now) + windowMs;
    counter.blockedUntil = limit.penaltySeconds === undefined ? free : now + limit.penaltySeconds * 1000;
    return { remaining: 0, waitMs: Math.max(1, counter.blockedUntil - now) };
  }
}
