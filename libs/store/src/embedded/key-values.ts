import type { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Change, KeyValueStore, Ref } from '../key-value-store.js';
import { checkChange, wholeMs } from '../limits.js';
import type { EmbeddedDatabase } from './database.js';
import { KIND, memberKey, partsOfKey, recordKey } from './keys.js';

const SCAN_BATCH = 500;
/** A step takes some two milliseconds. */
const MATCH_STEP = 1_000;

export function embeddedKeyValues(database: EmbeddedDatabase, topics: EventEmitter): KeyValueStore {
  const { lmdb, records, logs } = database;
  const valueKey = (partition: string, key: string) => recordKey(KIND.value, partition, key);

  const get = ({ partition, key }: Ref) =>
    database.readInTurn((now) => records.get(valueKey(partition, key), now)?.toString() ?? null);

  function isUnchanged(partition: string, { expect = [], expectPresent = [] }: Change, now: number): boolean {
    const current = (key: string) => records.get(valueKey(partition, key), now);
    return (
      expect.every(({ key, value }) =>
        value === null ? current(key) === undefined : current(key)?.equals(Buffer.from(value)),
      ) && expectPresent.every((key) => current(key) !== undefined)
    );
  }

  function apply(partition: string, change: Change, now: number): void {
    const { remove = [], put = [], removeFromIndex = [], addToIndex = [], removeLogs = [], append = [] } = change;
    for (const key of remove) records.remove(valueKey(partition, key));
    for (const { key, value, ttlMs } of put) {
      const record = valueKey(partition, key);
      if (ttlMs === 'keep') records.replace(record, Buffer.from(value));
      else records.put(record, Buffer.from(value), ttlMs === undefined ? undefined : now + wholeMs(ttlMs));
    }
    for (const { index, member } of removeFromIndex) void lmdb.remove(memberKey(partition, index, member));
    for (const { index, member } of addToIndex) void lmdb.put(memberKey(partition, index, member), Buffer.alloc(0));
    for (const log of removeLogs) logs.remove(partition, log);
    for (const entry of append) logs.append(partition, entry, now);
  }

  function rangeOfIndex(partition: string, index: string) {
    const prefix = recordKey(KIND.index, partition, index);
    // 0xff is not a byte of UTF-8, so it sorts after every member.
    return { start: Buffer.concat([prefix, Buffer.of(0xff)]), end: prefix };
  }

  async function memberBytes(partition: string, index: string, before: string | undefined, limit: number) {
    const { start, end } = rangeOfIndex(partition, index);
    const first = before === undefined ? start : memberKey(partition, index, before);
    const range = { start: first, exclusiveStart: true, end, inclusiveEnd: true, reverse: true, limit };
    return database.readInTurn(() =>
      // A view: lmdb gives each key memory of its own.
      [...lmdb.getKeys(range)].map((key) =>
        Buffer.from(key.buffer, key.byteOffset + end.length, key.length - end.length),
      ),
    );
  }

  return {
    get,
    getMany: (refs) => Promise.all(refs.map(get)),

    async commitIfUnchanged(partition, change) {
      checkChange(change);
      const changed = await database.write((now) => {
        if (!isUnchanged(partition, change, now)) return false;
        apply(partition, change, now);
        return true;
      });
      if (changed && change.publish !== undefined) topics.emit(change.publish.topic, change.publish.message);
      return changed;
    },

    consume({ partition, key }) {
      const record = valueKey(partition, key);
      return database.write((now) => {
        const value = records.get(record, now);
        if (value !== undefined) records.remove(record);
        return value?.toString() ?? null;
      });
    },

    async pageDescending(partition, index, { before, limit }) {
      if (!(limit >= 1)) return [];
      return (await memberBytes(partition, index, before, Math.floor(limit))).map(String);
    },

    async matchingDescending(partition, index, { before, limit, texts, skip }) {
      const found: string[] = [];
      const searched = texts.map((text) => Buffer.from(text));
      for (let from = before; found.length < limit;) {
        const step = await memberBytes(partition, index, from, MATCH_STEP);
        for (const member of step)
          if (searched.every((text) => member.indexOf(text, skip) >= 0)) found.push(member.toString());
        if (step.length < MATCH_STEP) break;
        from = step.at(-1)?.toString();
      }
      return found.slice(0, Math.max(0, Math.floor(limit)));
    },

    async countMembers(partition, index) {
      const { start, end } = rangeOfIndex(partition, index);
      return database.readInTurn(() => lmdb.getKeysCount({ start: end, end: start }));
    },

    async *scan() {
      const end = Buffer.of(KIND.value + 1);
      for (let start: Uint8Array = Buffer.of(KIND.value); ;) {
        const range = { start, exclusiveStart: true, end, limit: SCAN_BATCH };
        const keys = database.read(() => [...lmdb.getKeys(range)]);
        yield database.read((now) =>
          keys.flatMap((record) => {
            const [partition, key] = partsOfKey(record) ?? [];
            const value = records.get(record, now);
            if (partition === undefined || key === undefined || value === undefined) return [];
            return [{ ref: { partition, key }, value: value.toString() }];
          }),
        );
        if (keys.length < SCAN_BATCH) return;
        start = keys.at(-1) ?? start;
        // Others are served between two batches.
        await setImmediate();
      }
    },
  };
}
