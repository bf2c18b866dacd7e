import { positiveMs, wholeMs } from '../limits.js';
import type { Change } from '../key-value-store.js';
import { redisChannel, redisKey } from './keys.js';

/** What the script COMMIT reads, in its order. Removals come before additions: what is both removed and put is there. */
export function commitArguments(partition: string, change: Change): { keys: string[]; args: string[] } {
  const { expect = [], expectPresent = [], remove = [], put = [], removeFromIndex = [], addToIndex = [] } = change;
  const { removeLogs = [], append = [], publish: tell } = change;
  const value = (key: string) => redisKey(partition, 'value', key);
  const log = (name: string) => redisKey(partition, 'log', name);
  const index = (name: string) => redisKey(partition, 'index', name);
  return {
    keys: [
      ...expect.map(({ key }) => value(key)),
      ...expectPresent.map(value),
      ...remove.map(value),
      ...put.map(({ key }) => value(key)),
      ...removeFromIndex.map((entry) => index(entry.index)),
      ...addToIndex.map((entry) => index(entry.index)),
      ...removeLogs.map(log),
      ...append.map((entry) => log(entry.log)),
    ],
    args: [
      ...[expect, expectPresent, remove, put, removeFromIndex, addToIndex, removeLogs, append].map(
        (part) => `${part.length}`,
      ),
      ...expect.flatMap((wanted) => (wanted.value === null ? ['0', ''] : ['1', wanted.value])),
      ...put.flatMap(({ value, ttlMs }) => [value, ttlMs === undefined ? '' : `${wholeMs(ttlMs)}`]),
      ...removeFromIndex.map(({ member }) => member),
      ...addToIndex.map(({ member }) => member),
      ...append.flatMap(({ entry, keep, ttlMs }) => [entry, `${keep}`, ttlMs === null ? '' : `${positiveMs(ttlMs)}`]),
      ...(tell === undefined ? [] : [redisChannel(tell.topic), tell.message]),
    ],
  };
}

/** What one plain command does: one value, or one member of an index, without conditions. Redis runs it in a tenth of a script's time. */
export function plainCommand(
  partition: string,
  change: Change,
): [command: string, key: string, ...args: string[]] | null {
  const { put: [value, ...values] = [], addToIndex: [entry, ...entries] = [], ...others } = change;
  if (values.length > 0 || entries.length > 0 || Object.keys(others).length > 0) return null;
  if (entry !== undefined)
    return value === undefined ? ['ZADD', redisKey(partition, 'index', entry.index), '0', entry.member] : null;
  if (value === undefined) return null;
  const set = ['SET', redisKey(partition, 'value', value.key), value.value] as const;
  if (value.ttlMs === undefined) return [...set];
  const ttlMs = wholeMs(value.ttlMs);
  // Redis knows no value that has ended already.
  return ttlMs < 1 ? null : [...set, 'PX', `${ttlMs}`];
}
