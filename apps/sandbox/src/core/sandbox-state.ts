import { Faults } from '../control/faults.js';
import { RateLimits } from '../control/rate-limits.js';
import { RequestLog } from '../control/request-log.js';
import { hash } from '../data/hash.js';
import { inBase } from '../data/ids.js';
import { AppRegistry } from '../oauth/app-registry.js';
import { AppTokens } from '../oauth/app-tokens.js';
import { Codes } from '../oauth/codes.js';
import { type Grant, Grants } from '../oauth/grants.js';
import { EventJournal, type JournalRules } from '../webhooks/event-journal.js';
import { Hooks } from '../webhooks/hooks.js';
import type { ProviderEvent } from '../webhooks/webhook-rules.js';
import { Webhooks } from '../webhooks/webhooks.js';
import { Edits } from './edits.js';
import type { ProviderId } from './provider-id.js';
import type { Account, AccountData } from './account.js';
import type { RateLimit } from '../control/rate-limit.js';

export interface SandboxStateOptions {
  seed: string;
  clock: () => number;
  documentedLimits: (provider: ProviderId) => Readonly<Record<string, RateLimit>>;
}

interface AccountOwner {
  readonly id: ProviderId;
  readonly accounts: readonly Account[];
}

/** The mock provider that tells of something. */
interface Publisher {
  readonly id: ProviderId;
  readonly journal?: JournalRules;
}

/** All mutable state of the sandbox. Items are not part of it, only their changes: they are computed on request. */
export class SandboxState {
  readonly seed: string;
  readonly apps = new AppRegistry();
  readonly codes = new Codes();
  readonly grants = new Grants();
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly limits: RateLimits;
  readonly webhooks: Webhooks;
  readonly hooks = new Hooks();
  readonly appTokens = new AppTokens();
  readonly journal = new EventJournal();
  private readonly clock: () => number;
  private readonly sizes = new Map<string, Record<string, number>>();
  private readonly edits = new Map<string, Edits>();
  /** Accounts that the control API has added, beside those that a provider has from the start. */
  private readonly added = new Map<string, Account>();
  private aheadMs = 0;

  constructor({ seed, clock, documentedLimits }: SandboxStateOptions) {
    this.seed = seed;
    this.clock = clock;
    this.limits = new RateLimits(documentedLimits);
    this.webhooks = new Webhooks(() => this.now(), clock);
  }

  now(): number {
    return this.clock() + this.aheadMs;
  }

  /** Advances the clock, to test expiry without waiting. */
  advance(seconds: number): void {
    this.aheadMs += seconds * 1000;
  }

  addAccount(provider: ProviderId, account: Account): void {
    this.added.set(`${provider}/${account.id}`, account);
  }

  findAccount({ id: provider, accounts }: AccountOwner, accountId: string | undefined): Account | undefined {
    return accounts.find(({ id }) => id === accountId) ?? this.added.get(`${provider}/${accountId}`);
  }

  accountsOf({ id: provider, accounts }: AccountOwner): readonly Account[] {
    return [...accounts, ...[...this.added].flatMap(([key, one]) => (key.startsWith(`${provider}/`) ? [one] : []))];
  }

  sizesOf(provider: ProviderId, account: Account): Record<string, number> {
    return { ...account.sizes, ...this.sizes.get(`${provider}/${account.id}`) };
  }

  /** Seed of all data generated for an account. Short, because it is hashed for every cell of every item. */
  seedOf(provider: ProviderId, account: Account): string {
    return inBase(hash(`${this.seed}/${provider}/${account.id}`), 62, 6);
  }

  dataOf(provider: ProviderId, account: Account): AccountData {
    const key = `${provider}/${account.id}`;
    const edits = this.edits.get(key) ?? new Edits();
    this.edits.set(key, edits);
    return { account, sizes: this.sizesOf(provider, account), seed: this.seedOf(provider, account), edits };
  }

  resize(provider: ProviderId, accountId: string, sizes: Record<string, number>): void {
    const key = `${provider}/${accountId}`;
    this.sizes.set(key, { ...this.sizes.get(key), ...sizes });
  }

  /** Tells the apps to which the account has granted anything. */
  publish({ id, journal }: Publisher, data: AccountData, events: readonly ProviderEvent[]): void {
    const grants = this.grantsOf(id, data.account.id);
    this.webhooks.publish({ integration: id, data, events, grants });
    if (journal === undefined) return;
    const now = this.now();
    const written = events.map((event) => journal.eventOf(event, data, now)).filter((event) => event !== undefined);
    this.journal.publish(
      journal,
      grants.map(({ clientId }) => clientId),
      written,
      now,
    );
  }

  grantsOf = (provider: ProviderId, accountId: string): Grant[] =>
    this.grants.matching((grant) => grant.provider === provider && grant.accountId === accountId && !grant.revoked);

  /** Restores the state after start: no grants, no faults, documented limits and sizes. */
  reset(): void {
    const { apps, appTokens, codes, grants, hooks, journal, limits, log, webhooks } = this;
    for (const part of [apps, appTokens, codes, grants, hooks, journal, limits, log, webhooks]) part.reset();
    this.faults.clear();
    this.sizes.clear();
    this.edits.clear();
    this.added.clear();
    this.aheadMs = 0;
  }
}
