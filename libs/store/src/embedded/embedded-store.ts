import { EventEmitter } from 'node:events';
import type { Cache } from 'cache-manager';
import type { RootDatabase } from 'lmdb';
import { checkAsking, checkChange, checkRate, patience, positiveMs, wholeMs } from '../limits.js';
import type { Change, Ref } from '../key-value-store.js';
import type { LogEntry } from '../log-store.js';
import type { AcquireRequest, AcquireResult, Rate } from '../rate-limit-store.js';
import { Store } from '../store.js';
import { unavailable } from '../unavailable.js';
import { markPlacesTaken, reservePlace, takeFairTurns } from './budget.js';
import { openEnvironment } from './environment.js';
import { KIND, memberKey, recordKey } from './keys.js';
import { Logs } from './logs.js';
import { memoryCache } from './memory-cache.js';
import { Records } from './records.js';

const SWEEP_MS = 30_000;
const SWEEP_AT_ONCE = 1_000;

export async function openEmbeddedStore(directory: string): Promise<Store> {
  try {
    return new EmbeddedStore(await openEnvironment(directory));
  } catch (error) {
    throw unavailable(error);
  }
}

/** LMDB: one machine, nothing else installed. Reads are memory accesses; writes are one transaction each, grouped on the disk. */
class EmbeddedStore extends Store {
  readonly kind = 'embedded';
  readonly cache: Cache = memoryCache();
  private readonly records: Records;
  private readonly logs: Logs;
  private readonly topics = new EventEmitter().setMaxListeners(0);
  private readonly sweeper: NodeJS.Timeout;
  private closed = false;

  constructor(private readonly db: RootDatabase<Buffer, Uint8Array>) {
    super();
    this.records = new Records(db);
    this.logs = new Logs(db, this.records);
    this.sweeper = setInterval(() => void this.sweep().catch(() => {}), SWEEP_MS).unref();
  }

  async get(ref: Ref): Promise<string | null> {
    return this.read(() => text(this.records.get(recordKey(KIND.value, ref.partition, ref.key), Date.now())));
  }

  async getMany(refs: readonly Ref[]): Promise<(string | null)[]> {
    return Promise.all(refs.map((ref) => this.get(ref)));
  }

  async commitIfUnchanged(partition: string, change: Change): Promise<boolean> {
    checkChange(change);
    const { expect = [], expectPresent = [], remove = [], put = [], removeFromIndex = [], addToIndex = [] } = change;
    const { removeLogs = [], append = [], publish: tell } = change;
    const value = (key: string) => recordKey(KIND.value, partition, key);
    const changed = await this.write((now) => {
      for (const wanted of expect) {
        const found = this.records.get(value(wanted.key), now);
        const same = wanted.value === null ? found === undefined : found?.equals(Buffer.from(wanted.value));
        if (!same) return false;
      }
      if (expectPresent.some((key) => this.records.get(value(key), now) === undefined)) return false;
      for (const key of remove) this.records.remove(value(key));
      for (const { key, value: content, ttlMs } of put) {
        this.records.put(value(key), Buffer.from(content), ttlMs === undefined ? undefined : now + wholeMs(ttlMs));
      }
      for (const { index, member } of removeFromIndex) void this.db.remove(memberKey(partition, index, member));
      for (const { index, member } of addToIndex)
        void this.db.put(memberKey(partition, index, member), Buffer.alloc(0));
      for (const log of removeLogs) this.logs.remove(partition, log);
      for (const entry of append) this.logs.append(partition, entry, now);
      return true;
    });
    if (changed && tell !== undefined) this.topics.emit(tell.topic, tell.message);
    return changed;
  }

  async consume(ref: Ref): Promise<string | null> {
    const key = recordKey(KIND.value, ref.partition, ref.key);
    return this.write((now) => {
      const found = this.records.get(key, now);
      if (found !== undefined) this.records.remove(key);
      return text(found);
    });
  }

  async pageDescending(
    partition: string,
    index: string,
    { before, limit }: { before?: string; limit: number },
  ): Promise<string[]> {
    if (!(limit >= 1)) return [];
    const prefix = recordKey(KIND.index, partition, index);
    // 0xff is no byte of UTF-8: it stands behind every member.
    const start = before === undefined ? Buffer.concat([prefix, Buffer.of(0xff)]) : memberKey(partition, index, before);
    return this.read(() => {
      const keys = this.db.getKeys({
        start,
        exclusiveStart: true,
        end: prefix,
        inclusiveEnd: true,
        reverse: true,
        limit: Math.floor(limit),
      });
      return [...keys].map((key) => Buffer.from(key.subarray(prefix.length)).toString());
    });
  }

