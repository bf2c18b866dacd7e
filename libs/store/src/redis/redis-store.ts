import type { Cache } from 'cache-manager';
import { ASKING_LASTS_MS, checkAsking, checkChange, checkRate, patience, positiveMs, wholeMs } from '../limits.js';
import type { Change, Ref } from '../key-value-store.js';
import type { LogEntry } from '../log-store.js';
import type { AcquireRequest, AcquireResult, Rate } from '../rate-limit-store.js';
import { Store } from '../store.js';
import { parseAddresses } from './address.js';
import { dialCluster } from './cluster-session.js';
import { commitArguments, plainCommand } from './commit.js';
import { redisChannel, redisKey } from './keys.js';
import { Link } from './link.js';
import { dialNode } from './node-session.js';
import { redisCache } from './redis-cache.js';
import { COMMIT, EXTEND_LEASE, PAUSE_BUDGET, RELEASE_LEASE, RESERVE, type Script } from './scripts.js';
import type { Session } from './session.js';
import { Subscriptions } from './subscriptions.js';
import { LEAVE_AT_MOST, TAKE_TURNS } from './turn-scripts.js';
import { readTurns, turnArguments } from './turns.js';

export async function openRedisStore(
  nodes: readonly string[],
  kind: 'redis' | 'redis-cluster',
  report: (message: string) => void = () => {},
): Promise<Store> {
  const addresses = parseAddresses(nodes);
  const [first] = addresses;
  if (first === undefined) throw new Error('No address of Redis is given');
  const link = await Link.open(
    (broken) => (kind === 'redis' ? dialNode(first, broken) : dialCluster(addresses, broken)),
    report,
  );
  return new RedisStore(link, new Subscriptions(addresses), kind === 'redis-cluster');
}

class RedisStore extends Store {
  readonly kind = 'redis';
  readonly cache: Cache;

  constructor(
    private readonly link: Link,
    private readonly subscriptions: Subscriptions,
    private readonly isCluster: boolean,
  ) {
    super();
    this.cache = redisCache(link);
  }

  async get(ref: Ref): Promise<string | null> {
    const key = redisKey(ref.partition, 'value', ref.key);
    return (await this.send('GET', key)) as string | null;
  }

  async getMany(refs: readonly Ref[]): Promise<(string | null)[]> {
    const keys = refs.map((ref) => redisKey(ref.partition, 'value', ref.key));
    const groups = new Map<string, number[]>();
    refs.forEach((ref, at) => {
      // A cluster answers for keys of one slot only.
      const group = this.isCluster ? ref.partition : '';
      const places = groups.get(group);
      if (places) places.push(at);
      else groups.set(group, [at]);
    });
    const values = new Array<string | null>(refs.length).fill(null);
    await Promise.all(
      [...groups.values()].map(async (places) => {
        const [first, ...others] = places.map((at) => keys[at]!);
        const found = (await this.send('MGET', first!, ...others)) as (string | null)[];
        places.forEach((at, i) => (values[at] = found[i] ?? null));
      }),
    );
    return values;
  }

  async commitIfUnchanged(partition: string, change: Change): Promise<boolean> {
    checkChange(change);
    const plain = plainCommand(partition, change);
    if (plain !== null) {
      await this.send(...plain);
      return true;
    }
    const { keys, args } = commitArguments(partition, change);
    if (keys.length === 0 && change.publish === undefined) return true;
    return (await this.run(COMMIT, keys, args)) === 1;
  }

  async consume(ref: Ref): Promise<string | null> {
    return (await this.send('GETDEL', redisKey(ref.partition, 'value', ref.key))) as string | null;
  }

  async pageDescending(
    partition: string,
    index: string,
    { before, limit }: { before?: string; limit: number },
  ): Promise<string[]> {
    if (!(limit >= 1)) return [];
    const from = before === undefined ? '+' : `(${before}`;
    const key = redisKey(partition, 'index', index);
    return (await this.send('ZREVRANGEBYLEX', key, from, '-', 'LIMIT', '0', `${Math.floor(limit)}`)) as string[];
  }

  async logFrom(partition: string, log: string, from: number, limit: number): Promise<LogEntry[]> {
    if (!(limit >= 1)) return [];
    const key = redisKey(partition, 'log', log);
    return logEntries(await this.send('XRANGE', key, `${from}`, '+', 'COUNT', `${Math.floor(limit)}`));
  }

