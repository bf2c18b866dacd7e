import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '@causeway/problem';
import { holdLease, type Store } from '@causeway/store';
import type { CredentialStore, StoredCredential } from './credential.js';
import { RefreshBackoff, isStoreUnavailable, type Backoff } from './refresh-backoff.js';
import type { Refresh, RefreshFailure } from './refresh-outcome.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';

/** Reported once for each token request that failed, however many callers waited for it. */
export interface FailedRefresh extends Pick<RefreshFailure, 'kind' | 'code'> {
  connectionId: string;
  /** How many refreshes of this credential have failed in a row. */
  failures: number;
  /** Delay before the next token request; 0 if there will be none. */
  backoffMs: number;
}

export interface RefresherOptions {
  times?: Partial<typeof DEFAULT_TIMES>;
  onFailure?: (failed: FailedRefresh) => void;
  /** Runs each refresh, which several callers may wait for, from the lease to the stored credential. */
  around?: <T>(credentials: CredentialStore, refresh: () => Promise<T>) => Promise<T>;
  clock?: () => number;
  random?: () => number;
}

export interface RefreshOptions {
  /** The generation that the provider has just rejected, or that has to be replaced for another reason. */
  rejectedGeneration?: number | undefined;
  /** Ignores a backoff, but no pause that the provider asks for. For a refresh that a person asked for, not for automatic ones. */
  force?: boolean;
}

const DEFAULT_TIMES = {
  /** Longer than any token request may take. The lease is extended while its holder lives. */
  leaseMs: 25_000,
  /** How long a caller waits. Longer than a lease and a token request together: a refresh can be repeated after its process died. */
  timeoutMs: 55_000,
  /** How long a caller waits while the store takes no lease, or not the new credential. */
  outageMs: 3_000,
  /** A credential is refreshed this long before it expires, */
  marginMs: 60_000,
  /** and up to this much earlier, depending on the connection: connections made together are not refreshed together. */
  jitterMs: 120_000,
};
const POLL_MS = 60;
const CONFLICT_POLLS = 20;
/** Longer than a process needs to reconnect to the store after another process has. */
const AFTER_OUTAGE_MS = 3_000;

interface RefreshTask {
  credentials: CredentialStore;
  refresh: Refresh;
  needsRefresh: (stored: StoredCredential) => boolean;
  force: boolean;
}

interface RunningRefresh {
  /** What callers wait for: it rejects when the store has not taken the new credential for `outageMs`. */
  result: Promise<RefreshResult>;
  /** The refresh itself, which goes on until the new credential is stored. */
  ended: Promise<unknown>;
}

interface RefreshResult {
  stored: StoredCredential;
  /** Why the credential was not refreshed; `stored` is then the old one. */
  problem: Problem | null;
  /** False: the credential needed no refresh, or a backoff delays it that `force` ignores. */
  requested: boolean;
}

/** A credential that has to be refreshed now, and its backoff that is over or ignored. */
interface DueRefresh {
  due: StoredCredential;
  backoff: Backoff | null;
}

/**
 * Refreshes credentials and never spends a refresh token twice: the callers of one process share one refresh, processes exclude each other
 * by a lease, and the new pair is stored by compare-and-set before anybody uses it. No refresh happens without the lease. After a failure
 * all processes leave the token endpoint alone until the backoff is over.
 */
export class CredentialRefresher {
  private readonly inFlight = new Map<string, RunningRefresh>();
  private readonly times: typeof DEFAULT_TIMES;
  private readonly backoff: RefreshBackoff;
  private readonly clock: () => number;
  private readonly onFailure: (failed: FailedRefresh) => void;
  private readonly around: NonNullable<RefresherOptions['around']>;
  private storeWasUnavailable = false;
  private waitUntil = 0;

  constructor(
    private readonly store: Store,
    {
      times,
      onFailure = () => undefined,
      around = (_, refresh) => refresh(),
      clock = Date.now,
      random = Math.random,
    }: RefresherOptions = {},
  ) {
    this.times = { ...DEFAULT_TIMES, ...times };
    this.onFailure = onFailure;
    this.around = around;
    this.clock = clock;
    this.backoff = new RefreshBackoff(store, clock, random);
  }

