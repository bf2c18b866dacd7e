import type { ProviderId } from '../core/provider-id.js';
import type { Allowance, Draw, Spent } from './allowance.js';

interface Counter {
  /** Times of the requests inside the window, oldest first. */
  passed: number[];
  blockedUntil: number;
}

/** Sliding windows, counted per provider, rule and key. Documented values unless the control API changed them. */
export class Limits {
  private readonly changed = new Map<string, Allowance | 'off'>();
  private readonly counters = new Map<string, Counter>();

  constructor(private readonly documented: (provider: ProviderId) => Readonly<Record<string, Allowance>>) {}

  /** Changes one rule, or all rules of a provider. */
  set(provider: ProviderId, rule: string | undefined, allowance: Allowance | 'off'): void {
    for (const name of rule === undefined ? Object.keys(this.documented(provider)) : [rule]) {
      this.changed.set(`${provider}/${name}`, allowance);
      for (const key of this.counters.keys()) if (key.startsWith(`${provider}/${name}/`)) this.counters.delete(key);
    }
  }

  inForce(provider: ProviderId): Record<string, Allowance | 'off'> {
    const rules = Object.entries(this.documented(provider));
    return Object.fromEntries(
      rules.map(([rule, allowance]) => [rule, this.changed.get(`${provider}/${rule}`) ?? allowance]),
    );
  }

  reset(): void {
    this.changed.clear();
    this.counters.clear();
  }

  /** Takes one request from each allowance; as soon as one is empty the request is refused by it. */
  spend(provider: ProviderId, draws: readonly Draw[], now: number): Spent[] {
    const spent: Spent[] = [];
    for (const draw of draws) {
      const allowance = this.inForce(provider)[draw.rule];
      if (allowance === undefined || allowance === 'off') continue;
      spent.push({ ...draw, allowance, ...this.take(`${provider}/${draw.rule}/${draw.key}`, allowance, now) });
      if (spent.at(-1)?.waitMs) break;
    }
    return spent;
  }

  private take(key: string, allowance: Allowance, now: number): Pick<Spent, 'remaining' | 'waitMs'> {
    const counter = this.counters.get(key) ?? { passed: [], blockedUntil: 0 };
    this.counters.set(key, counter);
    const windowMs = allowance.seconds * 1000;
    while (counter.passed[0] !== undefined && counter.passed[0] <= now - windowMs) counter.passed.shift();
    if (counter.blockedUntil > now) return { remaining: 0, waitMs: counter.blockedUntil - now };
    if (counter.passed.length < allowance.requests) {
      counter.passed.push(now);
      return { remaining: allowance.requests - counter.passed.length, waitMs: 0 };
    }
    const free = (counter.passed[0] ?? now) + windowMs;
    counter.blockedUntil = allowance.penaltySeconds === undefined ? free : now + allowance.penaltySeconds * 1000;
    return { remaining: 0, waitMs: Math.max(1, counter.blockedUntil - now) };
  }
}
