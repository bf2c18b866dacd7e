import { PROBLEMS, Problem, type ProblemDetails, type ProblemSlug } from '@causeway/problem';
import type { KeyValueStore, Ref } from '@causeway/store';
import type { CredentialStore } from './credential.js';

/** Failures after which a later refresh may succeed. */
export type PausingKind = 'transient' | 'configuration';

/** How long nobody refreshes a connection after a failure: doubles with each one, up to a longest. */
export type PauseTimes = Record<PausingKind, { firstMs: number; longestMs: number }>;

export const PAUSE_TIMES: PauseTimes = {
  transient: { firstMs: 1_000, longestMs: 60_000 },
  // Only an operator can end it; until then every call would be one more refusal.
  configuration: { firstMs: 15_000, longestMs: 120_000 },
};

/** A pause is spread by this part of it to either side. */
const SPREAD = 0.25;
/** How long after its end a pause is remembered, so that the next one is longer. */
const MEMORY_MS = 120_000;

interface StoredPause {
  /** The credential that could not be refreshed; a newer one has no pause. */
  generation: number;
  until: number;
  lengthMs: number;
  failures: number;
  slug: ProblemSlug;
  detail: string;
  details: ProblemDetails;
}

export interface Pause {
  failures: number;
  remainingMs: number;
  /** What callers get meanwhile, with the time until the next attempt. */
  problem: Problem;
}

/** Where a connection's pause is kept. Whoever removes the connection removes it too. */
export function refreshPauseKey(id: string): string {
  return `refresh-pause:${id}`;
}

/** The pauses after failed refreshes, shared by all callers and replicas through the store. */
export class RefreshPauses {
  constructor(
    private readonly store: KeyValueStore,
    private readonly times: PauseTimes,
    private readonly clock: () => number,
    private readonly random: () => number,
  ) {}

  /** The last pause of this generation, in force or over; `null`: no refresh of it has failed lately. */
  async last(slot: CredentialStore, generation: number): Promise<Pause | null> {
    const value = await this.store.get(refOf(slot));
    const stored = value === null ? null : read(value);
    if (stored === null || stored.generation !== generation) return null;
    // Clocks of replicas differ: nobody waits for longer than the whole pause.
    const remainingMs = Math.min(Math.max(stored.until - this.clock(), 0), stored.lengthMs);
    const { slug, detail, details, failures } = stored;
    return { failures, remainingMs, problem: new Problem(slug, detail, withRetryAfter(details, remainingMs)) };
  }

  /** Called with the lease held, after a failure. */
  async begin(slot: CredentialStore, generation: number, kind: PausingKind, problem: Problem): Promise<Pause> {
    const before = await this.last(slot, generation).catch(ignoreAway);
    const failures = (before?.failures ?? 0) + 1;
    const { firstMs, longestMs } = this.times[kind];
    const grown = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), longestMs);
    // The spread is added last: replicas and connections that failed together do not come back together.
    const asked = (problem.details.retryAfter ?? 0) * 1_000;
    const lengthMs = Math.ceil(
      Math.max(grown * (1 - SPREAD + 2 * SPREAD * this.random()), asked * (1 + SPREAD * this.random())),
    );
    const { slug, detail, details } = problem;
    const stored: StoredPause = {
      generation,
      until: this.clock() + lengthMs,
      lengthMs,
      failures,
      slug,
      detail,
      details,
    };
    const { partition, key } = refOf(slot);
    const put = [{ key, value: JSON.stringify(stored), ttlMs: lengthMs + MEMORY_MS }];
    await this.store.commitIfUnchanged(partition, { put }).catch(ignoreAway);
    return { failures, remainingMs: lengthMs, problem: new Problem(slug, detail, withRetryAfter(details, lengthMs)) };
  }

  /** After a success there is nothing to remember. */
  async end(slot: CredentialStore): Promise<void> {
    const { partition, key } = refOf(slot);
    await this.store.commitIfUnchanged(partition, { remove: [key] }).catch(ignoreAway);
  }
}

function refOf({ partition, id }: CredentialStore): Ref {
  return { partition, key: refreshPauseKey(id) };
}

function withRetryAfter(details: ProblemDetails, ms: number): ProblemDetails {
  return { ...details, retryAfter: Math.max(1, Math.ceil(ms / 1_000)) };
}

/** What another version of this service may have written is no pause. */
function read(value: string): StoredPause | null {
  try {
    const stored = JSON.parse(value) as StoredPause;
    return stored.slug in PROBLEMS ? stored : null;
  } catch {
    return null;
  }
}

/** Without a store there is no lease either, so no refresh that a pause would have to hold back. */
function ignoreAway(error: unknown): null {
  if (isStoreAway(error)) return null;
  throw error;
}

/** An outage says when to come again; a record that cannot be opened has the same slug, and no end. */
export function isStoreAway(error: unknown): error is Problem {
  return error instanceof Problem && error.slug === 'store-unavailable' && error.details.retryAfter !== undefined;
}