  /**
   * @returns the stored credential, refreshed first if it is about to expire or was rejected
   * @throws Problem `needs-reconnect` (grant revoked), `provider-*` (could not refresh now), or what `credentials.read` throws
   */
  async ensureFresh(
    credentials: CredentialStore,
    refresh: Refresh,
    { rejectedGeneration, force = false }: RefreshOptions = {},
  ): Promise<StoredCredential> {
    const stored = await credentials.read().catch((error: unknown) => {
      if (isStoreUnavailable(error)) this.storeWasUnavailable = true;
      throw error;
    });
    const needsRefresh = (current: StoredCredential) =>
      current.generation === rejectedGeneration ||
      (current.credential.refreshToken !== null && this.isNearExpiry(current, credentials.id));
    if (!needsRefresh(stored)) return stored;
    return this.withTimeout(this.renew({ credentials, refresh, needsRefresh, force }, rejectedGeneration));
  }

  /** Resolves when all running refreshes have been stored or have failed. A process that exits earlier may lose a grant. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.inFlight.values()].map(({ ended }) => ended));
  }

  private async renew(task: RefreshTask, rejectedGeneration: number | undefined): Promise<StoredCredential> {
    for (;;) {
      const { stored, problem, requested } = await (this.inFlight.get(task.credentials.id) ?? this.start(task)).result;
      const isRejected = stored.generation === rejectedGeneration;
      // The shared refresh found the token still valid, but the provider has just rejected it; or the shared refresh observed a backoff
      // that this caller ignores. Refresh again.
      if (problem === null ? isRejected : task.force && !requested) continue;
      // Where a refresh ahead of time fails, the old token serves until it expires.
      const { expiresAt } = stored.credential;
      if (problem === null || (!isRejected && expiresAt !== null && expiresAt > this.clock())) return stored;
      throw problem;
    }
  }

  private start(task: RefreshTask): RunningRefresh {
    const { id } = task.credentials;
    let onOutage: (problem: Problem) => void = () => undefined;
    const outage = new Promise<never>((_, reject) => (onOutage = reject));
    const ended = this.around(task.credentials, () => this.run(task, onOutage)).finally(() => this.inFlight.delete(id));
    const running = { result: Promise.race([ended, outage]), ended };
    this.inFlight.set(id, running);
    return running;
  }

  private async run(task: RefreshTask, onOutage: (problem: Problem) => void): Promise<RefreshResult> {
    const { partition, id, lease = { partition, key: `lease:refresh:${id}` } } = task.credentials;
    const deadline = this.clock() + this.times.timeoutMs;
    let outageSince = Infinity;
    let outage: Problem | null = null;
    while (this.clock() < deadline) {
      let isRequesting = false;
      try {
        const current = await this.check(task);
        if (!('due' in current)) return current;
        await this.waitAfterOutage();
        const held = await holdLease(this.store, lease, this.times.leaseMs, async () => {
          const latest = await this.check(task);
          if (!('due' in latest)) return latest;
          isRequesting = true;
          return this.request(task, latest, onOutage);
        });
        if (held !== null) return held.result;
        outage = null;
        outageSince = Infinity;
      } catch (error) {
        // Waiting goes on through an outage of the store, but nothing is repeated that may have spent the refresh token.
        if (isRequesting || !isStoreUnavailable(error)) throw error;
        this.storeWasUnavailable = true;
        outage = error;
        outageSince = Math.min(outageSince, performance.now());
        if (performance.now() - outageSince >= this.times.outageMs) throw outage;
      }
      await sleep(POLL_MS * (0.5 + Math.random()));
    }
    throw outage ?? stillRefreshing();
  }

  /** After an outage, a lease may have expired while its holder still has a new pair to store. */
  private async waitAfterOutage(): Promise<void> {
    if (this.storeWasUnavailable) {
      this.storeWasUnavailable = false;
      this.waitUntil = performance.now() + AFTER_OUTAGE_MS;
    }
    const remainingMs = this.waitUntil - performance.now();
    if (remainingMs > 0) await sleep(remainingMs);
  }

