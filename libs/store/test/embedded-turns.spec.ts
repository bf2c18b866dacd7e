import { setImmediate } from 'node:timers/promises';
import { openTemporaryStore } from '@causeway/testing';
import type { Store } from '../src/index.js';

/** Of processor time: the machine may be busy. */
const READING_MS = 1_000;

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
    const began = process.cpuUsage();
    const usedMs = () => process.cpuUsage(began).user / 1_000;
    // Promises alone give nobody a turn before this loop has ended.
    while (turns < 3 && usedMs() < READING_MS) await read();
    const during = turns;
    others.areThere = false;
    await counting;
    expect(during).toBeGreaterThanOrEqual(3);
  });
});