  async logFrom(partition: string, log: string, from: number, limit: number): Promise<LogEntry[]> {
    if (!(limit >= 1)) return [];
    return this.read(() => this.logs.from(partition, log, from, Math.floor(limit), Date.now()));
  }

  async logBackwards(partition: string, log: string, limit: number, before?: number): Promise<LogEntry[]> {
    if (!(limit >= 1)) return [];
    return this.read(() => this.logs.backwards(partition, log, Math.floor(limit), before, Date.now()));
  }

  subscribe(topic: string, listener: (message: string) => void): () => void {
    this.topics.on(topic, listener);
    return () => void this.topics.off(topic, listener);
  }

  async acquireLease(ref: Ref, owner: string, ttlMs: number): Promise<boolean> {
    const key = recordKey(KIND.lease, ref.partition, ref.key);
    const ttl = positiveMs(ttlMs);
    return this.write((now) => {
      if (this.records.get(key, now) !== undefined) return false;
      this.records.put(key, Buffer.from(owner), now + ttl);
      return true;
    });
  }

  async extendLeaseIfOwner(ref: Ref, owner: string, ttlMs: number): Promise<boolean> {
    const ttl = positiveMs(ttlMs);
    return this.asOwner(ref, owner, (key, now) => this.records.put(key, Buffer.from(owner), now + ttl));
  }

  async releaseLeaseIfOwner(ref: Ref, owner: string): Promise<boolean> {
    return this.asOwner(ref, owner, (key) => this.records.remove(key));
  }

  async reserveSlot(ref: Ref, rate: Rate, maxWaitMs: number): Promise<number | null> {
    const checked = checkRate(rate);
    const longest = patience(maxWaitMs);
    return this.write((now) => reservePlace(this.records, ref, checked, longest, now));
  }

  async acquireSlots(ref: Ref, rate: Rate, asking: AcquireRequest): Promise<AcquireResult> {
    checkAsking(asking);
    const checked = checkRate(rate);
    return this.write((now) => takeFairTurns(this.records, ref, checked, asking, now));
  }

  async limitRemaining(ref: Ref, rate: Rate, left: number): Promise<void> {
    const checked = checkRate(rate);
    await this.write((now) => markPlacesTaken(this.records, ref, checked, Math.max(0, Math.floor(left)), now));
  }

  async pauseRate(ref: Ref, forMs: number): Promise<void> {
    const key = recordKey(KIND.pause, ref.partition, ref.key);
    const ms = wholeMs(forMs);
    await this.write((now) => {
      const ends = Number(text(this.records.get(key, now)) ?? 0);
      if (now + ms > ends) this.records.put(key, Buffer.from(`${now + ms}`), now + ms);
    });
  }

  async ping(): Promise<void> {
    this.read(() => this.db.get(Buffer.of(KIND.value)));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.sweeper);
    this.topics.removeAllListeners();
    await this.db.close();
  }

  private asOwner(ref: Ref, owner: string, act: (key: Buffer, now: number) => void): Promise<boolean> {
    const key = recordKey(KIND.lease, ref.partition, ref.key);
    return this.write((now) => {
      if (!this.records.get(key, now)?.equals(Buffer.from(owner))) return false;
      act(key, now);
      return true;
    });
  }

  private async sweep(): Promise<void> {
    while (!this.closed && (await this.write((now) => this.sweepSome(now))) === SWEEP_AT_ONCE);
  }

  private sweepSome(now: number): number {
    const ended = this.records.sweep(now, SWEEP_AT_ONCE);
    for (const key of ended) if (key[0] === KIND.log) this.logs.removeEntries(key);
    return ended.length;
  }

  private read<T>(step: () => T): T {
    try {
      if (this.closed) throw new Error('closed');
      return step();
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** A child transaction, since lmdb groups several callers in one: what fails halfway takes back its own writes and no others. */
  private async write<T>(step: (now: number) => T): Promise<T> {
    try {
      if (this.closed) throw new Error('closed');
      return await this.db.childTransaction(() => step(Date.now()));
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function text(value: Buffer | undefined): string | null {
  return value === undefined ? null : value.toString();
}
