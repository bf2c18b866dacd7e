import type { EventEmitter } from 'node:events';
import type { RangeOptions } from 'lmdb';
import type { LogStore } from '../log-store.js';
import type { EmbeddedDatabase } from './database.js';
import { entryKey } from './keys.js';
import { END } from './log-records.js';

export function embeddedLogs(database: EmbeddedDatabase, topics: EventEmitter): LogStore {
  const read = async (partition: string, log: string, limit: number, range: (key: Buffer) => RangeOptions) => {
    if (!(limit >= 1)) return [];
    const limited = (key: Buffer) => ({ ...range(key), limit: Math.floor(limit) });
    return database.readInTurn((now) => database.logs.entries(partition, log, limited, now));
  };
  return {
    logFrom: (partition, log, from, limit) =>
      read(partition, log, limit, (key) => ({ start: entryKey(key, from), end: entryKey(key, END) })),
    logBackwards: (partition, log, limit, before = END) =>
      read(partition, log, limit, (key) => {
        return { start: entryKey(key, before), exclusiveStart: true, end: entryKey(key, 0), reverse: true };
      }),
    subscribe(topic, listener) {
      topics.on(topic, listener);
      return () => void topics.off(topic, listener);
    },
  };
}
