import type { IntegrationItem } from '../integrations/integration.js';
import { FingerprintSet, fingerprintOf, markOf } from './fingerprints.js';
import { GivenItems } from './given-items.js';

const item = (id: number, type = 'contact') => ({ type, id: String(id) }) as IntegrationItem;

describe('fingerprints', () => {
  test('of three hundred thousand ids that look alike are all different', () => {
    const set = new FingerprintSet();
    const added = Array.from({ length: 300_000 }, (_, id) => set.add(fingerprintOf(`contact ${7_000_000_000 + id}`)));
    expect(added.every(Boolean)).toBe(true);
    expect(set.size).toBe(300_000);
    for (let id = 0; id < 300_000; id += 1_001)
      expect(set.add(fingerprintOf(`contact ${7_000_000_000 + id}`))).toBe(false);
    expect(set.has(fingerprintOf('contact 1'))).toBe(false);
  });

  test('have marks of one length', () => {
    for (const text of ['', 'a', 'contact 1', 'Ünïcode 🙂']) expect(markOf(fingerprintOf(text))).toMatch(/^[\w-]{8}$/);
  });

  test('zero is one like any other', () => {
    const set = new FingerprintSet();
    expect(set.has({ high: 0, low: 0 })).toBe(false);
    expect(set.add({ high: 0, low: 0 })).toBe(true);
    expect(set.add({ high: 0, low: 0 })).toBe(false);
  });
});

describe('given items', () => {
  test('are known over any distance, and by type', () => {
    const given = new GivenItems('');
    expect(Array.from({ length: 5_000 }, (_, id) => given.isNew(item(id))).every(Boolean)).toBe(true);
    expect(given.isNew(item(0))).toBe(false);
    expect(given.isNew(item(0, 'company'))).toBe(true);
  });

  test('are known over a cursor, the last ones', () => {
    const before = new GivenItems('');
    for (let id = 0; id < 1_000; id += 1) before.isNew(item(id));
    const after = new GivenItems(before.marks());
    expect(Array.from({ length: 1_000 }, (_, id) => after.isNew(item(id)))).toEqual([
      ...Array<boolean>(400).fill(true),
      ...Array<boolean>(600).fill(false),
    ]);
  });

  test('in a load beyond all bounds the last ones at least', () => {
    const given = new GivenItems('', 1_000);
    expect(Array.from({ length: 10_500 }, (_, id) => given.isNew(item(id))).every(Boolean)).toBe(true);
    expect(Array.from({ length: 1_000 }, (_, at) => given.isNew(item(9_500 + at))).some(Boolean)).toBe(false);
  });
});
