import { wholeMs } from '../limits.js';
import type { Change } from '../store.js';
import { redisKey } from './keys.js';

/** What the script COMMIT reads, in its order. Removals come before additions: what is both removed and put is there. */
export function commitArguments(partition: string, change: Change): { keys: string[]; args: string[] } {
  const { expect = [], remove = [], put = [], removeFromIndex = [], addToIndex = [] } = change;
  const value = (key: string) => redisKey(partition, 'value', key);
  const index = (name: string) => redisKey(partition, 'index', name);
  return {
    keys: [
      ...expect.map(({ key }) => value(key)),
      ...remove.map(value),
      ...put.map(({ key }) => value(key)),
      ...removeFromIndex.map((entry) => index(entry.index)),
      ...addToIndex.map((entry) => index(entry.index)),
    ],
    args: [
      ...[expect, remove, put, removeFromIndex, addToIndex].map((part) => `${part.length}`),
      ...expect.flatMap((wanted) => (wanted.value === null ? ['0', ''] : ['1', wanted.value])),
      ...put.flatMap(({ value, ttlMs }) => [value, ttlMs === undefined ? '' : `${wholeMs(ttlMs)}`]),
      ...removeFromIndex.map(({ member }) => member),
      ...addToIndex.map(({ member }) => member),
    ],
  };
}
