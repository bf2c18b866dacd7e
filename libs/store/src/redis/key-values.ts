import type { Change, KeyValueStore, Ref } from '../key-value-store.js';
import { checkChange, positiveMs, wholeMs } from '../limits.js';
import type { Connection } from './connection.js';
import { redisChannel, redisKey } from './keys.js';
import { scanKind } from './scan.js';
import { loadScript } from './script.js';

const COMMIT = loadScript('commit');
const MATCHING = loadScript('matching-members');
/** Redis reads and searches so many members in some two milliseconds, in which it serves nobody else. */
const MATCH_STEP = 4_000;

export function redisKeyValues(connection: Connection, isCluster: boolean): KeyValueStore {
  async function getMany(refs: readonly Ref[]): Promise<(string | null)[]> {
    const values = new Array<string | null>(refs.length).fill(null);
    // A node of a cluster reads several keys only if they share a slot.
    const groups = new Map<string, number[]>();
    for (const [index, { partition }] of refs.entries()) {
      const group = isCluster ? partition : '';
      const indexes = groups.get(group);
      if (indexes) indexes.push(index);
      else groups.set(group, [index]);
    }
    await Promise.all(
      [...groups.values()].map(async (indexes) => {
        const [first = '', ...others] = indexes.map((i) => redisKey(refs[i]!.partition, 'value', refs[i]!.key));
        const found = (await connection.send('MGET', first, ...others)) as (string | null)[];
        indexes.forEach((index, i) => (values[index] = found[i] ?? null));
      }),
    );
    return values;
  }

  return {
    async get({ partition, key }) {
      return (await connection.send('GET', redisKey(partition, 'value', key))) as string | null;
    },

    getMany,

    async commitIfUnchanged(partition, change) {
      checkChange(change);
      const command = singleCommand(partition, change);
      if (command !== null) {
        await connection.send(...command);
        return true;
      }
      const { keys, args } = commitArguments(partition, change);
      if (keys.length === 0 && change.publish === undefined) return true;
      return (await connection.run(COMMIT, keys, args)) === 1;
    },

    async consume({ partition, key }) {
      return (await connection.send('GETDEL', redisKey(partition, 'value', key))) as string | null;
    },

    async pageDescending(partition, index, { before, limit }) {
      if (!(limit >= 1)) return [];
      const from = before === undefined ? '+' : `(${before}`;
      const range = [from, '-', 'LIMIT', '0', `${Math.floor(limit)}`];
      return (await connection.send('ZREVRANGEBYLEX', redisKey(partition, 'index', index), ...range)) as string[];
    },

    async matchingDescending(partition, index, { before, limit, texts, skip }) {
      const found: string[] = [];
      const wanted = Math.floor(limit);
      for (let from = before === undefined ? '+' : `(${before}`, step = 4 * wanted; found.length < wanted;) {
        const args = [from, `${Math.min(step, MATCH_STEP)}`, `${wanted - found.length}`, `${skip}`, ...texts];
        step = MATCH_STEP;
        const [last, members] = (await connection.run(MATCHING, [redisKey(partition, 'index', index)], args)) as [
          string,
          string[],
        ];
        found.push(...members);
        if (last === '') break;
        from = `(${last}`;
      }
      return found;
    },

    async countMembers(partition, index) {
      return (await connection.send('ZCARD', redisKey(partition, 'index', index))) as number;
    },

    async *scan() {
      for await (const refs of scanKind(connection, 'value')) {
        const values = await getMany(refs);
        yield refs.flatMap((ref, index) => {
          const value = values[index] ?? null;
          return value === null ? [] : [{ ref, value }];
        });
      }
    },
  };
}

/** In the order of `lua/commit.lua`. */
function commitArguments(partition: string, change: Change): { keys: string[]; args: string[] } {
  const { expect = [], expectPresent = [], remove = [], put = [], removeFromIndex = [], addToIndex = [] } = change;
  const { removeLogs = [], append = [], publish } = change;
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
      ...expect.flatMap((expected) => (expected.value === null ? ['0', ''] : ['1', expected.value])),
      ...put.flatMap(({ value, ttlMs }) => [value, ttlArgument(ttlMs)]),
      ...removeFromIndex.map(({ member }) => member),
      ...addToIndex.map(({ member }) => member),
      ...append.flatMap(({ entry, keep, ttlMs }) => [entry, `${keep}`, ttlMs === null ? '' : `${positiveMs(ttlMs)}`]),
      ...(publish === undefined ? [] : [redisChannel(publish.topic), publish.message]),
    ],
  };
}

function ttlArgument(ttlMs: number | 'keep' | undefined): string {
  return typeof ttlMs === 'number' ? `${wholeMs(ttlMs)}` : (ttlMs ?? '');
}

/** For what one command does without conditions, it takes Redis a tenth of the time of a script. */
function singleCommand(partition: string, change: Change): [command: string, key: string, ...args: string[]] | null {
  const { put: [value, ...values] = [], addToIndex: [entry, ...entries] = [], remove = [], ...others } = change;
  const [removed, ...alsoRemoved] = remove.map((key) => redisKey(partition, 'value', key));
  if (removed !== undefined && Object.keys(change).length === 1) return ['DEL', removed, ...alsoRemoved];
  if (removed !== undefined || values.length > 0 || entries.length > 0 || Object.keys(others).length > 0) return null;
  if (entry !== undefined)
    return value === undefined ? ['ZADD', redisKey(partition, 'index', entry.index), '0', entry.member] : null;
  if (value === undefined) return null;
  const set = ['SET', redisKey(partition, 'value', value.key), value.value] as const;
  if (value.ttlMs === undefined) return [...set];
  if (value.ttlMs === 'keep') return [...set, 'KEEPTTL'];
  const ttlMs = wholeMs(value.ttlMs);
  // SET rejects a TTL of 0.
  return ttlMs < 1 ? null : [...set, 'PX', `${ttlMs}`];
}
