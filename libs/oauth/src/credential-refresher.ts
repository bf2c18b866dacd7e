import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '@causeway/problem';
import type { Credential, CredentialStore, StoredCredential } from './credential.js';
import { holdLease, type Store } from '@causeway/store';
import { PAUSE_TIMES, RefreshPauses, isStoreAway, type Pause, type PauseTimes } from './refresh-pauses.js';

/** How a token endpoint's refusal of a refresh is to be understood. */
export interface RefreshFailure {
  /**
   * `revoked`: the grant was revoked or used up, only the user can mend it. `configuration`: our client id or secret is wrong, only the
   * operator can mend it. `conflict`: somebody else has just refreshed. `transient`: try again later.
   */
  kind: 'revoked' | 'configuration' | 'conflict' | 'transient';
  /** The provider's short error code. */
  code: string;
  problem: Problem;
}

export type RefreshOutcome = { credential: Credential } | { failure: RefreshFailure };

/** Spends a credential's refresh token at the provider; never throws for what the provider answers. */
export type Refresh = (credential: Credential) => Promise<RefreshOutcome>;

/** A refresh that did not work: told once for each request to a token endpoint, however many callers waited for it. */
export interface FailedRefresh {
  connectionId: string;
  kind: RefreshFailure['kind'];
  /** The provider's short error code. */
  code: string;
  /** How many refreshes of this credential have failed in a row. */
  failures: number;
  /** Nobody tries again for so long; 0 where there is nothing to try again. */
  pauseMs: number;
}

export interface RefreshTimes {
  /** A lease ends this long after its holder's last sign of life. Longer than any token request may take. */
  leaseMs: number;
  /**
   * How long a caller waits, whatever happens. Longer than a lease and a token request together: who waits for a process that died
   * in the middle of a refresh still has the time to do it over.
   */
  patienceMs: number;
  /** A credential is refreshed this long before its end, */
  marginMs: number;
  /** and up to this much earlier, differently for each connection: what was connected together is not refreshed together. */
  spreadMs: number;
  pauses: PauseTimes;
}

const DEFAULT_TIMES: RefreshTimes = {
  leaseMs: 25_000,
  patienceMs: 55_000,
  marginMs: 60_000,
  spreadMs: 120_000,
  pauses: PAUSE_TIMES,
};
const POLL_MS = 60;
const CONFLICT_POLLS = 20;
/** Longer than a process needs to find the store again that others have found. */
const AFTER_OUTAGE_MS = 3_000;
/** The old pair is spent: the new one is kept for as long as it can be hoped to be stored. */
const STORING_MS = 10 * 60_000;

/** What a caller cannot use: a credential that ends within the margin, or one that a provider has just refused. */
type Unusable = (stored: StoredCredential) => boolean;

/** What came of a turn; `problem`: the credential is the old one, and why; `tried`: the provider was asked. */
interface Turn {
  stored: StoredCredential;
  problem: Problem | null;
  tried: boolean;
}

/** A credential that has to be refreshed, and the pause that is over or not heeded. */
interface Due {
  due: StoredCredential;
  lastPause: Pause | null;
}

interface Wish {
  slot: CredentialStore;
  refresh: Refresh;
  unusable: Unusable;
  /** Tries although a pause is in force. */
  insists: boolean;
}

/**
 * Gives out credentials that work, and refreshes them so that no refresh token is ever spent twice: callers of one process share one
 * refresh, processes take turns by a lease, the new pair is stored by compare-and-set before anybody uses it, and nobody refreshes
 * without the lease. After a failure all of them leave the token endpoint alone for a while.
 */
export class CredentialRefresher {
  private readonly inFlight = new Map<string, Promise<Turn>>();
  private readonly times: RefreshTimes;
  private readonly pauses: RefreshPauses;
  private storeWasAway = false;
  private quietUntil = 0;

