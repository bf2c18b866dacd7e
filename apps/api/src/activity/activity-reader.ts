import { Inject, Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { LogStore } from '@causeway/store';
import { mayActFor, requireMayActFor, type Caller } from '../access/caller.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { partitionOfConnection } from '../store/partition.js';
import { openCursor, sealCursor } from '../store/sealed-cursor.js';
import { decodeRecord, hasFailed, headOfRecord, type ActivityEntry, type ActivityKind } from './activity-entry.js';
import { ActivityLog } from './activity-log.js';
import { logInPartition, logOfOrganization, OF_ALL, type ActivityLogName } from './activity-logs.js';

export interface ActivityFilter {
  orgId?: string | undefined;
  userId?: string | undefined;
  connectionId?: string | undefined;
  requestId?: string | undefined;
  kind?: ActivityKind | undefined;
  status?: 'ok' | 'failed' | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** An entry of a record, the newest one of which is the last. */
interface Position {
  record: number;
  index: number;
}

/** Records that are read at a time: some have one entry, some a hundred. */
const FIRST_BLOCK = 25;
const LAST_BLOCK = 500;
const ENTRIES_OF_A_BLOCK = 500;
/** A page ends after so many entries even if fewer matched, so that a rare filter holds nobody else up. */
const MAX_SEARCHED = 10_000;
const DAY_MS = 86_400_000;
/** By how much the clocks of processes may differ. Entries are in the order in which they were written, some of them much later. */
const DISORDER_MS = 60_000;

@Injectable()
export class ActivityReader {
  private readonly maxAgeMs: number;

  constructor(
    private readonly log: ActivityLog,
    private readonly store: LogStore,
    private readonly keyring: Keyring,
    @Inject(CONFIGURATION) { activity }: Pick<Configuration, 'activity'>,
  ) {
    this.maxAgeMs = activity.days * DAY_MS;
  }

  /** Newest first. @throws Problem `forbidden`, `invalid-request` for a cursor of another list */
  async page(
    filter: ActivityFilter,
    caller: Caller,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ entries: ActivityEntry[]; nextCursor: string | null }> {
    requireMayActFor(caller, filter);
    const list = `activity ${JSON.stringify([filter, caller.orgIds, caller.userId])}`;
    const start = cursor === undefined ? null : openCursor<Position>(this.keyring, list, cursor);
    const oldest = Date.now() - this.maxAgeMs;
    const from = Math.max(oldest, filter.from?.getTime() ?? 0);
    const entries: ActivityEntry[] = [];
    let searched = 0;
    let last: Position | null = null;
    await this.log.write();
    for await (const { position, entry } of this.backwards(logFor(filter, caller), start)) {
      if (entry.at < oldest - DISORDER_MS) break;
      if (entries.length === limit || searched === MAX_SEARCHED)
        return { entries, nextCursor: sealCursor(this.keyring, list, last) };
      searched += 1;
      last = position;
      if (entry.at >= from && matches(entry, filter) && mayActFor(caller, entry)) entries.push(entry);
    }
    return { entries, nextCursor: null };
  }

  private async *backwards({ partition, log }: ActivityLogName, start: Position | null) {
    // Of the record in which the page before has ended, the entries before that one.
    let block = FIRST_BLOCK;
    for (let before = start === null ? undefined : start.record + 1; ;) {
      const records = await this.store.logBackwards(partition, log, block, before);
      const wanted = block;
      const count = records.reduce((sum, { entry }) => sum + headOfRecord(entry).count, 0);
      if (count < ENTRIES_OF_A_BLOCK) block = Math.min(2 * block, LAST_BLOCK);
      for (const { number, entry: text } of records) {
        const entries = decodeRecord(text);
        const end = start?.record === number ? start.index : entries.length;
        for (let index = end - 1; index >= 0; index -= 1) {
          const entry = entries[index];
          if (entry !== undefined) yield { position: { record: number, index }, entry };
        }
      }
      if (records.length < wanted) return;
      before = records.at(-1)?.number;
    }
  }
}

/** The log of one organization reaches further back than that of all. */
function logFor({ connectionId, orgId }: ActivityFilter, { orgIds }: Caller): ActivityLogName {
  const partition = connectionId === undefined ? null : partitionOfConnection(connectionId);
  if (partition !== null) return logInPartition(partition);
  const only = orgId ?? (orgIds?.length === 1 ? orgIds[0] : undefined);
  return only === undefined ? OF_ALL : logOfOrganization(only);
}

function matches(entry: ActivityEntry, { status, from: _, to, ...wanted }: ActivityFilter): boolean {
  return (
    (status === undefined || (status === 'failed') === hasFailed(entry)) &&
    (to === undefined || entry.at < to.getTime()) &&
    Object.entries(wanted).every(([name, value]) => value === undefined || entry[name as keyof ActivityEntry] === value)
  );
}
