import { Logger } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import type { KeyValueStore } from '@causeway/store';
import type { SealedRecords } from './sealed-records.js';

/** So that a later time makes a smaller member: the index is read in descending order. */
const END_OF_TIME = 10_000_000_000_000;
const DIGITS = 13;
/** What this process cannot read may be readable for another one, or for this one after a restart with another key. */
const RETRY_MS = 5 * 60_000;
const FURTHER_PAGE = 100;
const MAX_PAGES = 20;

interface DueRecord<T> {
  id: string;
  /** As it is stored. */
  value: string;
  record: T;
}

/** Sealed records in the order of the times at which they are due, those of each partition on their own. Times are milliseconds since the epoch. */
export class DueIndex<T extends { dueAt: number | null }> {
  private readonly logger = new Logger('Store');
  private isReported = false;

  constructor(
    private readonly store: KeyValueStore,
    private readonly sealed: SealedRecords,
    readonly name: string,
    private readonly keyOf: (id: string) => string,
  ) {}

  /** The index entry of a record. */
  entries(id: string, { dueAt }: T): { index: string; member: string }[] {
    return dueAt === null ? [] : [{ index: this.name, member: dueMember(id, dueAt) }];
  }

  /**
   * What is due by then, the earliest first. A member whose record is gone is taken out. What cannot be read is tried again after a while,
   * and keeps nothing else waiting.
   */
  async due(partition: string, by: number, limit: number): Promise<DueRecord<T>[]> {
    const found: DueRecord<T>[] = [];
    let before: string | undefined;
    for (let page = 0; page < MAX_PAGES && found.length < limit; page += 1) {
      const size = page === 0 ? limit : FURTHER_PAGE;
      const members = await this.store.pageDescending(partition, this.name, { limit: size, before });
      const due = members.filter((member) => isDue(member, by));
      found.push(...(await this.read(partition, due, by)));
      before = due.at(-1);
      if (due.length < size) break;
    }
    return found.slice(0, limit);
  }

  private async read(partition: string, members: readonly string[], by: number): Promise<DueRecord<T>[]> {
    if (members.length === 0) return [];
    const refs = members.map((member) => ({ partition, key: this.keyOf(idOfDue(member)) }));
    const values = await this.store.getMany(refs);
    const read = await Promise.all(
      refs.map(async (ref, at) => {
        const [member = '', value = null] = [members[at], values[at]];
        const record = value === null ? null : this.sealed.open<T>(ref, value);
        if (value === null || record === null) return this.setAside(partition, member, value);
        if (record.dueAt !== null && record.dueAt <= by) return { id: idOfDue(member), value, record };
        // It is due at another time, and was set aside before.
        return this.remove(partition, member, value);
      }),
    );
    return read.filter((one) => one !== null);
  }

  private async setAside(partition: string, member: string, value: string | null): Promise<null> {
    if (value === null) {
      try {
        return await this.remove(partition, member, null);
      } catch (error) {
        // Something is there that was stored with a key which is not configured, or the store is unavailable.
        if (!(error instanceof Problem)) throw error;
      }
    }
    const now = Date.now();
    if (!isDue(member, now)) return null;
    const id = idOfDue(member);
    const key = this.keyOf(id);
    await this.store.commitIfUnchanged(partition, {
      ...(value === null ? { expectPresent: [key] } : { expect: [{ key, value }] }),
      removeFromIndex: [{ index: this.name, member }],
      addToIndex: [{ index: this.name, member: dueMember(id, now + RETRY_MS) }],
    });
    if (!this.isReported)
      this.logger.error(
        `what waits in "${this.name}" cannot be read, and is tried again every ${RETRY_MS / 60_000} minutes: does ENCRYPTION_KEYS have all keys of the other processes?`,
      );
    this.isReported = true;
    return null;
  }

  private async remove(partition: string, member: string, value: string | null): Promise<null> {
    await this.store.commitIfUnchanged(partition, {
      expect: [{ key: this.keyOf(idOfDue(member)), value }],
      removeFromIndex: [{ index: this.name, member }],
    });
    return null;
  }
}

/** @param at milliseconds since the epoch */
export function dueMember(id: string, at: number): string {
  return `${String(END_OF_TIME - at).padStart(DIGITS, '0')}.${id}`;
}

export function isDue(member: string, now: number): boolean {
  return END_OF_TIME - Number(member.slice(0, DIGITS)) <= now;
}

export function idOfDue(member: string): string {
  return member.slice(DIGITS + 1);
}
