import { PROBLEMS, Problem, type ProblemDetails, type ProblemSlug } from '@causeway/problem';
import type { KeyValueStore, Ref } from '@causeway/store';
import type { CredentialStore } from './credential.js';

/** The delay doubles with each failure, up to `longestMs`. */
const TIMES = {
  transient: { firstMs: 1_000, longestMs: 60_000 },
  // Only an operator can correct the configuration; until then every refresh would be rejected.
  configuration: { firstMs: 15_000, longestMs: 120_000 },
};

/** The delay is randomized by up to this part of it. */
const JITTER = 0.25;
/** How long the number of failures is remembered after the delay is over. */
const MEMORY_MS = 120_000;

interface StoredBackoff {
  /** The credential that could not be refreshed; a newer one starts without a backoff. */
  generation: number;
  until: number;
  lengthMs: number;
  failures: number;
  slug: ProblemSlug;
  detail: string;
  details: ProblemDetails;
}

/** For how long the token endpoint wants no more requests for this connection, or for any one of the provider. */
export interface RefreshPause {
  of: 'connection' | 'provider';
  /** `null`: it does not say. Such pauses become longer from one to the next. */
  ms: number | null;
}

export interface Backoff {
  failures: number;
  remainingMs: number;
  /** What callers get during the backoff, with the time until the next refresh as `retryAfter`. */
  problem: Problem;
}

const PAUSE = 'token-pause';

/** Where a connection's backoff is stored, to be removed together with the connection. */
export function refreshBackoffKey(id: string): string {
  return `refresh-pause:${id}`;
}

/** Exponential backoff after failed refreshes, shared by all callers and replicas through the store. */
export class RefreshBackoff {
  constructor(
    private readonly store: KeyValueStore,
    private readonly clock: () => number,
    private readonly random: () => number,
  ) {}

  /** @returns the last backoff of this generation, whether or not it is over; `null` if no refresh has failed lately. */
  async read(credentials: CredentialStore, generation: number): Promise<Backoff | null> {
    const stored = parse(await this.store.get(refOf(credentials)));
    return stored?.generation === generation ? backoffAt(this.clock(), stored) : null;
  }

  /** Called with the lease held. */
  async recordFailure(
    credentials: CredentialStore,
    generation: number,
    kind: keyof typeof TIMES,
    { slug, detail, details }: Problem,
  ): Promise<Backoff> {
    const last = await this.read(credentials, generation).catch(ignoreUnavailable);
    const failures = (last?.failures ?? 0) + 1;
    const requestedMs = (details.retryAfter ?? 0) * 1_000;
    // The jitter comes last: connections and replicas that failed together do not retry together.
    const lengthMs = Math.ceil(
      Math.max(
        exponentialMs(kind, failures) * (1 - JITTER + 2 * JITTER * this.random()),
        requestedMs * (1 + JITTER * this.random()),
      ),
    );
    const now = this.clock();
    const stored: StoredBackoff = { generation, until: now + lengthMs, lengthMs, failures, slug, detail, details };
    const { partition, key } = refOf(credentials);
    const put = [{ key, value: JSON.stringify(stored), ttlMs: lengthMs + MEMORY_MS }];
    await this.store.commitIfUnchanged(partition, { put }).catch(ignoreUnavailable);
    return backoffAt(now, stored);
  }

  /** What callers get while the token endpoint wants no request for these credentials; `null`: it takes them. */
  async readPause(credentials: CredentialStore): Promise<Problem | null> {
    const values = await this.store.getMany([
      pauseRefOf(credentials, 'connection'),
      pauseRefOf(credentials, 'provider'),
    ]);
    const pauses = values.map(parse).flatMap((stored) => (stored === null ? [] : [backoffAt(this.clock(), stored)]));
    const [longest] = pauses.sort((one, other) => other.remainingMs - one.remainingMs);
    return longest === undefined || longest.remainingMs === 0 ? null : longest.problem;
  }

  /** A pause that is already recorded and ends later stays. */
  async recordPause(credentials: CredentialStore, pause: RefreshPause, problem: Problem): Promise<void> {
    const { slug, detail, details } = problem;
    const ref = pauseRefOf(credentials, pause.of);
    const last = parse(await this.store.get(ref).catch(ignoreUnavailable));
    const now = this.clock();
    const failures = (last?.failures ?? 0) + 1;
    const lengthMs = pause.ms ?? exponentialMs('transient', failures);
    const lastEnd = last === null ? 0 : now + backoffAt(now, last).remainingMs;
    // Requests that were on their way together fail together: they are one failure.
    if (lengthMs <= 0 || lastEnd > (pause.ms === null ? now : now + lengthMs)) return;
    const stored: StoredBackoff = { generation: 0, until: now + lengthMs, lengthMs, failures, slug, detail, details };
    const { partition, key } = ref;
    const put = [{ key, value: JSON.stringify(stored), ttlMs: lengthMs + MEMORY_MS }];
    await this.store.commitIfUnchanged(partition, { put }).catch(ignoreUnavailable);
  }

  async clear(credentials: CredentialStore): Promise<void> {
    const { partition, key } = refOf(credentials);
    await this.store.commitIfUnchanged(partition, { remove: [key] }).catch(ignoreUnavailable);
  }
}

function exponentialMs(kind: keyof typeof TIMES, failures: number): number {
  const { firstMs, longestMs } = TIMES[kind];
  return Math.min(firstMs * 2 ** Math.min(failures - 1, 30), longestMs);
}

function pauseRefOf({ partition, id, provider }: CredentialStore, of: RefreshPause['of']): Ref {
  return of === 'connection'
    ? { partition, key: `${PAUSE}:${id}` }
    : { partition: `token-endpoint-${provider}`, key: PAUSE };
}

export function isRefreshPause({ key }: Ref): boolean {
  return key === PAUSE || key.startsWith(`${PAUSE}:`) || key.startsWith(refreshBackoffKey(''));
}

function refOf({ partition, id }: CredentialStore): Ref {
  return { partition, key: refreshBackoffKey(id) };
}

function backoffAt(now: number, { until, lengthMs, failures, slug, detail, details }: StoredBackoff): Backoff {
  // The clocks of replicas differ: nobody waits longer than the whole delay.
  const remainingMs = Math.min(Math.max(until - now, 0), lengthMs);
  const retryAfter = Math.max(1, Math.ceil(remainingMs / 1_000));
  return { failures, remainingMs, problem: new Problem(slug, detail, { ...details, retryAfter }) };
}

/** @returns `null` also for what another version of this service wrote. */
function parse(value: string | null): StoredBackoff | null {
  try {
    const stored = JSON.parse(value ?? 'null') as StoredBackoff | null;
    return stored !== null && stored.slug in PROBLEMS ? stored : null;
  } catch {
    return null;
  }
}

/** Without a store no lease can be acquired, so nothing refreshes that a backoff would have to delay. */
function ignoreUnavailable(error: unknown): null {
  if (isStoreUnavailable(error)) return null;
  throw error;
}

/** Only an outage of the store says when to retry; a record that cannot be decrypted has the same slug without `retryAfter`. */
export function isStoreUnavailable(error: unknown): error is Problem {
  return error instanceof Problem && error.slug === 'store-unavailable' && error.details.retryAfter !== undefined;
}