  constructor(
    private readonly store: Store,
    times: Partial<RefreshTimes> = {},
    private readonly clock: () => number = Date.now,
    private readonly report: (failed: FailedRefresh) => void = () => undefined,
    random: () => number = Math.random,
  ) {
    this.times = { ...DEFAULT_TIMES, ...times };
    this.pauses = new RefreshPauses(store, this.times.pauses, clock, random);
  }

  /**
   * @param refused the generation that the provider has just answered 401 to, or that is to be replaced for another reason.
   * @param insists also while nobody shall try: for a person who asks for it, not for what happens by itself.
   * @throws Problem `needs-reconnect` (grant gone), `provider-*` (could not refresh now), or what `slot.read` throws.
   */
  async fresh(
    slot: CredentialStore,
    refresh: Refresh,
    refused?: number,
    insists: boolean = refused !== undefined,
  ): Promise<StoredCredential> {
    const stored = await slot.read().catch((error: unknown) => {
      if (isStoreAway(error)) this.storeWasAway = true;
      throw error;
    });
    const unusable: Unusable = (now) =>
      now.generation === refused || (now.credential.refreshToken !== null && this.isNearItsEnd(now, slot.id));
    if (!unusable(stored)) return stored;
    return this.inTime(this.renew({ slot, refresh, unusable, insists }, refused));
  }

  /** When every refresh that runs now has been stored or has failed: a process that ends before that may lose a grant. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.inFlight.values());
  }

  private async renew(wish: Wish, refused: number | undefined): Promise<StoredCredential> {
    for (;;) {
      const { stored, problem, tried } = await (this.inFlight.get(wish.slot.id) ?? this.begin(wish));
      if (problem === null) {
        if (stored.generation !== refused) return stored;
        // A turn that others had begun found nothing to do: this caller knows better.
        continue;
      }
      // So does one who insists, where others heeded a pause.
      if (wish.insists && !tried) continue;
      // Refreshed ahead of time and it did not work: what is left of the old token still serves, unless it was refused.
      const { credential, generation } = stored;
      if (generation !== refused && credential.expiresAt !== null && !this.endsWithin(credential, 0)) return stored;
      throw problem;
    }
  }

  private begin(wish: Wish): Promise<Turn> {
    const { id } = wish.slot;
    const turn = this.takeTurn(wish).finally(() => this.inFlight.delete(id));
    this.inFlight.set(id, turn);
    return turn;
  }

  private async takeTurn(wish: Wish): Promise<Turn> {
    const { slot } = wish;
    const lease = { partition: slot.partition, key: `lease:refresh:${slot.id}` };
    const end = this.clock() + this.times.patienceMs;
    let away: Problem | null = null;
    while (this.clock() < end) {
      let spending = false;
      try {
        const ready = await this.withoutRefresh(wish);
        if (!('due' in ready)) return ready;
        await this.letStorersGoFirst();
        const held = await holdLease(this.store, lease, this.times.leaseMs, async () => {
          const still = await this.withoutRefresh(wish);
          if (!('due' in still)) return still;
          spending = true;
          return this.spend(wish, still.due, still.lastPause);
        });
        if (held !== null) return held.result;
        away = null;
      } catch (error) {
        // Whoever waits goes on waiting when the store goes away, but nothing is begun again that may have spent a token.
        if (spending || !isStoreAway(error)) throw error;
        this.storeWasAway = true;
        away = error;
      }
      await sleep(POLL_MS * (0.5 + Math.random()));
    }
    throw away ?? stillRefreshing();
  }

  /** After an outage a lease may have ended while its holder still has a new pair to store. */
  private async letStorersGoFirst(): Promise<void> {
    if (this.storeWasAway) {
      this.storeWasAway = false;
      this.quietUntil = performance.now() + AFTER_OUTAGE_MS;
    }
    const left = this.quietUntil - performance.now();
    if (left > 0) await sleep(left);
  }

  /** What needs no token request: somebody has refreshed meanwhile, or nobody shall try now. */
  private async withoutRefresh({ slot, unusable, insists }: Wish): Promise<Turn | Due> {
    const stored = await slot.read();
    if (!unusable(stored)) return { stored, problem: null, tried: false };
    const lastPause = await this.pauses.last(slot, stored.generation);
    const paused = lastPause !== null && lastPause.remainingMs > 0 && !insists;
    return paused ? { stored, problem: lastPause.problem, tried: false } : { due: stored, lastPause };
  }

