import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyValueStore } from '@causeway/store';
import { dueMember, idOfDue, isDue } from '../store/due-index.js';
import { DIRECTORY } from './connection-index.js';
import type { IndexEntry } from './connection-listing.js';
import { timeOf, type ConnectionRecord } from './connection-record.js';

const INDEX = 'idle-refreshes';

/** An idle grant is refreshed in this part of its life. */
const FROM = 1 / 2;
const TO = 2 / 3;

/**
 * When somebody has to look at the grant of a connection. A member is written with a new grant, and again each time that it was looked at: a
 * refresh in between leaves one that is early. It is a member of the directory: written before a connection and cleared after it.
 */
@Injectable()
export class IdleRefreshSchedule {
  constructor(private readonly store: KeyValueStore) {}

  /** The earliest first. */
  async due(now: number, limit: number): Promise<{ member: string; id: string }[]> {
    const members = await this.store.pageDescending(DIRECTORY.partition, INDEX, { limit });
    return members.filter((member) => isDue(member, now)).map((member) => ({ member, id: idOfDue(member) }));
  }

  /** @param at `null`: never */
  async move(member: string, id: string, at: number | null): Promise<void> {
    await this.store.commitIfUnchanged(DIRECTORY.partition, {
      removeFromIndex: [{ index: INDEX, member }],
      addToIndex: at === null ? [] : [{ index: INDEX, member: dueMember(id, at) }],
    });
  }
}

/** Whether a change of a connection has to be followed by adding its entries: what was looked at before is not looked at again. */
export function isScheduledAnew(before: ConnectionRecord, after: ConnectionRecord): boolean {
  const hadNoEnd = (before.healthyUntil ?? null) === null || before.problem !== null;
  return hadNoEnd && after.problem === null && (after.healthyUntil ?? null) !== null;
}

/** What is added to the directory with a new connection. */
export function idleRefreshEntries(record: ConnectionRecord): IndexEntry[] {
  const at = refreshTime(record);
  return at === null ? [] : [{ index: INDEX, member: dueMember(record.id, at) }];
}

/** Between half and two thirds of the life of the grant, spread by the connection. `null`: it has no end that is known. */
export function refreshTime(record: ConnectionRecord): number | null {
  const { healthyUntil = null, id } = record;
  if (healthyUntil === null) return null;
  const givenAt = timeOf(record);
  const share = hash('sha256', id, 'buffer').readUInt32BE() / 2 ** 32;
  return Math.round(givenAt + (healthyUntil - givenAt) * (FROM + (TO - FROM) * share));
}
