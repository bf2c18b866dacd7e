import type { KeyValueStore, Ref } from '../key-value-store.js';
import { PROBE } from '../probe.js';
import type { LogStore } from '../log-store.js';
import type { StoreMaintenance, StoredEntry } from '../store-maintenance.js';
import type { Connection } from './connection.js';
import { redisKey, type Kind } from './keys.js';
import { scanKind } from './scan.js';

const BATCH = 500;

/** A part of an index or a log, and what gives the next part; `null`: it has no more. */
interface Part {
  entry: StoredEntry | null;
  next: (() => Promise<Part>) | null;
}

export function redisEntries(connection: Connection, values: KeyValueStore, logs: LogStore): StoreMaintenance {
  /** `null`: never; `undefined`: it is gone. */
  async function expiryOf(kind: Kind, { partition, key }: Ref): Promise<number | null | undefined> {
    const ttlMs = (await connection.send('PTTL', redisKey(partition, kind, key))) as number;
    return ttlMs === -2 ? undefined : ttlMs === -1 ? null : Date.now() + ttlMs;
  }

  async function membersOf({ partition, key: index }: Ref, before?: string): Promise<Part> {
    const members = await values.pageDescending(partition, index, { before, limit: BATCH });
    return {
      entry: members.length === 0 ? null : { kind: 'members', partition, index, members },
      next: members.length < BATCH ? null : () => membersOf({ partition, key: index }, members.at(-1)),
    };
  }

  async function entriesOf(ref: Ref, from = 0): Promise<Part> {
    const { partition, key: log } = ref;
    const [found, expiresAt] = await Promise.all([
      logs.logFrom(partition, log, from, BATCH),
      from === 0 ? expiryOf('log', ref) : null,
    ]);
    if (expiresAt === undefined) return { entry: null, next: null };
    const entries = found.map(({ entry }) => entry);
    return {
      entry: { kind: 'log', partition, log, isFirst: from === 0, entries, expiresAt },
      next: found.length < BATCH ? null : () => entriesOf(ref, (found.at(-1)?.number ?? 0) + 1),
    };
  }

  /** The first parts of many together, and the others one after the other. */
  async function* parts(kind: Kind, read: (ref: Ref) => Promise<Part>): AsyncGenerator<StoredEntry[]> {
    for await (const refs of scanKind(connection, kind)) {
      const first = await Promise.all(refs.filter(({ key }) => key !== PROBE).map(read));
      yield first.flatMap(({ entry }) => entry ?? []);
      for (let { next } of first)
        while (next !== null) {
          const part: Part = await next();
          if (part.entry !== null) yield [part.entry];
          next = part.next;
        }
    }
  }

  return {
    otherProcesses: async () => [],
    async now() {
      const [seconds, microseconds] = (await connection.use((client) => client.send('', ['TIME']))) as [string, string];
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    },
    async *entries() {
      for await (const refs of scanKind(connection, 'value')) {
        const [found, expiries] = await Promise.all([
          values.getMany(refs),
          Promise.all(refs.map((ref) => expiryOf('value', ref))),
        ]);
        yield refs.flatMap((ref, position): StoredEntry[] => {
          const value = found[position] ?? null;
          const expiresAt = expiries[position];
          return value === null || expiresAt === undefined ? [] : [{ kind: 'value', ref, value, expiresAt }];
        });
      }
      yield* parts('index', (ref) => membersOf(ref));
      yield* parts('log', (ref) => entriesOf(ref));
    },
  };
}
