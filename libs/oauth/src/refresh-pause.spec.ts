import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Problem } from '@causeway/problem';
import type { CredentialStore } from './credential.js';
import { CredentialRefresher } from './credential-refresher.js';
import type { RefreshOutcome } from './refresh-outcome.js';
import { RefreshBackoff, type RefreshPause } from './refresh-backoff.js';

const NOW = Date.UTC(2026, 10, 20);
const EXPIRED = { accessToken: 'a', refreshToken: 'r', expiresAt: NOW - 1, scopes: [] };

/** An expired credential that nothing refreshes. */
const credentials = (id: string, provider = 'one', expiresAt = EXPIRED.expiresAt): CredentialStore => ({
  id,
  provider,
  partition: `partition of ${id}`,
  read: async () => ({ credential: { ...EXPIRED, expiresAt }, generation: 1, refreshedAt: null }),
  replace: async () => true,
  markRevoked: async () => true,
});

describe('a token endpoint that asks for a pause', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let now: number;
  let requests: string[];
  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    now = NOW;
    requests = [];
  });
  afterEach(() => remove());

  const refresh = (stored: CredentialStore, options: { pause?: RefreshPause; force?: boolean } = {}) => {
    // Another replica each time: the pause is in the store.
    const refresher = new CredentialRefresher(store, { clock: () => now, random: () => 0 });
    const problem = new Problem('provider-rate-limited', 'slow down');
    const outcome: RefreshOutcome = { failure: { kind: 'transient', code: 'busy', problem, pause: options.pause } };
    return refresher
      .ensureFresh(
        stored,
        async () => {
          requests.push(stored.id);
          return outcome;
        },
        { force: options.force ?? false },
      )
      .catch((error: unknown) => error as Problem);
  };

  it('gets no refresh of that provider for the time that it names, also none that a person asked for', async () => {
    await refresh(credentials('con_1'), { pause: { of: 'provider', ms: 20_000 } });
    now += 5_000;
    for (const options of [{}, { force: true }])
      expect(await refresh(credentials('con_2'), options)).toMatchObject({
        slug: 'provider-rate-limited',
        details: { retryAfter: 15 },
      });
    expect(requests).toEqual(['con_1']);
    await refresh(credentials('con_3', 'another'));
    expect(requests).toEqual(['con_1', 'con_3']);
    now += 15_000;
    await refresh(credentials('con_2'));
    expect(requests).toEqual(['con_1', 'con_3', 'con_2']);
  });

  it('gets none for longer and longer, up to a minute, if it names no time', async () => {
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      await refresh(credentials(`con_${i}`), { pause: { of: 'provider', ms: null } });
      expect(requests).toHaveLength(i + 1);
      const paused = await refresh(credentials('con_else'), { force: true });
      const { retryAfter = 0 } = (paused as Problem).details;
      waits.push(retryAfter);
      now += retryAfter * 1_000;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('gets none until the end that is the latest of those that it names', async () => {
    const backoff = new RefreshBackoff(
      store,
      () => now,
      () => 0,
    );
    const [first, second, third] = [credentials('con_1'), credentials('con_2'), credentials('con_3')];
    // Those that were on their way together.
    await refresh(first, { pause: { of: 'connection', ms: 60_000 } });
    for (const ms of [5_000, null]) {
      await backoff.recordPause(first, { of: 'connection', ms }, new Problem('provider-rate-limited', 'slow down'));
      expect(await refresh(first, { force: true })).toMatchObject({ details: { retryAfter: 60 } });
    }
    await backoff.recordPause(first, { of: 'provider', ms: 90_000 }, new Problem('provider-rate-limited', 'slow down'));
    for (const one of [second, third])
      expect(await refresh(one, { force: true })).toMatchObject({ details: { retryAfter: 90 } });
  });

  it('gets no refresh of that connection only, if it says so', async () => {
    await refresh(credentials('con_1'), { pause: { of: 'connection', ms: 20_000 } });
    now += 5_000;
    expect(await refresh(credentials('con_1'), { force: true })).toMatchObject({ details: { retryAfter: 15 } });
    await refresh(credentials('con_2'));
    expect(requests).toEqual(['con_1', 'con_2']);
    now += 15_000;
    await refresh(credentials('con_1'), { force: true });
    expect(requests).toEqual(['con_1', 'con_2', 'con_1']);
  });

  it('leaves a token in use that is still valid', async () => {
    await refresh(credentials('con_1'), { pause: { of: 'provider', ms: 20_000 } });
    const soon = credentials('con_2', 'one', NOW + 30_000);
    expect(await refresh(soon)).toMatchObject({ credential: { accessToken: 'a' } });
    expect(requests).toEqual(['con_1']);
  });

  it('gets the next refresh at once after a pause of no time', async () => {
    await refresh(credentials('con_1'), { pause: { of: 'provider', ms: 0 } });
    await refresh(credentials('con_2'));
    expect(requests).toEqual(['con_1', 'con_2']);
  });
});
