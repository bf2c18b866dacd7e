import type { StoredEntry } from '@causeway/store';
import { partitionOf } from '../store/partition.js';

/** A log in the store. */
export interface ActivityLogName {
  partition: string;
  log: string;
}

/** Of all organizations together, so many times as many entries are kept as of one. */
export const SHARE_OF_ALL = 10;

const LOG = 'activity';

/** All of them together, for callers who may act for several organizations. */
export const OF_ALL: ActivityLogName = { partition: LOG, log: 'all' };

/** An organization that is busy pushes nothing of another one out of its log. */
export function logOfOrganization(orgId: string): ActivityLogName {
  return logInPartition(partitionOf(orgId));
}

export function logInPartition(partition: string): ActivityLogName {
  return { partition, log: LOG };
}

/** The key, in the partition of a log, that is there while the log is rewritten: nobody else appends to it. */
export function rewriteOf({ log }: ActivityLogName): string {
  return `rewrite-${log}`;
}

/** Whether an entry of the store belongs to an activity log. */
export function isOfActivity(entry: StoredEntry): boolean {
  return entry.kind === 'log' && (entry.log === LOG || (entry.partition === LOG && entry.log === OF_ALL.log));
}
