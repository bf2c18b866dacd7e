import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '@causeway/problem';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import {
  CredentialRefresher,
  refreshBackoffKey,
  type Credential,
  type CredentialStore,
  type FailedRefresh,
  type RefreshFailure,
  type RefreshOutcome,
  type StoredCredential,
} from '@causeway/oauth';
import { holdLease } from '@causeway/store';

const NOW = Date.UTC(2026, 10, 20);
const TIMES = { leaseMs: 2_000, timeoutMs: 5_000, marginMs: 60_000, jitterMs: 0 };
const LEASE = { partition: 'org', key: 'lease:refresh:con_1' };

const credential = (name: string, expiresIn: number | null): Credential => ({
  accessToken: name,
  refreshToken: `refresh-${name}`,
  expiresAt: expiresIn === null ? null : NOW + expiresIn,
  scopes: [],
});

/** Compare-and-set on the generation, as in the service. */
class MemoryCredentialStore implements CredentialStore {
  readonly partition = 'org';
  readonly provider = 'some';
  revokedFor: string | null = null;
  failingWrites = 0;
  failingReads = 0;
  private reads = 0;

  constructor(
    public stored: StoredCredential,
    readonly id = 'con_1',
  ) {}

  async read(): Promise<StoredCredential> {
    this.reads += 1;
    if (this.reads > 1 && this.failingReads > 0) {
      this.failingReads -= 1;
      throw new Problem('store-unavailable', 'away', { retryAfter: 1 });
    }
    if (this.revokedFor !== null) throw new Problem('needs-reconnect', this.revokedFor);
    return this.stored;
  }

  async replace(generation: number, next: Credential): Promise<boolean> {
    if (this.failingWrites > 0) {
      this.failingWrites -= 1;
      throw new Problem('store-unavailable', 'away', { retryAfter: 1 });
    }
    if (generation !== this.stored.generation) return false;
    this.stored = { credential: next, generation: generation + 1, refreshedAt: null };
    return true;
  }

  async markRevoked(generation: number, reason: string): Promise<boolean> {
    if (generation === this.stored.generation) this.revokedFor = reason;
    return this.revokedFor !== null;
  }
}

function failure(kind: RefreshFailure['kind'], code = kind): RefreshOutcome {
  return { failure: { kind, code, problem: new Problem('provider-unavailable', code) } };
}

