import type { IntegrationItem } from '../integrations/integration.js';
import { Deduplicator } from './deduplicator.js';
import { HashSet, hashOf, shortHash } from './hashes.js';

const item = (id: number, type = 'contact', driveId: string | null = null) =>
  ({ type, driveId, id: String(id) }) as IntegrationItem;

describe('hashes', () => {
  test('of three hundred thousand ids that look alike are all different', () => {
    const set = new HashSet();
    const added = Array.from({ length: 300_000 }, (_, id) => set.add(hashOf(`contact ${7_000_000_000 + id}`)));
    expect(added.every(Boolean)).toBe(true);
    expect(set.size).toBe(300_000);
    for (let id = 0; id < 300_000; id += 1_001) expect(set.add(hashOf(`contact ${7_000_000_000 + id}`))).toBe(false);
    expect(set.has(hashOf('contact 1'))).toBe(false);
  });

  test('have short forms of one length', () => {
    for (const text of ['', 'a', 'contact 1', 'Ünïcode 🙂']) expect(shortHash(hashOf(text))).toMatch(/^[\w-]{8}$/);
  });

  test('zero is a hash like any other', () => {
    const set = new HashSet();
    expect(set.has({ high: 0, low: 0 })).toBe(false);
    expect(set.add({ high: 0, low: 0 })).toBe(true);
    expect(set.add({ high: 0, low: 0 })).toBe(false);
  });
});

describe('the deduplicator', () => {
  test('knows an item over any distance, by its type and its container', () => {
    const deduplicator = new Deduplicator('');
    expect(Array.from({ length: 5_000 }, (_, id) => deduplicator.isNew(item(id))).every(Boolean)).toBe(true);
    expect(deduplicator.isNew(item(0))).toBe(false);
    expect(deduplicator.isNew(item(0, 'company'))).toBe(true);
    expect(deduplicator.isNew(item(0, 'contact', 'appCopy'))).toBe(true);
    expect(deduplicator.isNew(item(0, 'contact', 'appCopy'))).toBe(false);
  });

  test('knows the last items over a cursor', () => {
    const before = new Deduplicator('');
    for (let id = 0; id < 1_000; id += 1) before.isNew(item(id));
    const after = new Deduplicator(before.hashes());
    expect(Array.from({ length: 1_000 }, (_, id) => after.isNew(item(id)))).toEqual([
      ...Array<boolean>(400).fill(true),
      ...Array<boolean>(600).fill(false),
    ]);
  });

  test('knows at least the last items in a load beyond all bounds', () => {
    const deduplicator = new Deduplicator('', 1_000);
    expect(Array.from({ length: 10_500 }, (_, id) => deduplicator.isNew(item(id))).every(Boolean)).toBe(true);
    expect(Array.from({ length: 1_000 }, (_, at) => deduplicator.isNew(item(9_500 + at))).some(Boolean)).toBe(false);
  });
});
