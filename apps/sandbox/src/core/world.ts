import { Faults } from '../control/faults.js';
import { Limits } from '../control/limits.js';
import { RequestLog } from '../control/request-log.js';
import { hash } from '../data/hash.js';
import { inBase } from '../data/ids.js';
import { AppRegistry } from '../oauth/app-registry.js';
import { Codes } from '../oauth/codes.js';
import { Grants } from '../oauth/grants.js';
import type { ProviderId } from './provider-id.js';
import type { Account } from './account.js';
import type { Allowance } from '../control/allowance.js';

export interface WorldOptions {
  seed: string;
  clock: () => number;
  documentedLimits: (provider: ProviderId) => Readonly<Record<string, Allowance>>;
}

/** Everything that changes while the sandbox runs. Items are not among it: they are computed when asked for. */
export class World {
  readonly seed: string;
  readonly apps = new AppRegistry();
  readonly codes = new Codes();
  readonly grants = new Grants();
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly limits: Limits;
  private readonly clock: () => number;
  private readonly sizes = new Map<string, Record<string, number>>();
  private aheadMs = 0;

  constructor({ seed, clock, documentedLimits }: WorldOptions) {
    this.seed = seed;
    this.clock = clock;
    this.limits = new Limits(documentedLimits);
  }

  now(): number {
    return this.clock() + this.aheadMs;
  }

  /** Lets time pass, for expiry without waiting. */
  advance(seconds: number): void {
    this.aheadMs += seconds * 1000;
  }

  sizesOf(provider: ProviderId, account: Account): Record<string, number> {
    return { ...account.sizes, ...this.sizes.get(`${provider}/${account.id}`) };
  }

  /** Everything generated for an account hangs on this. Short, because it is hashed for every cell of every item. */
  seedOf(provider: ProviderId, account: Account): string {
    return inBase(hash(`${this.seed}/${provider}/${account.id}`), 62, 6);
  }

  resize(provider: ProviderId, accountId: string, sizes: Record<string, number>): void {
    const key = `${provider}/${accountId}`;
    this.sizes.set(key, { ...this.sizes.get(key), ...sizes });
  }

  /** As after start: no grants, no faults, documented limits and sizes. */
  reset(): void {
    for (const part of [this.apps, this.codes, this.grants, this.limits, this.log]) part.reset();
    this.faults.clear();
    this.sizes.clear();
    this.aheadMs = 0;
  }
}