  async logBackwards(partition: string, log: string, limit: number, before?: number): Promise<LogEntry[]> {
    if (!(limit >= 1)) return [];
    const key = redisKey(partition, 'log', log);
    const end = before === undefined ? '+' : `(${before}-0`;
    return logEntries(await this.send('XREVRANGE', key, end, '-', 'COUNT', `${Math.floor(limit)}`));
  }

  subscribe(topic: string, listener: (message: string) => void): () => void {
    return this.subscriptions.add(redisChannel(topic), listener);
  }

  async acquireLease(ref: Ref, owner: string, ttlMs: number): Promise<boolean> {
    const ttl = `${positiveMs(ttlMs)}`;
    return (await this.send('SET', redisKey(ref.partition, 'lease', ref.key), owner, 'NX', 'PX', ttl)) === 'OK';
  }

  async extendLeaseIfOwner(ref: Ref, owner: string, ttlMs: number): Promise<boolean> {
    const key = redisKey(ref.partition, 'lease', ref.key);
    return (await this.run(EXTEND_LEASE, [key], [owner, `${positiveMs(ttlMs)}`])) === 1;
  }

  async releaseLeaseIfOwner(ref: Ref, owner: string): Promise<boolean> {
    return (await this.run(RELEASE_LEASE, [redisKey(ref.partition, 'lease', ref.key)], [owner])) === 1;
  }

  async reserveSlot(ref: Ref, rate: Rate, maxWaitMs: number): Promise<number | null> {
    const { limit, periodMs } = checkRate(rate);
    const keys = [redisKey(ref.partition, 'budget', ref.key), redisKey(ref.partition, 'pause', ref.key)];
    const wait = (await this.run(RESERVE, keys, [`${limit}`, `${periodMs}`, `${patience(maxWaitMs)}`])) as number;
    return wait < 0 ? null : wait;
  }

  async acquireSlots(ref: Ref, rate: Rate, asking: AcquireRequest): Promise<AcquireResult> {
    checkAsking(asking);
    const keys = (['budget', 'pause', 'turns'] as const).map((kind) => redisKey(ref.partition, kind, ref.key));
    return readTurns(await this.run(TAKE_TURNS, keys, turnArguments(checkRate(rate), asking, ASKING_LASTS_MS)));
  }

  async limitRemaining(ref: Ref, rate: Rate, left: number): Promise<void> {
    const { limit, periodMs } = checkRate(rate);
    const args = [`${limit}`, `${periodMs}`, `${Math.max(0, Math.floor(left))}`];
    await this.run(LEAVE_AT_MOST, [redisKey(ref.partition, 'budget', ref.key)], args);
  }

  async pauseRate(ref: Ref, forMs: number): Promise<void> {
    const ms = wholeMs(forMs);
    if (ms > 0) await this.run(PAUSE_BUDGET, [redisKey(ref.partition, 'pause', ref.key)], [`${ms}`]);
  }

  ping(): Promise<void> {
    return this.link.ping();
  }

  close(): Promise<void> {
    this.subscriptions.close();
    return this.link.close();
  }

  private send(command: string, key: string, ...args: string[]): Promise<unknown> {
    return this.link.use((session) => session.send(key, [command, key, ...args]));
  }

  private run(script: Script, keys: string[], args: string[]): Promise<unknown> {
    return this.link.use((session) => runScript(session, script, keys, args));
  }
}

/** What XRANGE answers: `[id, [field, value]]` each. */
function logEntries(found: unknown): LogEntry[] {
  return (found as [string, [string, string]][]).map(([id, [, entry]]) => ({ number: Number.parseInt(id, 10), entry }));
}

/** Redis forgets scripts when it restarts, and a new node of a cluster has none. */
async function runScript(session: Session, script: Script, keys: string[], args: string[]): Promise<unknown> {
  const rest = [`${keys.length}`, ...keys, ...args];
  const first = keys[0] ?? '';
  try {
    return await session.send(first, ['EVALSHA', script.sha1, ...rest]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return session.send(first, ['EVAL', script.source, ...rest]);
  }
}
