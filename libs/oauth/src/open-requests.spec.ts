import { openStore, type Store } from '@causeway/store';
import { openTemporaryStore, redisCli, startRedis, type RedisServer } from '@causeway/testing';
import { OpenRequests } from './open-requests.js';

const MINUTE_MS = 60_000;
const LIMITS = { user: 3, organization: 7 };
const user = (userId: string, orgId = 'acme') => ({ orgId, userId });

describe.each(['embedded', 'redis'] as const)('OpenRequests, %s store', (kind) => {
  let redis: RedisServer | undefined;
  let store: Store;
  let close: () => Promise<void>;
  let now: number;
  let openRequests: OpenRequests;

  beforeEach(async () => {
    if (kind === 'embedded') ({ store, remove: close } = await openTemporaryStore());
    else {
      redis = await startRedis();
      store = await openStore({ kind: 'redis', url: redis.url });
      close = async () => {
        await store.close();
        await redis?.stop();
      };
    }
    now = Date.now();
    openRequests = new OpenRequests(store, LIMITS, () => now);
  });
  afterEach(() => close());

  const add = (userId: string, lifeMs = 10 * MINUTE_MS) => openRequests.add(user(userId), now + lifeMs);
  const results = async (adding: Promise<unknown>[]) =>
    (await Promise.allSettled(adding)).map((result) =>
      result.status === 'fulfilled' ? 'added' : (result.reason as { slug: string }).slug,
    );

  it('refuses one more of a user, and tells when the first one ends; others go on', async () => {
    await add('ann', 4 * MINUTE_MS);
    await add('ann', 2 * MINUTE_MS);
    await add('ann', 3 * MINUTE_MS);
    await expect(add('ann')).rejects.toMatchObject({ slug: 'too-many-requests', details: { retryAfter: 120 } });
    await expect(add('bob')).resolves.toBeDefined();
    await expect(openRequests.add(user('ann', 'other'), now + MINUTE_MS)).resolves.toBeDefined();
  });

  it('refuses one more of an organization, of whatever user', async () => {
    for (let at = 0; at < LIMITS.organization; at += 1) await add(`user-${at}`);
    await expect(add('another')).rejects.toMatchObject({ slug: 'too-many-requests' });
    await expect(openRequests.add(user('ann', 'other'), now + MINUTE_MS)).resolves.toBeDefined();
  });

  it('counts exactly when all come at the same moment', async () => {
    const outcomes = await results(Array.from({ length: 12 }, () => add('ann')));
    expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(LIMITS.user);
    expect(outcomes.filter((outcome) => outcome === 'too-many-requests')).toHaveLength(12 - LIMITS.user);
  });

  it('says that there are too many, for a second, if others take every slot a moment before', async () => {
    let taken = 0;
    const contended = Object.create(store) as Store;
    contended.commitIfUnchanged = async (partition, change) => {
      // Another request that has ended again.
      const [{ key } = { key: '' }] = change.expect ?? [];
      await store.commitIfUnchanged(partition, { put: [{ key, value: `0 ${(taken += 1)}` }] });
      return store.commitIfUnchanged(partition, change);
    };
    const crowded = new OpenRequests(contended, LIMITS, () => now);
    await expect(crowded.add(user('ann'), now + MINUTE_MS)).rejects.toMatchObject({
      slug: 'too-many-requests',
      details: { retryAfter: 1 },
    });
    expect(taken).toBeGreaterThan(10);
    await expect(add('ann')).resolves.toBeDefined();
  });

  it('has room again for what has ended, opened or not, or has expired', async () => {
    const [first, second] = [await add('ann'), await add('ann')];
    await add('ann', MINUTE_MS);
    await openRequests.markOpened(user('ann'), first, MINUTE_MS);
    await openRequests.release(user('ann'), first);
    expect(await openRequests.removeUnopened(user('ann'), second)).toBe(true);
    expect(await results([add('ann'), add('ann')])).toEqual(['added', 'added']);
    await expect(add('ann')).rejects.toMatchObject({ slug: 'too-many-requests' });
    now += MINUTE_MS;
    await expect(add('ann')).resolves.toBeDefined();
    await expect(add('ann')).rejects.toMatchObject({ slug: 'too-many-requests' });
  });

  it('is opened once, and not after its end', async () => {
    const slots = await add('ann');
    expect(await openRequests.isUnopened(user('ann'), slots)).toBe(true);
    const opened = await Promise.all(
      Array.from({ length: 5 }, () => openRequests.markOpened(user('ann'), slots, MINUTE_MS)),
    );
    expect(opened.filter(Boolean)).toHaveLength(1);
    expect(await openRequests.isUnopened(user('ann'), slots)).toBe(false);
    expect(await openRequests.removeUnopened(user('ann'), slots)).toBe(false);
    await openRequests.release(user('ann'), slots);
    expect(await openRequests.markOpened(user('ann'), slots, MINUTE_MS)).toBe(false);
    expect(await openRequests.removeUnopened(user('bob'), slots)).toBe(false);
  });

  it('does not end the request that has the slots of one that expired', async () => {
    openRequests = new OpenRequests(store, { user: 1, organization: 1 }, () => now);
    const expired = await add('ann', MINUTE_MS);
    now += MINUTE_MS;
    const next = await add('ann');
    await openRequests.release(user('ann'), expired);
    expect(await openRequests.isUnopened(user('ann'), next)).toBe(true);
  });

  it('leaves nothing in the store when its time is over', async () => {
    const slots = await openRequests.add(user('ann'), now + 300);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await openRequests.isUnopened(user('ann'), slots)).toBe(false);
    if (redis !== undefined) expect(await redisCli(redis.port, 'DBSIZE')).toBe('0');
  });
});
