import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#problem';
import type { Store } from '#store';
import { openTemporaryStore } from '#testing';
import {
  CredentialRefresher,
  holdLease,
  type Credential,
  type CredentialSlot,
  type RefreshFailure,
  type RefreshOutcome,
  type StoredCredential,
} from '#vault';

const NOW = Date.UTC(2026, 10, 20);
const TIMES = { leaseMs: 2_000, patienceMs: 5_000, marginMs: 60_000 };
const LEASE = { partition: 'org', key: 'lease:refresh:con_1' };

const credential = (name: string, expiresIn: number | null): Credential => ({
  accessToken: name,
  refreshToken: `refresh-${name}`,
  expiresAt: expiresIn === null ? null : NOW + expiresIn,
  scopes: [],
});

/** One connection's place, as a real slot keeps it: compare-and-set on the generation. */
class Slot implements CredentialSlot {
  readonly id = 'con_1';
  readonly partition = 'org';
  goneFor: string | null = null;
  failingWrites = 0;

  constructor(public stored: StoredCredential) {}

  async read(): Promise<StoredCredential> {
    if (this.goneFor !== null) throw new Problem('needs-reconnect', this.goneFor);
    return this.stored;
  }

  async replace(generation: number, next: Credential): Promise<boolean> {
    if (this.failingWrites > 0) {
      this.failingWrites -= 1;
      throw new Problem('store-unavailable', 'away');
    }
    if (generation !== this.stored.generation) return false;
    this.stored = { credential: next, generation: generation + 1 };
    return true;
  }

  async markGone(generation: number, reason: string): Promise<boolean> {
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
  const refresher = (clock = () => NOW) => new CredentialRefresher(store, TIMES, clock);

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    spent.length = 0;
  });
  afterEach(() => remove());

  it('gives out a credential that has time left without asking anybody', async () => {
    const slot = new Slot({ credential: credential('a', 120_000), generation: 1 });
    expect((await refresher().fresh(slot, provider(renewed))).credential.accessToken).toBe('a');
    expect(spent).toEqual([]);
  });

  it('does not refresh by clock what states no lifetime', async () => {
    const slot = new Slot({ credential: credential('a', null), generation: 1 });
    await refresher().fresh(slot, provider(renewed));
    expect(spent).toEqual([]);
  });

  it('refreshes once for a hundred callers, and stores before it answers', async () => {
    const slot = new Slot({ credential: credential('a', 1_000), generation: 1 });
    const one = refresher();
    const answers = await Promise.all(Array.from({ length: 100 }, () => one.fresh(slot, provider(renewed, 50))));
    expect(new Set(answers.map((answer) => answer.credential.accessToken))).toEqual(new Set(['b']));
    expect(spent).toEqual(['refresh-a']);
    expect(slot.stored).toEqual({ credential: renewed.credential, generation: 2 });
  });

  it('refreshes once for callers of several processes', async () => {
    const slot = new Slot({ credential: credential('a', 1_000), generation: 1 });
    const processes = Array.from({ length: 10 }, () => refresher());
    await Promise.all(processes.map((process) => process.fresh(slot, provider(renewed, 100))));
    expect(spent).toEqual(['refresh-a']);
  });

  it('refreshes a refused generation, but not what has been renewed since', async () => {
    const slot = new Slot({ credential: credential('a', null), generation: 1 });
    const one = refresher();
    expect((await one.fresh(slot, provider(renewed), 1)).generation).toBe(2);
    expect((await one.fresh(slot, provider(renewed), 1)).generation).toBe(2);
    expect(spent).toEqual(['refresh-a']);
  });

  it('says at the connection that the grant is gone', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1 });
    await expect(refresher().fresh(slot, provider(failure('gone', 'gone')))).rejects.toMatchObject({
      slug: 'needs-reconnect',
    });
    expect(slot.goneFor).toBe('gone');
  });

  it('says so too where there is nothing to refresh with', async () => {
    const slot = new Slot({ credential: { ...credential('a', null), refreshToken: null }, generation: 1 });
    await expect(refresher().fresh(slot, provider(renewed), 1)).rejects.toMatchObject({ slug: 'needs-reconnect' });
    expect(spent).toEqual([]);
  });

  it.each(['passing', 'configuration'] as const)(
    'a %s failure changes nothing, and what is left of the token serves',
    async (kind) => {
      const slot = new Slot({ credential: credential('a', 1_000), generation: 1 });
      expect((await refresher().fresh(slot, provider(failure(kind)))).credential.accessToken).toBe('a');
      expect(slot.stored.generation).toBe(1);
      await expect(refresher(() => NOW + 2_000).fresh(slot, provider(failure(kind)))).rejects.toMatchObject({
        detail: kind,
      });
      await expect(refresher().fresh(slot, provider(failure(kind)), 1)).rejects.toMatchObject({ detail: kind });
      expect(slot.goneFor).toBeNull();
    },
  );

  it('after a conflict takes what somebody else has stored', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1 });
    const answer = refresher().fresh(slot, async () => {
      setTimeout(() => void slot.replace(1, renewed.credential), 100);
      return failure('conflict');
    });
    expect((await answer).credential.accessToken).toBe('b');
  });

  it('the loser of a race re-reads and writes nothing', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1 });
    const answer = await refresher().fresh(slot, async () => {
      await slot.replace(1, credential('winner', 3_600_000));
      return renewed;
    });
    expect(answer.credential.accessToken).toBe('winner');
    expect(slot.stored.credential.accessToken).toBe('winner');
  });

  it('waits for a store that is away rather than lose the new pair', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1 });
    slot.failingWrites = 3;
    expect((await refresher().fresh(slot, provider(renewed))).credential.accessToken).toBe('b');
    expect(slot.stored.generation).toBe(2);
  });

  it('never refreshes without the lease: a waiting caller gets a problem in the end', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1 });
    await store.acquireLease(LEASE, 'somebody else', 60_000);
    let now = NOW;
    const impatient = new CredentialRefresher(store, TIMES, () => (now += 200));
    await expect(impatient.fresh(slot, provider(renewed))).rejects.toMatchObject({ slug: 'provider-timeout' });
    expect(spent).toEqual([]);
  });

  it('takes over when the holder of the lease died', async () => {
    const slot = new Slot({ credential: credential('a', 0), generation: 1 });
    await store.acquireLease(LEASE, 'a dead process', 300);
    expect((await refresher(Date.now).fresh(slot, provider(renewed))).credential.accessToken).toBe('b');
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