  /** Called with the lease held: the one place where a refresh token is sent to a provider. */
  private async spend({ slot, refresh }: Wish, due: StoredCredential, lastPause: Pause | null): Promise<Turn> {
    const { credential, generation } = due;
    if (credential.refreshToken === null) return this.gone(slot, generation, 'no_refresh_token');
    const outcome = await refresh(credential);
    if ('credential' in outcome) {
      const stored = await this.storeSurely(() => slot.replace(generation, outcome.credential));
      if (lastPause !== null) await this.pauses.end(slot);
      const renewed = { credential: outcome.credential, generation: generation + 1, refreshedAt: this.clock() };
      return { stored: stored ? renewed : await slot.read(), problem: null, tried: true };
    }
    const { kind, code, problem } = outcome.failure;
    if (kind === 'revoked') return this.gone(slot, generation, code);
    if (kind === 'conflict') {
      const newer = await this.awaitNewer(slot, generation);
      if (newer !== null) return { stored: newer, problem: null, tried: true };
    }
    const pause = await this.pauses.begin(slot, generation, kind === 'conflict' ? 'transient' : kind, problem);
    const { failures, remainingMs } = pause;
    this.report({ connectionId: slot.id, kind, code, failures, pauseMs: remainingMs });
    return { stored: due, problem: pause.problem, tried: true };
  }

  private async gone(slot: CredentialStore, generation: number, code: string): Promise<Turn> {
    const marked = await slot.markRevoked(generation, code);
    if (marked) this.report({ connectionId: slot.id, kind: 'revoked', code, failures: 1, pauseMs: 0 });
    return { stored: await slot.read(), problem: null, tried: true };
  }

  /** The provider has taken the old token back already: giving up here would lose the grant, so a store that is away is waited for. */
  private async storeSurely(write: () => Promise<boolean>): Promise<boolean> {
    const end = this.clock() + STORING_MS;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!isStoreAway(error) || this.clock() >= end) throw error;
        await sleep(POLL_MS);
      }
    }
  }

  private async awaitNewer(slot: CredentialStore, generation: number): Promise<StoredCredential | null> {
    for (let poll = 0; poll < CONFLICT_POLLS; poll += 1) {
      const stored = await slot.read();
      if (stored.generation > generation) return stored;
      await sleep(POLL_MS);
    }
    return null;
  }

  /** A refresh goes on without the caller who cannot wait for it any longer. */
  private async inTime<T>(work: Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const late = sleep(this.times.patienceMs, null, { signal: waiting.signal }).then(() => {
      throw stillRefreshing();
    });
    late.catch(() => undefined);
    try {
      return await Promise.race([work, late]);
    } finally {
      waiting.abort();
    }
  }

  private isNearItsEnd({ credential, refreshedAt }: StoredCredential, id: string): boolean {
    const { marginMs, spreadMs } = this.times;
    // Most calls end with the first look: the share of the spread is a hash.
    if (!this.endsWithin(credential, marginMs + spreadMs)) return false;
    const margin = marginMs + spreadMs * shareOf(id);
    if (refreshedAt === null || credential.expiresAt === null) return this.endsWithin(credential, margin);
    // What a refresh brought and still lives shorter than the margin would be refreshed again at every use.
    return this.endsWithin(credential, Math.min(margin, (credential.expiresAt - refreshedAt) / 2));
  }

  private endsWithin(credential: Credential, ms: number): boolean {
    return credential.expiresAt !== null && credential.expiresAt - this.clock() <= ms;
  }
}

/** A number from 0 to 1 that is always the same for one connection, on every replica. */
function shareOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE() / 0xffffffff;
}

function stillRefreshing(): Problem {
  return new Problem('provider-timeout', 'This credential is still being refreshed. Try again in a moment.', {
    retryAfter: 2,
  });
}
