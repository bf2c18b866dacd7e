import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#problem';
import type { Store } from '#store';
import type { Credential, CredentialSlot, StoredCredential } from './credential.js';
import { holdLease } from './lease.js';

/** How a token endpoint's refusal of a refresh is to be understood. */
export interface RefreshFailure {
  /**
   * `gone`: the grant was revoked or used up, only the user can mend it. `configuration`: our client id or secret is wrong, only the
   * operator can mend it. `conflict`: somebody else has just refreshed. `passing`: try again later.
   */
  kind: 'gone' | 'configuration' | 'conflict' | 'passing';
  /** The provider's short error code. */
  code: string;
  problem: Problem;
}

export type RefreshOutcome = { credential: Credential } | { failure: RefreshFailure };

/** Spends a credential's refresh token at the provider; never throws for what the provider answers. */
export type Refresh = (credential: Credential) => Promise<RefreshOutcome>;

export interface RefreshTimes {
  /** A lease ends this long after its holder's last sign of life. Longer than any token request may take. */
  leaseMs: number;
  /** How long a caller waits for somebody else's refresh. */
  patienceMs: number;
  /** A credential is refreshed this long before its end. */
  marginMs: number;
}

const DEFAULT_TIMES: RefreshTimes = { leaseMs: 25_000, patienceMs: 30_000, marginMs: 60_000 };
const POLL_MS = 60;
const CONFLICT_POLLS = 20;

/** What a caller cannot use: a credential that ends within the margin, or one that a provider has just refused. */
type Unusable = (stored: StoredCredential) => boolean;

/**
 * Gives out credentials that work, and refreshes them so that no refresh token is ever spent twice: callers of one process share one
 * refresh, processes take turns by a lease, the new pair is stored by compare-and-set before anybody uses it, and nobody refreshes
 * without the lease.
 */
export class CredentialRefresher {
  private readonly inFlight = new Map<string, Promise<StoredCredential>>();

  constructor(
    private readonly store: Store,
    private readonly times: RefreshTimes = DEFAULT_TIMES,
    private readonly clock: () => number = Date.now,
  ) {}

  /**
   * @param refused the generation that the provider has just answered 401 to, or that is to be replaced for another reason.
   * @throws Problem `needs-reconnect` (grant gone), `provider-*` (could not refresh now), or what `slot.read` throws.
   */
  async fresh(slot: CredentialSlot, refresh: Refresh, refused?: number): Promise<StoredCredential> {
    const unusable: Unusable = ({ credential, generation }) =>
      generation === refused || (credential.refreshToken !== null && this.endsWithin(credential, this.times.marginMs));
    const stored = await slot.read();
    if (!unusable(stored)) return stored;
    const running = this.inFlight.get(slot.id);
    if (running !== undefined) return running;
    const started = this.refreshInTurn(slot, refresh, unusable, refused).finally(() => this.inFlight.delete(slot.id));
    this.inFlight.set(slot.id, started);
    return started;
  }

  /** When every refresh that runs now has been stored or has failed: a process that ends before that may lose a grant. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.inFlight.values());
  }

  private async refreshInTurn(
    slot: CredentialSlot,
    refresh: Refresh,
    unusable: Unusable,
    refused: number | undefined,
  ): Promise<StoredCredential> {
    const lease = { partition: slot.partition, key: `lease:refresh:${slot.id}` };
    const end = this.clock() + this.times.patienceMs;
    while (this.clock() < end) {
      const turn = await holdLease(this.store, lease, this.times.leaseMs, async () => {
        const stored = await slot.read();
        return unusable(stored) ? this.spend(slot, stored, refresh, refused) : stored;
      });
      if (turn !== null) return turn.result;
      await sleep(POLL_MS * (0.5 + Math.random()));
      const stored = await slot.read();
      if (!unusable(stored)) return stored;
    }
    throw new Problem(
      'provider-timeout',
      'Another process is still refreshing this credential. Try again in a moment.',
    );
  }

  /** Called with the lease held: the one place where a refresh token is sent to a provider. */
  private async spend(
    slot: CredentialSlot,
    { credential, generation }: StoredCredential,
    refresh: Refresh,
    refused: number | undefined,
  ): Promise<StoredCredential> {
    if (credential.refreshToken === null) {
      await slot.markGone(generation, 'no_refresh_token');
      return slot.read();
    }
    const outcome = await refresh(credential);
    if ('credential' in outcome) {
      const stored = await this.storeSurely(() => slot.replace(generation, outcome.credential));
      return stored ? { credential: outcome.credential, generation: generation + 1 } : slot.read();
    }
    const { failure } = outcome;
    if (failure.kind === 'gone') {
      await slot.markGone(generation, failure.code);
      return slot.read();
    }
    if (failure.kind === 'conflict') {
      const newer = await this.awaitNewer(slot, generation);
      if (newer !== null) return newer;
    }
    // Refreshed ahead of time and it did not work: what is left of the old token still serves.
    const serves = generation !== refused && credential.expiresAt !== null && !this.endsWithin(credential, 0);
    if (serves) return { credential, generation };
    throw failure.problem;
  }

  /** The provider has taken the old token back already: giving up here would lose the grant, so a store that is away is waited for. */
  private async storeSurely(write: () => Promise<boolean>): Promise<boolean> {
    const end = this.clock() + this.times.patienceMs;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof Problem) || error.slug !== 'store-unavailable' || this.clock() >= end) throw error;
        await sleep(POLL_MS * 4);
      }
    }
  }

  private async awaitNewer(slot: CredentialSlot, generation: number): Promise<StoredCredential | null> {
    for (let poll = 0; poll < CONFLICT_POLLS; poll += 1) {
      const stored = await slot.read();
      if (stored.generation > generation) return stored;
      await sleep(POLL_MS);
    }
    return null;
  }

  private endsWithin(credential: Credential, ms: number): boolean {
    return credential.expiresAt !== null && credential.expiresAt - this.clock() <= ms;
  }
}
