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

/** One connection's place, as a real slot keeps it: compare-and-set on the generation. */
class Slot implements CredentialStore {
  readonly partition = 'org';
  goneFor: string | null = null;
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
    if (this.goneFor !== null) throw new Problem('needs-reconnect', this.goneFor);
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
    if (generation === this.stored.generation) this.goneFor = reason;
    return this.goneFor !== null;
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
  const replica = (clock: () => number, heard: FailedRefresh[], random = () => 0.5) =>
    new CredentialRefresher(store, { times: TIMES, clock, onFailure: (failed) => heard.push(failed), random });

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    spent.length = 0;
  });
  afterEach(() => remove());

  it('gives out a credential that has time left without asking anybody', async () => {
    const slot = new Slot({ credential: credential('a', 120_000), generation: 1, refreshedAt: null });
    expect((await refresher().ensureFresh(slot, provider(renewed))).credential.accessToken).toBe('a');
    expect(spent).toEqual([]);
  });

  it('does not refresh by clock what states no lifetime', async () => {
    const slot = new Slot({ credential: credential('a', null), generation: 1, refreshedAt: null });
    await refresher().ensureFresh(slot, provider(renewed));
    expect(spent).toEqual([]);
  });

  it('refreshes once for a hundred callers, and stores before it answers', async () => {
    const slot = new Slot({ credential: credential('a', 1_000), generation: 1, refreshedAt: null });
    const one = refresher();
    const answers = await Promise.all(Array.from({ length: 100 }, () => one.ensureFresh(slot, provider(renewed, 50))));
    expect(new Set(answers.map((answer) => answer.credential.accessToken))).toEqual(new Set(['b']));
    expect(spent).toEqual(['refresh-a']);
    expect(slot.stored).toEqual({ credential: renewed.credential, generation: 2, refreshedAt: null });
  });

  it('refreshes once for callers of several processes', async () => {
    const slot = new Slot({ credential: credential('a', 1_000), generation: 1, refreshedAt: null });
    const processes = Array.from({ length: 10 }, () => refresher());
    await Promise.all(processes.map((process) => process.ensureFresh(slot, provider(renewed, 100))));
    expect(spent).toEqual(['refresh-a']);
  });

  it.each([
    ['is not refreshed again in the first half of its life', 19_000, []],
    ['is refreshed in the second half', 21_000, ['refresh-b']],
  ])('what a refresh brought and lives shorter than the margin %s', async (_, age, refreshes) => {
    const slot = new Slot({ credential: credential('b', 40_000), generation: 2, refreshedAt: NOW });
    await refresher(() => NOW + age).ensureFresh(slot, provider({ credential: credential('c', 120_000) }));
    expect(spent).toEqual(refreshes);
  });

  it('refreshes a refused generation, but not what has been renewed since', async () => {
    const slot = new Slot({ credential: credential('a', null), generation: 1, refreshedAt: null });
    const one = refresher();
    expect((await one.ensureFresh(slot, provider(renewed), { rejectedGeneration: 1, force: true })).generation).toBe(2);
    expect((await one.ensureFresh(slot, provider(renewed), { rejectedGeneration: 1, force: true })).generation).toBe(2);
    expect(spent).toEqual(['refresh-a']);
  });

  it('says at the connection that the grant is gone', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    await expect(refresher().ensureFresh(slot, provider(failure('revoked', 'revoked')))).rejects.toMatchObject({
      slug: 'needs-reconnect',
    });
    expect(slot.goneFor).toBe('revoked');
  });

  it('says so too where there is nothing to refresh with', async () => {
    const slot = new Slot({
      credential: { ...credential('a', null), refreshToken: null },
      generation: 1,
      refreshedAt: null,
    });
    await expect(
      refresher().ensureFresh(slot, provider(renewed), { rejectedGeneration: 1, force: true }),
    ).rejects.toMatchObject({ slug: 'needs-reconnect' });
    expect(spent).toEqual([]);
  });

  it.each(['transient', 'configuration'] as const)(
    'a %s failure changes nothing, and what is left of the token serves',
    async (kind) => {
      const slot = new Slot({ credential: credential('a', 1_000), generation: 1, refreshedAt: null });
      expect((await refresher().ensureFresh(slot, provider(failure(kind)))).credential.accessToken).toBe('a');
      expect(slot.stored.generation).toBe(1);
      await expect(refresher(() => NOW + 2_000).ensureFresh(slot, provider(failure(kind)))).rejects.toMatchObject({
        detail: kind,
      });
      await expect(
        refresher().ensureFresh(slot, provider(failure(kind)), { rejectedGeneration: 1, force: true }),
      ).rejects.toMatchObject({ detail: kind });
      expect(slot.goneFor).toBeNull();
    },
  );

  it('after a conflict takes what somebody else has stored', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const answer = refresher().ensureFresh(slot, async () => {
      setTimeout(() => void slot.replace(1, renewed.credential), 100);
      return failure('conflict');
    });
    expect((await answer).credential.accessToken).toBe('b');
  });

  it('the loser of a race re-reads and writes nothing', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const answer = await refresher().ensureFresh(slot, async () => {
      await slot.replace(1, credential('winner', 3_600_000));
      return renewed;
    });
    expect(answer.credential.accessToken).toBe('winner');
    expect(slot.stored.credential.accessToken).toBe('winner');
  });

  it('waits for a store that is away rather than lose the new pair', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    slot.failingWrites = 3;
    expect((await refresher().ensureFresh(slot, provider(renewed))).credential.accessToken).toBe('b');
    expect(slot.stored.generation).toBe(2);
  });

  it('does not spend again where the store goes away after the provider has answered', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const refused = refresher().ensureFresh(slot, async (spending) => {
      // The next look at the connection fails, after the grant was found to be gone.
      slot.failingReads = 1;
      return provider(failure('revoked', 'revoked'))(spending);
    });
    await expect(refused).rejects.toMatchObject({ slug: 'store-unavailable' });
    expect(spent).toEqual(['refresh-a']);
  });

  it('after an outage of the store lets those go first who have a new pair to store', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const one = refresher();
    await slot.read();
    slot.failingReads = 1;
    await expect(one.ensureFresh(slot, provider(renewed))).rejects.toMatchObject({ slug: 'store-unavailable' });
    // Its lease has ended meanwhile, so nothing else holds this process back.
    setTimeout(() => void slot.replace(1, renewed.credential), 500);
    expect((await one.ensureFresh(slot, provider(failure('revoked', 'revoked')))).credential.accessToken).toBe('b');
    expect(spent).toEqual([]);
  });

  it('never refreshes without the lease: a waiting caller gets a problem in the end', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    await store.acquireLease(LEASE, 'somebody else', 60_000);
    let now = NOW;
    const impatient = new CredentialRefresher(store, { times: TIMES, clock: () => (now += 200) });
    await expect(impatient.ensureFresh(slot, provider(renewed))).rejects.toMatchObject({ slug: 'provider-timeout' });
    expect(spent).toEqual([]);
  });

  it('takes over when the holder of the lease died', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    await store.acquireLease(LEASE, 'a dead process', 300);
    expect((await refresher(Date.now).ensureFresh(slot, provider(renewed))).credential.accessToken).toBe('b');
  });

  describe('after a failure', () => {
    const down = failure('transient');
    const expired = () => new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const slugOf = (result: PromiseSettledResult<unknown>) =>
      result.status === 'rejected' ? (result.reason as Problem).slug : 'served';

    it('a hundred callers of two replicas ask the provider once, and all are told when to come again', async () => {
      const slot = expired();
      const heard: FailedRefresh[] = [];
      const [here, there] = [replica(() => NOW, heard), replica(() => NOW, heard)];
      const calls = await Promise.allSettled(
        Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? here : there).ensureFresh(slot, provider(down, 50))),
      );
      expect(spent).toEqual(['refresh-a']);
      expect(new Set(calls.map(slugOf))).toEqual(new Set(['provider-unavailable']));
      const waits = calls.map((call) => (call.status === 'rejected' ? (call.reason as Problem).details.retryAfter : 0));
      expect(new Set(waits)).toEqual(new Set([1]));
      expect(heard).toEqual([
        { connectionId: 'con_1', kind: 'transient', code: 'transient', failures: 1, backoffMs: 1_000 },
      ]);
    });

    it('a token that still lives serves all through the pause', async () => {
      const slot = new Slot({ credential: credential('a', 30_000), generation: 1, refreshedAt: null });
      const one = refresher();
      for (let call = 0; call < 5; call += 1) {
        expect((await one.ensureFresh(slot, provider(down))).credential.accessToken).toBe('a');
      }
      expect(spent).toEqual(['refresh-a']);
    });

    it.each([
      ['transient', [1, 2, 4, 8, 16, 32, 60, 60]],
      ['configuration', [15, 30, 60, 120, 120]],
    ] as const)('%s: the pause grows, up to a longest', async (kind, seconds) => {
      const slot = expired();
      const heard: FailedRefresh[] = [];
      let now = NOW;
      const one = replica(() => now, heard);
      for (const pause of seconds) {
        await expect(one.ensureFresh(slot, provider(failure(kind)))).rejects.toMatchObject({
          details: { retryAfter: pause },
        });
        now += pause * 1_000 - 1;
        await expect(one.ensureFresh(slot, provider(failure(kind)))).rejects.toMatchObject({
          details: { retryAfter: 1 },
        });
        now += 1;
      }
      expect(heard.map(({ backoffMs, failures }) => [backoffMs, failures])).toEqual(
        seconds.map((pause, at) => [pause * 1_000, at + 1]),
      );
      expect(spent).toHaveLength(seconds.length);
    });

    it('is spread by a quarter to either side', async () => {
      const lengths: number[] = [];
      for (const random of [0, 0.999]) {
        const heard: FailedRefresh[] = [];
        const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null }, `con_${random}`);
        const one = replica(
          () => NOW,
          heard,
          () => random,
        );
        await one.ensureFresh(slot, provider(down)).catch(() => undefined);
        lengths.push(heard[0]?.backoffMs ?? 0);
      }
      expect(lengths).toEqual([750, 1_250]);
    });

    it('is at least as long as the provider says', async () => {
      const limited = new Problem('provider-rate-limited', 'slow down', { retryAfter: 20 });
      const slot = expired();
      const asked = refresher().ensureFresh(
        slot,
        provider({ failure: { kind: 'transient', code: '429', problem: limited } }),
      );
      await expect(asked).rejects.toMatchObject({ slug: 'provider-rate-limited' });
      const again = await refresher(() => NOW + 19_500)
        .ensureFresh(slot, provider(renewed))
        .catch((error: unknown) => error);
      expect(again).toMatchObject({ slug: 'provider-rate-limited' });
    });

    it('ends with a success, and a new authorization is not held back', async () => {
      const slot = expired();
      let now = NOW;
      const one = refresher(() => now);
      const pause = { partition: 'org', key: refreshBackoffKey('con_1') };
      await one.ensureFresh(slot, provider(down)).catch(() => undefined);
      expect(await store.get(pause)).not.toBeNull();
      now += 2_000;
      expect((await one.ensureFresh(slot, provider(renewed))).credential.accessToken).toBe('b');
      expect(await store.get(pause)).toBeNull();

      slot.stored = { credential: credential('c', 0), generation: 5, refreshedAt: null };
      await one.ensureFresh(slot, provider(down)).catch(() => undefined);
      slot.stored = { credential: credential('d', 0), generation: 6, refreshedAt: null };
      expect((await one.ensureFresh(slot, provider(renewed))).credential.accessToken).toBe('b');
    });

    it('a person who asks for it gets a try, what happens by itself does not', async () => {
      const slot = expired();
      const one = refresher();
      await one.ensureFresh(slot, provider(down)).catch(() => undefined);
      await expect(one.ensureFresh(slot, provider(renewed), { rejectedGeneration: 1 })).rejects.toMatchObject({
        slug: 'provider-unavailable',
      });
      expect(spent).toHaveLength(1);
      const [insisting, patient] = await Promise.allSettled([
        one.ensureFresh(slot, provider(renewed, 50), { rejectedGeneration: 1, force: true }),
        one.ensureFresh(slot, provider(renewed, 50)),
      ]);
      expect([slugOf(insisting), slugOf(patient)]).toEqual(['served', 'served']);
      expect(spent).toHaveLength(2);
    });

    it('a caller whose token was refused does not get it back from a refresh that others had begun', async () => {
      const slot = new Slot({ credential: credential('a', 30_000), generation: 1, refreshedAt: null });
      const one = refresher();
      const ahead = one.ensureFresh(slot, provider(down, 50));
      const refused = one.ensureFresh(slot, provider(down, 50), { rejectedGeneration: 1 });
      await expect(refused).rejects.toMatchObject({ slug: 'provider-unavailable' });
      expect((await ahead).credential.accessToken).toBe('a');
    });

    it('a grant that is gone is told once', async () => {
      const heard: FailedRefresh[] = [];
      const one = replica(() => NOW, heard);
      const slot = expired();
      await Promise.allSettled(
        Array.from({ length: 10 }, () => one.ensureFresh(slot, provider(failure('revoked', 'revoked'), 20))),
      );
      expect(heard).toEqual([{ connectionId: 'con_1', kind: 'revoked', code: 'revoked', failures: 1, backoffMs: 0 }]);
    });
  });

  it('a thousand connections made at once are not refreshed at once', async () => {
    const DUE = 1_000;
    const spread = new CredentialRefresher(store, { times: { ...TIMES, jitterMs: 120_000 }, clock: () => NOW });
    const refreshedAt = new Map<string, number>();
    for (let left = 200_000; left >= 40_000; left -= 10_000) {
      await Promise.all(
        Array.from({ length: DUE }, async (_, at) => {
          const id = `con_${at}`;
          if (refreshedAt.has(id)) return;
          const slot = new Slot({ credential: credential('a', left), generation: 1, refreshedAt: null }, id);
          const { generation } = await spread.ensureFresh(slot, provider(renewed));
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

  it('a caller has a deadline of its own, and the refresh goes on without it', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    const one = new CredentialRefresher(store, { times: { ...TIMES, timeoutMs: 100 }, clock: () => NOW });
    await expect(one.ensureFresh(slot, provider(renewed, 400))).rejects.toMatchObject({ slug: 'provider-timeout' });
    await one.settled();
    expect(slot.stored.credential.accessToken).toBe('b');
    expect(spent).toHaveLength(1);
  });

  it('who waits goes on waiting while the store is away', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1, refreshedAt: null });
    await store.acquireLease(LEASE, 'somebody else', 400);
    const waiting = refresher(Date.now).ensureFresh(slot, provider(renewed));
    slot.failingReads = 2;
    expect((await waiting).credential.accessToken).toBe('b');
  });
});

describe('holdLease', () => {
  it('extends itself while the work lasts, and gives the lease back', async () => {
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
