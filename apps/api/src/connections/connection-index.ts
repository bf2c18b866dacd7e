import { hash } from 'node:crypto';
import type { ConnectionRecord } from './connection-record.js';
import { partitionOf } from '../store/partition.js';

/** A sorted set of connections, by age. */
export interface Index {
  partition: string;
  index: string;
}

export interface IndexedBy {
  orgId?: string | undefined;
  userId?: string | undefined;
}

/** An index over all organizations, in a partition of its own: it is written before a connection and cleared after it. */
export const DIRECTORY: Index = { partition: 'directory', index: 'connections' };

export function indexesOf({ orgId, userId }: Pick<ConnectionRecord, 'orgId' | 'userId'>): string[] {
  return [orgIndex(orgId), userIndex(orgId, userId)];
}

/** @param orgIds of which organizations where `orgId` does not say it; `null`: of all */
export function indexesFor({ orgId, userId }: IndexedBy, orgIds: readonly string[] | null): Index[] {
  const listed = orgId === undefined ? orgIds : [orgId];
  if (listed === null) return [DIRECTORY];
  return listed.map((id) => ({
    partition: partitionOf(id),
    index: userId === undefined ? orgIndex(id) : userIndex(id, userId),
  }));
}

function orgIndex(orgId: string): string {
  return `org:${digest([orgId])}`;
}

function userIndex(orgId: string, userId: string): string {
  return `user:${digest([orgId, userId])}`;
}

/** Sorts by age. */
export function indexMember({ createdAt, id }: Pick<ConnectionRecord, 'createdAt' | 'id'>): string {
  return `${sortableTime(createdAt)}.${id}`;
}

/** Nine digits of base 36 hold milliseconds for three thousand years. */
export function sortableTime(time: number): string {
  return time.toString(36).padStart(9, '0');
}

/** Members of the listing have more after the id. */
export function idOfMember(member: string): string {
  return member.split('.', 2)[1] ?? '';
}

export function digest(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
