import { positiveMs, wholeMs } from '../limits.js';
import type { Change } from '../store.js';
import { redisChannel, redisKey } from './keys.js';

/** What the script COMMIT reads, in its order. Removals come before additions: what is both removed and put is there. */
export function commitArguments(partition: string, change: Change): { keys: string[]; args: string[] } {
  const { expect = [], expectPresent = [], remove = [], put = [], removeFromIndex = [], addToIndex = [] } = change;
  const { removeLogs = [], append = [], tell } = change;
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

/** A change that nothing stands against: one value, without conditions, is one plain command. */
export function plainPut(partition: string, change: Change): [key: string, ...args: string[]] | null {
  const [only, ...others] = change.put ?? [];
  if (only === undefined || others.length > 0 || Object.keys(change).length > 1) return null;
  const ttlMs = only.ttlMs === undefined ? null : wholeMs(only.ttlMs);
  if (ttlMs !== null && ttlMs < 1) return null;
  return [redisKey(partition, 'value', only.key), only.value, ...(ttlMs === null ? [] : ['PX', `${ttlMs}`])];
}