describe('CredentialRefresher', () => {
  let store: Store;
  let remove: () => Promise<void>;
  const spent: string[] = [];
  const provider =
    (answer: RefreshOutcome, delayMs = 0) =>
    async ({ refreshToken }: Credential) => {
      spent.push(refreshToken ?? '');
      await sleep(delayMs);
      return answer;
    };
  const renewed = { credential: credential('b', 3_600_000) };
  const refresher = (clock = () => NOW) => new CredentialRefresher(store, { times: TIMES, clock });
  /** Replicas share a store and a clock. */
  const replica = (clock: () => number, reported: FailedRefresh[], random = () => 0.5) =>
    new CredentialRefresher(store, { times: TIMES, clock, onFailure: (failed) => reported.push(failed), random });

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    spent.length = 0;
  });
  afterEach(() => remove());

  it('returns a credential that is not about to expire without a token request', async () => {
    const credentials = new MemoryCredentialStore({
      credential: credential('a', 120_000),
      generation: 1,
      refreshedAt: null,
    });
    expect((await refresher().ensureFresh(credentials, provider(renewed))).credential.accessToken).toBe('a');
    expect(spent).toEqual([]);
  });

  it('does not refresh a token without a stated lifetime ahead of time', async () => {
    const credentials = new MemoryCredentialStore({
      credential: credential('a', null),
      generation: 1,
      refreshedAt: null,
    });
    await refresher().ensureFresh(credentials, provider(renewed));
    expect(spent).toEqual([]);
  });

  it('refreshes once for a hundred callers, and stores the new pair before they get it', async () => {
    const credentials = new MemoryCredentialStore({
      credential: credential('a', 1_000),
      generation: 1,
      refreshedAt: null,
    });
    const one = refresher();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => one.ensureFresh(credentials, provider(renewed, 50))),
    );
    expect(new Set(answers.map((answer) => answer.credential.accessToken))).toEqual(new Set(['b']));
    expect(spent).toEqual(['refresh-a']);
    expect(credentials.stored).toEqual({ credential: renewed.credential, generation: 2, refreshedAt: null });
  });

  it('refreshes once for callers of several processes', async () => {
    const credentials = new MemoryCredentialStore({
      credential: credential('a', 1_000),
      generation: 1,
      refreshedAt: null,
    });
    const processes = Array.from({ length: 10 }, () => refresher());
    await Promise.all(processes.map((process) => process.ensureFresh(credentials, provider(renewed, 100))));
    expect(spent).toEqual(['refresh-a']);
  });

  it.each([
    ['is not refreshed again in the first half of its life', 19_000, []],
    ['is refreshed in the second half', 21_000, ['refresh-b']],
  ])('a refreshed token that lives shorter than the margin %s', async (_, age, refreshes) => {
    const credentials = new MemoryCredentialStore({
      credential: credential('b', 40_000),
      generation: 2,
      refreshedAt: NOW,
    });
    await refresher(() => NOW + age).ensureFresh(credentials, provider({ credential: credential('c', 120_000) }));
    expect(spent).toEqual(refreshes);
  });

  it('refreshes a rejected generation, but not a newer one', async () => {
    const credentials = new MemoryCredentialStore({
      credential: credential('a', null),
      generation: 1,
      refreshedAt: null,
    });
    const one = refresher();
    expect(
      (await one.ensureFresh(credentials, provider(renewed), { rejectedGeneration: 1, force: true })).generation,
    ).toBe(2);
    expect(
      (await one.ensureFresh(credentials, provider(renewed), { rejectedGeneration: 1, force: true })).generation,
    ).toBe(2);
    expect(spent).toEqual(['refresh-a']);
  });

  it('marks the connection when the grant was revoked', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    await expect(refresher().ensureFresh(credentials, provider(failure('revoked', 'revoked')))).rejects.toMatchObject({
      slug: 'needs-reconnect',
    });
    expect(credentials.revokedFor).toBe('revoked');
  });

  it('marks the connection when a rejected credential has no refresh token', async () => {
    const credentials = new MemoryCredentialStore({
      credential: { ...credential('a', null), refreshToken: null },
      generation: 1,
      refreshedAt: null,
    });
    await expect(
      refresher().ensureFresh(credentials, provider(renewed), { rejectedGeneration: 1, force: true }),
    ).rejects.toMatchObject({ slug: 'needs-reconnect' });
    expect(spent).toEqual([]);
  });

  it.each(['transient', 'configuration'] as const)(
    'a %s failure changes nothing, and the token serves until it expires',
    async (kind) => {
      const credentials = new MemoryCredentialStore({
        credential: credential('a', 1_000),
        generation: 1,
        refreshedAt: null,
      });
      expect((await refresher().ensureFresh(credentials, provider(failure(kind)))).credential.accessToken).toBe('a');
      expect(credentials.stored.generation).toBe(1);
      await expect(
        refresher(() => NOW + 2_000).ensureFresh(credentials, provider(failure(kind))),
      ).rejects.toMatchObject({
        detail: kind,
      });
      await expect(
        refresher().ensureFresh(credentials, provider(failure(kind)), { rejectedGeneration: 1, force: true }),
      ).rejects.toMatchObject({ detail: kind });
      expect(credentials.revokedFor).toBeNull();
    },
  );

  it('returns what another process has stored after a conflict', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const answer = refresher().ensureFresh(credentials, async () => {
      setTimeout(() => void credentials.replace(1, renewed.credential), 100);
      return failure('conflict');
    });
    expect((await answer).credential.accessToken).toBe('b');
  });

  it('re-reads and writes nothing when another process has stored first', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const answer = await refresher().ensureFresh(credentials, async () => {
      await credentials.replace(1, credential('winner', 3_600_000));
      return renewed;
    });
    expect(answer.credential.accessToken).toBe('winner');
    expect(credentials.stored.credential.accessToken).toBe('winner');
  });

  it('retries to store the new pair while the store is unavailable', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    credentials.failingWrites = 3;
    expect((await refresher().ensureFresh(credentials, provider(renewed))).credential.accessToken).toBe('b');
    expect(credentials.stored.generation).toBe(2);
  });

  it('does not keep callers waiting for a store that does not take the new pair, and stores it when it does', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    credentials.failingWrites = Infinity;
    const one = new CredentialRefresher(store, { times: { ...TIMES, outageMs: 200 }, clock: () => NOW });
    const calls = [1, 2].map(() => one.ensureFresh(credentials, provider(renewed)));
    expect((await Promise.allSettled(calls)).map((call) => call.status === 'rejected' && call.reason)).toEqual(
      calls.map(() => expect.objectContaining({ slug: 'store-unavailable' })),
    );
    const late = performance.now();
    await expect(one.ensureFresh(credentials, provider(renewed))).rejects.toMatchObject({ slug: 'store-unavailable' });
    expect(performance.now() - late).toBeLessThan(1_000);
    credentials.failingWrites = 0;
    await one.settled();
    expect(credentials.stored).toMatchObject({ credential: { accessToken: 'b' }, generation: 2 });
    expect(spent).toEqual(['refresh-a']);
  });

  it('does not keep callers waiting for a store that takes no lease', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const unwritable = Object.assign(Object.create(store) as Store, {
      acquireLease: () => Promise.reject(new Problem('store-unavailable', 'full', { retryAfter: 1 })),
    });
    const one = new CredentialRefresher(unwritable, { times: { ...TIMES, outageMs: 200 }, clock: () => NOW });
    await expect(one.ensureFresh(credentials, provider(renewed))).rejects.toMatchObject({ slug: 'store-unavailable' });
    expect(spent).toEqual([]);
  }, 5_000);

  it('sends no second token request when the store becomes unavailable after the response', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const refused = refresher().ensureFresh(credentials, async (spending) => {
      // The read after the revoked grant fails.
      credentials.failingReads = 1;
      return provider(failure('revoked', 'revoked'))(spending);
    });
    await expect(refused).rejects.toMatchObject({ slug: 'store-unavailable' });
    expect(spent).toEqual(['refresh-a']);
  });

  it('waits after an outage of the store, for processes that still have a new pair to store', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const one = refresher();
    await credentials.read();
    credentials.failingReads = 1;
    await expect(one.ensureFresh(credentials, provider(renewed))).rejects.toMatchObject({ slug: 'store-unavailable' });
    // The lease of the other process has expired, so only the wait delays this one.
    setTimeout(() => void credentials.replace(1, renewed.credential), 500);
    expect((await one.ensureFresh(credentials, provider(failure('revoked', 'revoked')))).credential.accessToken).toBe(
      'b',
    );
    expect(spent).toEqual([]);
  });

  it('never refreshes without the lease: a waiting caller times out', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    await store.acquireLease(LEASE, 'somebody else', 60_000);
    let now = NOW;
    const refreshing = new CredentialRefresher(store, { times: TIMES, clock: () => (now += 200) });
    await expect(refreshing.ensureFresh(credentials, provider(renewed))).rejects.toMatchObject({
      slug: 'provider-timeout',
    });
    expect(spent).toEqual([]);
  });

  it('refreshes when the lease of a dead process has expired', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    await store.acquireLease(LEASE, 'a dead process', 300);
    expect((await refresher(Date.now).ensureFresh(credentials, provider(renewed))).credential.accessToken).toBe('b');
  });

  describe('after a failure', () => {
    const down = failure('transient');
    const expired = () =>
      new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const slugOf = (result: PromiseSettledResult<unknown>) =>
      result.status === 'rejected' ? (result.reason as Problem).slug : 'served';

    it('sends one token request for a hundred callers of two replicas, and tells all of them when to retry', async () => {
      const credentials = expired();
      const reported: FailedRefresh[] = [];
      const [here, there] = [replica(() => NOW, reported), replica(() => NOW, reported)];
      const calls = await Promise.allSettled(
        Array.from({ length: 100 }, (_, at) =>
          (at % 2 === 0 ? here : there).ensureFresh(credentials, provider(down, 50)),
        ),
      );
      expect(spent).toEqual(['refresh-a']);
      expect(new Set(calls.map(slugOf))).toEqual(new Set(['provider-unavailable']));
      const waits = calls.map((call) => (call.status === 'rejected' ? (call.reason as Problem).details.retryAfter : 0));
      expect(new Set(waits)).toEqual(new Set([1]));
      expect(reported).toEqual([
        { connectionId: 'con_1', kind: 'transient', code: 'transient', failures: 1, backoffMs: 1_000 },
      ]);
    });

    it('returns the old token during the backoff until it expires', async () => {
      const credentials = new MemoryCredentialStore({
        credential: credential('a', 30_000),
        generation: 1,
        refreshedAt: null,
      });
      const one = refresher();
      for (let call = 0; call < 5; call += 1) {
        expect((await one.ensureFresh(credentials, provider(down))).credential.accessToken).toBe('a');
      }
      expect(spent).toEqual(['refresh-a']);
    });

    it.each([
      ['transient', [1, 2, 4, 8, 16, 32, 60, 60]],
      ['configuration', [15, 30, 60, 120, 120]],
    ] as const)('%s: the backoff doubles up to its maximum', async (kind, seconds) => {
      const credentials = expired();
      const reported: FailedRefresh[] = [];
      let now = NOW;
      const one = replica(() => now, reported);
      for (const pause of seconds) {
        await expect(one.ensureFresh(credentials, provider(failure(kind)))).rejects.toMatchObject({
          details: { retryAfter: pause },
        });
        now += pause * 1_000 - 1;
        await expect(one.ensureFresh(credentials, provider(failure(kind)))).rejects.toMatchObject({
          details: { retryAfter: 1 },
        });
        now += 1;
      }
      expect(reported.map(({ backoffMs, failures }) => [backoffMs, failures])).toEqual(
        seconds.map((pause, at) => [pause * 1_000, at + 1]),
      );
      expect(spent).toHaveLength(seconds.length);
    });

    it('adds a quarter of jitter in either direction', async () => {
      const lengths: number[] = [];
      for (const random of [0, 0.999]) {
        const reported: FailedRefresh[] = [];
        const credentials = new MemoryCredentialStore(
          { credential: credential('a', 0), generation: 1, refreshedAt: null },
          `con_${random}`,
        );
        const one = replica(
          () => NOW,
          reported,
          () => random,
        );
        await one.ensureFresh(credentials, provider(down)).catch(() => undefined);
        lengths.push(reported[0]?.backoffMs ?? 0);
      }
      expect(lengths).toEqual([750, 1_250]);
    });

    it('waits at least as long as Retry-After says', async () => {
      const limited = new Problem('provider-rate-limited', 'slow down', { retryAfter: 20 });
      const credentials = expired();
      const asked = refresher().ensureFresh(
        credentials,
        provider({ failure: { kind: 'transient', code: '429', problem: limited } }),
      );
      await expect(asked).rejects.toMatchObject({ slug: 'provider-rate-limited' });
      const again = await refresher(() => NOW + 19_500)
        .ensureFresh(credentials, provider(renewed))
        .catch((error: unknown) => error);
      expect(again).toMatchObject({ slug: 'provider-rate-limited' });
    });

    it('ends the backoff with a success, and does not delay a new authorization', async () => {
      const credentials = expired();
      let now = NOW;
      const one = refresher(() => now);
      const pause = { partition: 'org', key: refreshBackoffKey('con_1') };
      await one.ensureFresh(credentials, provider(down)).catch(() => undefined);
      expect(await store.get(pause)).not.toBeNull();
      now += 2_000;
      expect((await one.ensureFresh(credentials, provider(renewed))).credential.accessToken).toBe('b');
      expect(await store.get(pause)).toBeNull();

      credentials.stored = { credential: credential('c', 0), generation: 5, refreshedAt: null };
      await one.ensureFresh(credentials, provider(down)).catch(() => undefined);
      credentials.stored = { credential: credential('d', 0), generation: 6, refreshedAt: null };
      expect((await one.ensureFresh(credentials, provider(renewed))).credential.accessToken).toBe('b');
    });

    it('ignores the backoff for a forced refresh only', async () => {
      const credentials = expired();
      const one = refresher();
      await one.ensureFresh(credentials, provider(down)).catch(() => undefined);
      await expect(one.ensureFresh(credentials, provider(renewed), { rejectedGeneration: 1 })).rejects.toMatchObject({
        slug: 'provider-unavailable',
      });
      expect(spent).toHaveLength(1);
      const [forced, automatic] = await Promise.allSettled([
        one.ensureFresh(credentials, provider(renewed, 50), { rejectedGeneration: 1, force: true }),
        one.ensureFresh(credentials, provider(renewed, 50)),
      ]);
      expect([slugOf(forced), slugOf(automatic)]).toEqual(['served', 'served']);
      expect(spent).toHaveLength(2);
    });

    it('does not return a rejected token from a refresh that another caller started', async () => {
      const credentials = new MemoryCredentialStore({
        credential: credential('a', 30_000),
        generation: 1,
        refreshedAt: null,
      });
      const one = refresher();
      const ahead = one.ensureFresh(credentials, provider(down, 50));
      const refused = one.ensureFresh(credentials, provider(down, 50), { rejectedGeneration: 1 });
      await expect(refused).rejects.toMatchObject({ slug: 'provider-unavailable' });
      expect((await ahead).credential.accessToken).toBe('a');
    });

    it('reports a revoked grant once', async () => {
      const reported: FailedRefresh[] = [];
      const one = replica(() => NOW, reported);
      const credentials = expired();
      await Promise.allSettled(
        Array.from({ length: 10 }, () => one.ensureFresh(credentials, provider(failure('revoked', 'revoked'), 20))),
      );
      expect(reported).toEqual([
        { connectionId: 'con_1', kind: 'revoked', code: 'revoked', failures: 1, backoffMs: 0 },
      ]);
    });
  });

  it('spreads the refreshes of a thousand connections that were made together', async () => {
    const DUE = 1_000;
    const spread = new CredentialRefresher(store, { times: { ...TIMES, jitterMs: 120_000 }, clock: () => NOW });
    const refreshedAt = new Map<string, number>();
    for (let left = 200_000; left >= 40_000; left -= 10_000) {
      await Promise.all(
        Array.from({ length: DUE }, async (_, at) => {
          const id = `con_${at}`;
          if (refreshedAt.has(id)) return;
          const credentials = new MemoryCredentialStore(
            { credential: credential('a', left), generation: 1, refreshedAt: null },
            id,
          );
          const { generation } = await spread.ensureFresh(credentials, provider(renewed));
          if (generation > 1) refreshedAt.set(id, left);
        }),
      );
    }
    const perStep = new Map<number, number>();
    for (const left of refreshedAt.values()) perStep.set(left, (perStep.get(left) ?? 0) + 1);
    expect(refreshedAt.size).toBe(DUE);
    expect(perStep.size).toBeGreaterThanOrEqual(12);
    expect(Math.max(...perStep.values())).toBeLessThan(DUE / 5);
    expect(Math.min(...refreshedAt.values())).toBeGreaterThanOrEqual(60_000);
  }, 60_000);

  it('times out a caller while the refresh goes on', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const one = new CredentialRefresher(store, { times: { ...TIMES, timeoutMs: 100 }, clock: () => NOW });
    await expect(one.ensureFresh(credentials, provider(renewed, 400))).rejects.toMatchObject({
      slug: 'provider-timeout',
    });
    await one.settled();
    expect(credentials.stored.credential.accessToken).toBe('b');
    expect(spent).toHaveLength(1);
  });

  it('keeps waiting for the lease while the store is unavailable', async () => {
    const credentials = new MemoryCredentialStore({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    await store.acquireLease(LEASE, 'somebody else', 400);
    const waiting = refresher(Date.now).ensureFresh(credentials, provider(renewed));
    credentials.failingReads = 2;
    expect((await waiting).credential.accessToken).toBe('b');
  });
});

describe('holdLease', () => {
  it('extends the lease during the work, and releases it', async () => {
    const { store, remove } = await openTemporaryStore();
    const work = holdLease(store, LEASE, 1_500, async () => {
      await sleep(2_500);
      return store.acquireLease(LEASE, 'somebody else', 1_000);
    });
    expect(await work).toEqual({ result: false });
    expect(await store.acquireLease(LEASE, 'somebody else', 1_000)).toBe(true);
    expect(await holdLease(store, LEASE, 1_500, async () => 'never')).toBeNull();
    await remove();
  });
});
