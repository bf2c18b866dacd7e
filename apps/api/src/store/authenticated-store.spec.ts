import { randomBytes } from 'node:crypto';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Keyring, type EncryptionKey } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import type { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../metrics/metrics.js';
import { authenticatedStore } from './authenticated-store.js';
import { RecordMaintenance } from './record-maintenance.js';

const key = (id: string) => ({ id, secret: randomBytes(32) });
const [K1, K2] = [key('k1'), key('k2')];
const ref = { partition: 'some', key: 'key' };
const but = (members: Partial<Store>, store: Store): Store => Object.assign({}, store, members);
const opened = (
  store: Store,
  keys: EncryptionKey[],
  metrics = new Metrics(),
  mode: Configuration['mode'] = 'production',
) =>
  // It closes what it refuses.
  authenticatedStore(but({ close: async () => {} }, store), new Keyring(keys), metrics, { mode } as Configuration);
const put = (store: Store, value: string) => store.commitIfUnchanged(ref.partition, { put: [{ key: ref.key, value }] });

describe('authenticatedStore', () => {
  let raw: Store;
  let remove: () => Promise<void>;
  beforeEach(async () => ({ store: raw, remove } = await openTemporaryStore()));
  afterEach(() => remove());

  const open = (keys = [K1], store = raw, metrics = new Metrics()) => opened(store, keys, metrics);

  /** Calls `work` once, before the first call of a method. */
  function before(name: keyof Store, work: () => unknown): Store {
    let called = false;
    const method = async (...args: unknown[]) => {
      if (!called) {
        called = true;
        await work();
      }
      return (raw[name] as (...args: unknown[]) => unknown)(...args);
    };
    return but({ [name]: method }, raw);
  }

  it('gives an empty store its check value, also where processes start at the same moment', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, (_, i) => open(i % 2 === 0 ? [K1, K2] : [K2, K1])));
    await Promise.all(
      stores.map((store, i) => store.commitIfUnchanged(`p${i}`, { put: [{ key: 'k', value: `${i}` }] })),
    );
    for (const store of stores) expect(await store.get({ partition: 'p1', key: 'k' })).toBe('1');
    await expect(open([key('k3')])).rejects.toThrow('lacks the key "k');
  });

  it('starts beside a process that has begun with an empty store a moment ago', async () => {
    const scan = async function* () {
      await put(await open(), 'value');
      yield* raw.scan();
    };
    expect(await (await open([K1], but({ scan }, raw))).get(ref)).toBe('value');
  });

  it('changes a value by compare-and-set whichever of its keys has tagged it', async () => {
    const [first, second] = [await open([K1, K2]), await open([K2, K1])];
    await put(first, 'one');
    const change = (store: Store, expected: string | null, value: string) =>
      store.commitIfUnchanged(ref.partition, {
        expect: [{ key: ref.key, value: expected }],
        put: [{ key: ref.key, value }],
      });
    expect(await change(second, 'other', 'two')).toBe(false);
    expect(await change(second, null, 'two')).toBe(false);
    expect(await change(second, 'one', 'two')).toBe(true);
    expect(await change(first, 'two', 'three')).toBe(true);
    expect(await second.get(ref)).toBe('three');
  });

  it('leaves records of a later version alone, and says that they cannot be read', async () => {
    const metrics = new Metrics();
    const store = await open([K1], raw, metrics);
    const newer = 'm2.k1.some-tag-of-the-future\nvalue';
    await put(raw, newer);
    const other = { partition: ref.partition, key: 'other' };
    await store.commitIfUnchanged(ref.partition, { put: [{ key: other.key, value: 'mine' }] });
    await expect(store.get(ref)).rejects.toMatchObject({
      slug: 'store-unavailable',
      detail: expect.stringContaining('format 2'),
    });
    expect(await store.getMany([ref, other])).toEqual([null, 'mine']);
    for (const expected of [null, 'value']) {
      const change = { expect: [{ key: ref.key, value: expected }], put: [{ key: ref.key, value: 'mine' }] };
      await expect(store.commitIfUnchanged(ref.partition, change)).rejects.toMatchObject({ slug: 'store-unavailable' });
    }
    const maintenance = new RecordMaintenance(raw, new Keyring([K2, K1]));
    expect(await maintenance.retag()).toBe(1);
    await maintenance.upgrade({ acceptUntagged: true });
    await maintenance.abandon(['k1', 'k2']);
    expect(await raw.get(ref)).toBe(newer);
    expect((await maintenance.count()).unreadable).toEqual([{ name: ref.key, keyId: null }]);
    expect((await metrics.unreadableRecords.get()).values).toContainEqual(
      expect.objectContaining({ labels: { reason: 'newer-format' } }),
    );
  });

  it('says of a key that it lacks that the store is unavailable, where one record is asked for, and skips it in lists', async () => {
    const metrics = new Metrics();
    const store = await open([K1], raw, metrics);
    await put(await open([K2, K1]), 'value');
    for (const read of [store.get(ref), store.consume(ref)])
      await expect(read).rejects.toMatchObject({ slug: 'store-unavailable' });
    await put(await open([K2, K1]), 'value');
    expect(await store.getMany([ref])).toEqual([null]);
    await expect(
      store.commitIfUnchanged(ref.partition, {
        expect: [{ key: ref.key, value: null }],
        put: [{ key: ref.key, value: 'mine' }],
      }),
    ).rejects.toMatchObject({ slug: 'store-unavailable' });
    expect(await metrics.registry.metrics()).toContain('causeway_unreadable_records_total{reason="unknown-key"} 4');
  });

  it('overwrites a forged value as if there was none, and only while it is that value', async () => {
    const store = await open();
    await put(raw, 'forged');
    const create = (value: string) => ({ expect: [{ key: ref.key, value: null }], put: [{ key: ref.key, value }] });
    expect(await store.get(ref)).toBeNull();
    expect(await store.commitIfUnchanged(ref.partition, create('mine'))).toBe(true);
    expect(await store.commitIfUnchanged(ref.partition, create('again'))).toBe(false);
    expect(await store.get(ref)).toBe('mine');
  });

  it('is checked later where the store was unavailable at the start, before anything is read or written', async () => {
    await put(await open([K1]), 'value');
    const away = () => {
      throw new Problem('store-unavailable', 'away');
    };
    const late = await open([K1], before('get', away));
    expect(await late.get(ref)).toBe('value');
    const wrong = await open([K2], before('get', away));
    for (const use of [wrong.ping(), wrong.get(ref), put(wrong, 'mine'), wrong.consume(ref), wrong.getMany([ref])])
      await expect(use).rejects.toMatchObject({ slug: 'store-unavailable' });
    expect(await late.get(ref)).toBe('value');
  });

  it('accepts no check value of somebody without the keys', async () => {
    await put(await open([K1]), 'value');
    const check = (value: string) => raw.commitIfUnchanged('store', { put: [{ key: 'format', value }] });
    const own = (await raw.get({ partition: 'store', key: 'format' })) ?? '';
    for (const forged of ['{}', '[]', 'ready', '{"k1":1}']) {
      await check(forged);
      await expect(open([K1])).rejects.toThrow('upgrade-store');
    }
    await check(JSON.stringify({ k1: 'v2.k1.AAAA' }));
    await expect(open([K1])).rejects.toThrow('another key "k1"');
    await check(own);
    expect(await (await open([K1])).get(ref)).toBe('value');
  });
});

