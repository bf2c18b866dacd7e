import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { Store, StoredEntry } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { StoreCopy } from './store-copy.js';

let source: Store;
let target: Store;
const removals: (() => Promise<void>)[] = [];

beforeEach(async () => {
  for (const use of [(store: Store) => (source = store), (store: Store) => (target = store)]) {
    const { store, remove } = await openTemporaryStore();
    use(store);
    removals.push(remove);
  }
});
afterEach(() => Promise.all(removals.splice(0).map((remove) => remove())));

test('a log that comes in several parts is compared part after part, and a changed one is found', async () => {
  for (let first = 0; first < 2_500; first += 500) {
    const append = Array.from({ length: 500 }, (_, i) => ({
      log: 'long',
      entry: `${first + i}`,
      keep: 10_000,
      ttlMs: null,
    }));
    await source.commitIfUnchanged('somewhere', { append });
  }
  const all: StoredEntry[] = [];
  for await (const batch of source.entries()) all.push(...batch);
  expect(all.filter(({ kind }) => kind === 'log').length).toBeGreaterThan(1);

  const copy = new StoreCopy(target, new Keyring([{ id: 'k1', secret: randomBytes(32) }]), 'a copy');
  const inOneBatch = async function* (entries: StoredEntry[]) {
    yield entries;
  };
  await copy.begin();
  await copy.write(all);
  expect(await copy.differences(inOneBatch(all))).toEqual([]);

  const changed = all.map((entry, position) =>
    entry.kind === 'log' && position === all.length - 1
      ? { ...entry, entries: entry.entries.map((text) => `${text}!`) }
      : entry,
  );
  expect(await copy.differences(inOneBatch(changed))).toEqual(['somewhere long']);
});