  private async check({ credentials, needsRefresh, force }: RefreshTask): Promise<RefreshResult | DueRefresh> {
    const stored = await credentials.read();
    if (!needsRefresh(stored)) return { stored, problem: null, requested: false };
    const [backoff, pause] = await Promise.all([
      this.backoff.read(credentials, stored.generation),
      this.backoff.readPause(credentials),
    ]);
    if (pause !== null) return { stored, problem: pause, requested: true };
    if (backoff === null || backoff.remainingMs === 0 || force) return { due: stored, backoff };
    return { stored, problem: backoff.problem, requested: false };
  }

  /** Called with the lease held: only here is a refresh token sent to a provider. */
  private async request(
    { credentials, refresh }: RefreshTask,
    { due, backoff }: DueRefresh,
    onOutage: (problem: Problem) => void,
  ): Promise<RefreshResult> {
    const { credential, generation } = due;
    if (credential.refreshToken === null) return this.markRevoked(credentials, generation, 'no_refresh_token');
    const outcome = await refresh(credential);
    if ('credential' in outcome) {
      const store = () => credentials.replace(generation, outcome.credential);
      const isStored = await retryWhileUnavailable(store, this.times.outageMs, onOutage);
      if (backoff !== null) await this.backoff.clear(credentials);
      const renewed = { credential: outcome.credential, generation: generation + 1, refreshedAt: this.clock() };
      return { stored: isStored ? renewed : await credentials.read(), problem: null, requested: true };
    }
    const { kind, code, problem, pause } = outcome.failure;
    if (pause !== undefined) await this.backoff.recordPause(credentials, pause, problem);
    if (kind === 'revoked') return this.markRevoked(credentials, generation, code);
    if (kind === 'conflict') {
      const newer = await this.awaitNewGeneration(credentials, generation);
      if (newer !== null) return { stored: newer, problem: null, requested: true };
    }
    const retryable = kind === 'conflict' ? 'transient' : kind;
    const next = await this.backoff.recordFailure(credentials, generation, retryable, problem);
    const { failures, remainingMs: backoffMs } = next;
    this.onFailure({ connectionId: credentials.id, kind, code, failures, backoffMs });
    return { stored: due, problem: next.problem, requested: true };
  }

  private async markRevoked(credentials: CredentialStore, generation: number, code: string): Promise<RefreshResult> {
    if (await credentials.markRevoked(generation, code))
      this.onFailure({ connectionId: credentials.id, kind: 'revoked', code, failures: 1, backoffMs: 0 });
    return { stored: await credentials.read(), problem: null, requested: true };
  }

  private async awaitNewGeneration(credentials: CredentialStore, generation: number): Promise<StoredCredential | null> {
    for (let poll = 0; poll < CONFLICT_POLLS; poll += 1) {
      const stored = await credentials.read();
      if (stored.generation > generation) return stored;
      await sleep(POLL_MS);
    }
    return null;
  }

  /** The refresh itself goes on after its caller's timeout. */
  private withTimeout<T>(refreshing: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(stillRefreshing()), this.times.timeoutMs);
    });
    return Promise.race([refreshing, timeout]).finally(() => clearTimeout(timer));
  }

  private isNearExpiry({ credential: { expiresAt }, refreshedAt }: StoredCredential, id: string): boolean {
    if (expiresAt === null) return false;
    const { marginMs, jitterMs } = this.times;
    const leftMs = expiresAt - this.clock();
    // Most calls return here, before the hash.
    if (leftMs > marginMs + jitterMs) return false;
    const jitteredMs = marginMs + jitterMs * fractionOf(id);
    // A refreshed token that lives shorter than the margin would be refreshed at every use: refresh it in the second half of its life.
    return leftMs <= (refreshedAt === null ? jitteredMs : Math.min(jitteredMs, (expiresAt - refreshedAt) / 2));
  }
}

/** A number from 0 to 1, the same for one connection on every replica. */
function fractionOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE() / 0xffffffff;
}

function stillRefreshing(): Problem {
  return new Problem('provider-timeout', 'This credential is still being refreshed. Try again in a moment.', {
    retryAfter: 2,
  });
}