describe('RecordMaintenance', () => {
  let raw: Store;
  let remove: () => Promise<void>;
  beforeEach(async () => ({ store: raw, remove } = await openTemporaryStore()));
  afterEach(() => remove());

  it('finishes an upgrade that was stopped only for who accepts what has no tag, and no process starts before', async () => {
    for (let i = 0; i < 600; i += 1) await raw.commitIfUnchanged(`p${i}`, { put: [{ key: 'k', value: `${i}` }] });
    const commits: Promise<boolean>[] = [];
    const commitIfUnchanged: Store['commitIfUnchanged'] = async (...change) => {
      if (commits.length === 300) throw new Error('stopped');
      const commit = raw.commitIfUnchanged(...change);
      commits.push(commit);
      return commit;
    };
    const stopping = but({ commitIfUnchanged }, raw);
    const keyring = new Keyring([K1]);
    await expect(new RecordMaintenance(stopping, keyring).upgrade()).rejects.toThrow('stopped');
    await Promise.all(commits);
    for (const mode of ['production', 'sandbox'] as const)
      await expect(opened(raw, [K1], new Metrics(), mode)).rejects.toThrow('upgrade-store');
    const maintenance = new RecordMaintenance(raw, keyring);
    expect(await maintenance.upgrade()).toBe(0);
    const { untagged } = await maintenance.count();
    expect(untagged.length).toBeGreaterThan(0);
    expect(untagged.length).toBeLessThan(600);
    expect(await maintenance.upgrade({ acceptUntagged: true })).toBe(untagged.length);
    const store = await opened(raw, [K1]);
    for (const i of [0, 299, 300, 599]) expect(await store.get({ partition: `p${i}`, key: 'k' })).toBe(`${i}`);
    expect(await new RecordMaintenance(raw, keyring).upgrade()).toBeNull();
  });

  it('accepts no record without a tag for an old check value, of an upgrade that has not ended', async () => {
    const keyring = new Keyring([K1]);
    await put(await opened(raw, [K1]), 'value');
    const value = JSON.stringify({ k1: keyring.sealingKeys('store format').seal('upgrading', 'format 2') });
    await raw.commitIfUnchanged('store', { put: [{ key: 'format', value }] });
    const forged = { partition: 'keys', key: 'key:forged' };
    await raw.commitIfUnchanged(forged.partition, { put: [{ key: forged.key, value: '{"scopes":["admin"]}' }] });
    for (const mode of ['production', 'sandbox'] as const)
      await expect(opened(raw, [K1], new Metrics(), mode)).rejects.toThrow('upgrade-store');
    expect(await new RecordMaintenance(raw, keyring).upgrade()).toBe(0);
    const store = await opened(raw, [K1]);
    expect(await store.get(forged)).toBeNull();
    expect(await store.get(ref)).toBe('value');
    expect((await new RecordMaintenance(raw, keyring).count()).untagged).toEqual([forged]);
  });

  it('upgrades no store whose records were stored with other keys', async () => {
    await put(await opened(raw, [K1]), 'value');
    await raw.commitIfUnchanged('store', { remove: ['format'] });
    for (const other of [K2, { id: 'k1', secret: randomBytes(32) }])
      await expect(new RecordMaintenance(raw, new Keyring([other])).upgrade()).rejects.toThrow('none of the keys');
  });
});
