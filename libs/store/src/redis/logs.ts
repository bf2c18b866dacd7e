import type { LogEntry, LogStore } from '../log-store.js';
import type { Connection } from './connection.js';
import { redisChannel, redisKey } from './keys.js';
import type { Subscriber } from './subscriber.js';

/** A log is a stream with numbers of ours as its ids (see `lua/commit.lua`). */
export function redisLogs(connection: Connection, subscriber: Subscriber): LogStore {
  async function range(command: string, partition: string, log: string, from: string, to: string, limit: number) {
    if (!(limit >= 1)) return [];
    const key = redisKey(partition, 'log', log);
    const found = await connection.send(command, key, from, to, 'COUNT', `${Math.floor(limit)}`);
    return (found as [id: string, fields: [string, string]][]).map(([id, [, entry]]): LogEntry => ({
      number: Number.parseInt(id, 10),
      entry,
    }));
  }
  return {
    logFrom: (partition, log, from, limit) => range('XRANGE', partition, log, `${from}`, '+', limit),
    logBackwards: (partition, log, limit, before) =>
      range('XREVRANGE', partition, log, before === undefined ? '+' : `(${before}-0`, '-', limit),
    subscribe: (topic, listener) => subscriber.subscribe(redisChannel(topic), listener),
  };
}
