import { isDeepStrictEqual } from 'node:util';
import { Problem } from '@causeway/problem';
import type { Change, KeyValueStore, Ref } from '@causeway/store';
import type { RecordTags } from './record-tags.js';

export interface UnreadableValue {
  ref: Ref;
  /** Why it is there and cannot be read; otherwise it is not authentic. */
  reason: { unknownKey: string } | { newerFormat: number } | 'not-authentic';
}

type Expectation = NonNullable<Change['expect']>;

interface Checks {
  /** Called before every use. @throws Problem `store-unavailable` for a store that was not checked, or whose keys are other ones */
  checkStore: () => Promise<void> | undefined;
  onUnreadable: (value: UnreadableValue) => void;
}

/**
 * Values that only this service can have written, and only at the place where they stand: each is stored with a tag, and one without a
 * valid tag does not exist. Indexes are not authenticated: they only say which values to read.
 */
export function authenticatedValues(
  store: KeyValueStore,
  tags: RecordTags,
  { checkStore, onUnreadable }: Checks,
): KeyValueStore {
  /** `null` for what is not authentic; a value of another key or of a later version is there, but cannot be read: `unreadable` says why. */
  function read(ref: Ref, stored: string | null): { text: string | null; unreadable?: string } {
    if (stored === null) return { text: null };
    const value = tags.read(ref, stored);
    switch (value.state) {
      case 'authentic':
        return { text: value.text };
      case 'unknown-key':
        onUnreadable({ ref, reason: { unknownKey: value.keyId } });
        return { text: null, unreadable: `with the key "${value.keyId}", which is not configured` };
      case 'newer':
        onUnreadable({ ref, reason: { newerFormat: value.format } });
        return { text: null, unreadable: `in format ${value.format}, by a later version of this service` };
      default:
        onUnreadable({ ref, reason: 'not-authentic' });
        return { text: null };
    }
  }

  /** @throws Problem `store-unavailable` */
  function readOrThrow(ref: Ref, stored: string | null): string | null {
    const { text, unreadable } = read(ref, stored);
    if (unreadable === undefined) return text;
    throw new Problem('store-unavailable', `A record was stored ${unreadable}.`);
  }

  function tagged(partition: string, change: Change): Change {
    const { expect, put } = change;
    const add = (key: string, text: string) => tags.add({ partition, key }, text);
    const tagged = { ...change };
    if (put) tagged.put = put.map((entry) => ({ ...entry, value: add(entry.key, entry.value) }));
    if (expect)
      tagged.expect = expect.map(({ key, value }) => ({ key, value: value === null ? null : add(key, value) }));
    return tagged;
  }

  /**
   * What is expected, as it is stored with the tag of another key, or where something forged stands in the place of nothing.
   * @returns `null` if the store has something else
   */
  async function storedExpectation(partition: string, expect: Expectation): Promise<Expectation | null> {
    const stored = await store.getMany(expect.map(({ key }) => ({ partition, key })));
    const isMet = expect.every(
      ({ key, value }, index) => readOrThrow({ partition, key }, stored[index] ?? null) === value,
    );
    return isMet ? expect.map(({ key }, index) => ({ key, value: stored[index] ?? null })) : null;
  }

  return {
    async get(ref) {
      await checkStore();
      return readOrThrow(ref, await store.get(ref));
    },

    // One value that cannot be read does not hide the others.
    async getMany(refs) {
      await checkStore();
      const stored = await store.getMany(refs);
      return refs.map((ref, index) => read(ref, stored[index] ?? null).text);
    },

    async commitIfUnchanged(partition, change) {
      await checkStore();
      const first = tagged(partition, change);
      if (await store.commitIfUnchanged(partition, first)) return true;
      const expect = await storedExpectation(partition, change.expect ?? []);
      if (expect === null || isDeepStrictEqual(expect, first.expect ?? [])) return false;
      return store.commitIfUnchanged(partition, { ...first, expect });
    },

    async consume(ref) {
      await checkStore();
      return readOrThrow(ref, await store.consume(ref));
    },
    pageDescending: (partition, index, options) => store.pageDescending(partition, index, options),
    matchingDescending: (partition, index, options) => store.matchingDescending(partition, index, options),
    countMembers: (partition, index) => store.countMembers(partition, index),

    async *scan() {
      for await (const values of store.scan())
        yield values.flatMap(({ ref, value }) => {
          const known = tags.read(ref, value);
          return known.state === 'authentic' ? [{ ref, value: known.text }] : [];
        });
    },
  };
}
