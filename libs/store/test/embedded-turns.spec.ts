import { setImmediate } from 'node:timers/promises';
import { openTemporaryStore } from '@causeway/testing';
import type { Store } from '../src/index.js';

const READING_MS = 150;

describe('A loop over many reads of the embedded store', () => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await openTemporaryStore());
    const addToIndex = Array.from({ length: 5_000 }, (_, at) => ({ index: 'index', member: `member ${at}` }));
    const append = [{ log: 'log', entry: 'entry', keep: 10, ttlMs: null }];
    await store.commitIfUnchanged('p', { put: [{ key: 'key', value: 'value' }], addToIndex, append });
  });
  afterAll(() => remove());

  const ref = { partition: 'p', key: 'key' };
  it.each<[string, () => Promise<unknown>]>([
    ['get', () => store.get(ref)],
    ['getMany', () => store.getMany([ref, ref])],
    ['pageDescending', () => store.pageDescending('p', 'index', { limit: 100 })],
    ['matchingDescending', () => store.matchingDescending('p', 'index', { limit: 9, texts: ['nothing'], skip: 0 })],
    ['countMembers', () => store.countMembers('p', 'index')],
    ['logFrom', () => store.logFrom('p', 'log', 1, 10)],
    ['logBackwards', () => store.logBackwards('p', 'log', 10)],
  ])('by %s lets others have their turn', async (_, read) => {
    await setImmediate();
    let turns = 0;
    const others = { areThere: true };
    const counting = (async () => {
      for (; others.areThere; turns += 1) await setImmediate();
    })();
    const began = performance.now();
    while (performance.now() - began < READING_MS) await read();
    // Before the turn that this loop would have to end for: promises alone give nobody one.
    const during = turns;
    others.areThere = false;
    await counting;
    expect(during).toBeGreaterThanOrEqual(3);
  });
});
