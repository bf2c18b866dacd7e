import { setImmediate } from 'node:timers/promises';
import type { Transaction } from 'lmdb';
import type { StoreMaintenance, StoredEntry } from '../store-maintenance.js';
import { PROBE } from '../probe.js';
import type { EmbeddedDatabase } from './database.js';
import { entryKey, KIND, memberOfKey, partsOfKey } from './keys.js';
import { END } from './log-records.js';
import { contentOf, expiryOf } from './records.js';

const BATCH = 500;
const LOG_BATCH = 1_000;

/** In one read transaction: LMDB shows the moment when it began. Meanwhile the file grows, because no page of that moment is reused. */
export function embeddedEntries(database: EmbeddedDatabase): StoreMaintenance {
  const { lmdb } = database;

  async function* batches(kind: number, transaction: Transaction): AsyncGenerator<[key: Uint8Array, record: Buffer][]> {
    const end = Buffer.of(kind + 1);
    for (let start: Uint8Array = Buffer.of(kind); ;) {
      const range = { start, exclusiveStart: true, end, limit: BATCH, transaction };
      const batch = database.read(() =>
        [...lmdb.getRange(range)].map(({ key, value }): [Uint8Array, Buffer] => [Buffer.from(key), Buffer.from(value)]),
      );
      yield batch;
      if (batch.length < BATCH) return;
      start = batch.at(-1)?.[0] ?? start;
      // Others are served between two batches.
      await setImmediate();
    }
  }

  async function* values(transaction: Transaction, now: number): AsyncGenerator<StoredEntry[]> {
    for await (const batch of batches(KIND.value, transaction))
      yield batch.flatMap(([name, record]): StoredEntry[] => {
        const [partition = '', key = ''] = partsOfKey(name) ?? unnamed();
        const expiresAt = expiryOf(record) || null;
        if (expiresAt !== null && expiresAt <= now) return [];
        return [{ kind: 'value', ref: { partition, key }, value: contentOf(record).toString(), expiresAt }];
      });
  }

  async function* indexes(transaction: Transaction): AsyncGenerator<StoredEntry[]> {
    for await (const batch of batches(KIND.index, transaction)) {
      const found: Extract<StoredEntry, { kind: 'members' }>[] = [];
      for (const [name] of batch) {
        const { partition, index, member } = memberOfKey(name) ?? unnamed();
        if (index === PROBE) continue;
        const last = found.at(-1);
        if (last?.partition === partition && last.index === index) last.members.push(member);
        else found.push({ kind: 'members', partition, index, members: [member] });
      }
      yield found;
    }
  }

  async function* logs(transaction: Transaction, now: number): AsyncGenerator<StoredEntry[]> {
    for await (const batch of batches(KIND.log, transaction))
      for (const [name, record] of batch) {
        const [partition = '', log = ''] = partsOfKey(name) ?? unnamed();
        const expiresAt = expiryOf(record) || null;
        if (log === PROBE || (expiresAt !== null && expiresAt <= now)) continue;
        for (let start = entryKey(name, 0), isFirst = true; ; isFirst = false) {
          const range = { start, exclusiveStart: !isFirst, end: entryKey(name, END), limit: LOG_BATCH, transaction };
          const page = database.read(() => [...lmdb.getRange(range)]);
          const entries = page.map(({ value }) => value.toString());
          yield [{ kind: 'log', partition, log, isFirst, entries, expiresAt }];
          if (page.length < LOG_BATCH) break;
          start = Buffer.from(page.at(-1)?.key ?? start);
          await setImmediate();
        }
      }
  }

  return {
    now: async () => Date.now(),
    async otherProcesses() {
      // Removes those that have died.
      lmdb.readerCheck();
      const listed = lmdb.readerList().matchAll(/^\s*(\d+) /gm);
      const ids = new Set([...listed].map(([, id]) => Number(id)));
      ids.delete(process.pid);
      return [...ids];
    },
    async *entries() {
      const transaction = database.read(() => lmdb.useReadTransaction());
      const now = Date.now();
      try {
        yield* values(transaction, now);
        yield* indexes(transaction);
        yield* logs(transaction, now);
      } finally {
        transaction.done();
      }
    },
  };
}

/** No name that this service gives is that long. */
function unnamed(): never {
  throw new Error('the store has a record with a name of more than 512 bytes, which is not kept');
}
