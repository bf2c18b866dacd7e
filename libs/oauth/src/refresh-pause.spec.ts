import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Problem } from '@causeway/problem';
import type { CredentialStore } from './credential.js';
import { CredentialRefresher, type RefreshOutcome } from './credential-refresher.js';
import type { RefreshPause } from './refresh-backoff.js';

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
