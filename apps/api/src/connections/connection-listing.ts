import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyValueStore, type Ref, type StoredEntry } from '@causeway/store';
import { DIRECTORY, digest, idOfMember, indexMember, sortableTime, type Index } from './connection-index.js';
import type { ConnectionRecord } from './connection-record.js';
import { partitionOf, partitionOfConnection } from '../store/partition.js';

export type ConnectionStatus = 'active' | 'needs-reconnect';

export const STATUSES = ['active', 'needs-reconnect'] as const satisfies ConnectionStatus[];

export interface ConnectionCount {
  integration: string;
  status: ConnectionStatus;
  count: number;
}

export interface IndexEntry {
  index: string;
  member: string;
}

/** What a listing is asked for; the organization is where it looks. */
export interface ListingQuery {
  userId?: string | undefined;
  integration?: string | undefined;
  status?: ConnectionStatus | undefined;
  search?: string | undefined;
}

/** The members are the ids of integrations that have connections, or had some. */
const INTEGRATIONS: Index = { partition: DIRECTORY.partition, index: 'listed-integrations' };
const MAX_INTEGRATIONS = 1_000;
const LISTED = 'listed:';
const BY_ACCOUNT = 'listed-account:';
/** Up to which change the listing is complete: see `ListingMaintenance`. */
export const LISTING_STATE: Ref = { partition: DIRECTORY.partition, key: 'listing' };
const STAMP_LENGTH = 20;
const TIME_LENGTH = sortableTime(0).length;
/** `<time>.<id>.<stamp>` */
const HEAD_LENGTH = TIME_LENGTH + 1 + 36 + 1 + STAMP_LENGTH;
const MAX_NAME_LENGTH = 72;
const MAX_ACCOUNT_ID_LENGTH = 36;

/**
 * Connections by integration and status, for filters, search and counts: an index for each pair, in the partition of the organization
 * and in that of the directory. A member has the text that is searched.
 *
 * The organization's changes in one commit with the record. The directory's is in another partition: a member is added to it before the
 * record is committed, and the former one is removed afterwards, so whatever is interrupted leaves a member too many, never one too few.
 * `record.listed`, a stamp that is new with every member, says which one is the record's.
 */
@Injectable()
export class ConnectionListing {
  /**
   * False until `ListingMaintenance` has made sure that every connection is in it: versions that do not know the listing write to the same
   * store before an update, during a rolling one, and after a step back.
   */
  isComplete = false;
  private readonly knownIntegrations = new Set<string>();

  constructor(private readonly store: KeyValueStore) {}

  /** @param orgIds `null`: all organizations */
  async newest(
    query: ListingQuery,
    orgIds: readonly string[] | null,
    before: string | undefined,
    limit: number,
  ): Promise<string[]> {
    const texts = [...searchWords(query.search ?? ''), ...(query.userId === undefined ? [] : [fieldOf(query.userId)])];
    const indexes = await this.indexes(query, orgIds);
    const pages = await Promise.all(
      indexes.map(({ partition, index }) =>
        texts.length === 0
          ? this.store.pageDescending(partition, index, { before, limit })
          : this.store.matchingDescending(partition, index, { before, limit, texts, skip: HEAD_LENGTH }),
      ),
    );
    return newestOf(pages, limit);
  }

  /** @param orgIds `null`: all organizations */
  async counts(orgIds: readonly string[] | null): Promise<ConnectionCount[]> {
    const counts = new ConnectionCounts();
    await Promise.all(
      (await this.indexes({}, orgIds)).map(async ({ partition, index, integration, status }) =>
        counts.add(integration, status, await this.store.countMembers(partition, index)),
      ),
    );
    return counts.all();
  }

  /** A record that is stored from now on as it is listed. */
  stamped(record: ConnectionRecord): ConnectionRecord {
    const stamp = sortableTime(Date.now()) + randomBytes(4).toString('base64url').slice(0, 5);
    return { ...record, listed: stamp + checkOf(record) };
  }

  /** Before the commit of the record. @param others entries of the directory that are added with it */
  async announce(record: ConnectionRecord, ...others: IndexEntry[]): Promise<void> {
    const { integration } = record;
    const isKnown = this.knownIntegrations.has(integration);
    const addToIndex = [...others, entryOf(record), ...(isKnown ? [] : [{ ...INTEGRATIONS, member: integration }])];
    await this.store.commitIfUnchanged(DIRECTORY.partition, { addToIndex });
    this.knownIntegrations.add(integration);
  }

  /** After the commit of what took the place of this record, or after its own was refused. */
  async withdraw(record: ConnectionRecord, ...others: IndexEntry[]): Promise<void> {
    const removeFromIndex = record.listed === undefined ? others : [...others, entryOf(record)];
    if (removeFromIndex.length > 0) await this.store.commitIfUnchanged(DIRECTORY.partition, { removeFromIndex });
  }

  /** Records whose members may be missing. */
  async add(records: readonly ConnectionRecord[]): Promise<void> {
    const byPartition = new Map<string, IndexEntry[]>();
    for (const record of records)
      for (const [partition, ...entries] of [
        [DIRECTORY.partition, entryOf(record), accountEntryOf(record), { ...INTEGRATIONS, member: record.integration }],
        [partitionOf(record.orgId), entryOf(record)],
      ] as const)
        byPartition.set(partition, [...(byPartition.get(partition) ?? []), ...entries]);
    await Promise.all(
      [...byPartition].map(([partition, addToIndex]) => this.store.commitIfUnchanged(partition, { addToIndex })),
    );
  }

  /** From the directory and from the organization. */
  async removeMember({ partition, index }: Index, member: string): Promise<void> {
    const removeFromIndex = [{ index, member }];
    await this.store.commitIfUnchanged(partition, { removeFromIndex });
    const ofOrganization = partitionOfConnection(idOfMember(member));
    if (ofOrganization !== null) await this.store.commitIfUnchanged(ofOrganization, { removeFromIndex });
  }

  /** Ids of the connections to an account at the provider, of all organizations; of some that are gone, too. */
  async ofAccount(
    integration: string,
    accountId: string,
    before: string | undefined,
    limit: number,
  ): Promise<string[]> {
    const { index } = accountEntryOf({ integration, account: { id: accountId }, id: '' });
    return this.store.pageDescending(DIRECTORY.partition, index, { before, limit });
  }

  /** Of all pairs that the query leaves. */
  async indexes(
    { integration, status }: Pick<ListingQuery, 'integration' | 'status'>,
    orgIds: readonly string[] | null,
  ): Promise<(Index & { integration: string; status: ConnectionStatus })[]> {
    const integrations = integration === undefined ? await this.integrations() : [integration];
    const partitions = orgIds === null ? [DIRECTORY.partition] : [...new Set(orgIds.map(partitionOf))];
    return partitions.flatMap((partition) =>
      integrations.flatMap((id) =>
        STATUSES.filter((one) => status === undefined || one === status).map((one) => {
          return { partition, index: indexOf(id, one), integration: id, status: one };
        }),
      ),
    );
  }

  private integrations(): Promise<string[]> {
    return this.store.pageDescending(INTEGRATIONS.partition, INTEGRATIONS.index, { limit: MAX_INTEGRATIONS });
  }
}

/** Whether it follows from the connections of a store: `ListingMaintenance` makes it anew where it is not there. */
export function isOfListing(entry: StoredEntry): boolean {
  if (entry.kind === 'value')
    return entry.ref.partition === LISTING_STATE.partition && entry.ref.key === LISTING_STATE.key;
  if (entry.kind !== 'members') return false;
  return [LISTED, BY_ACCOUNT].some((name) => entry.index.startsWith(name)) || entry.index === INTEGRATIONS.index;
}

/** Sums up by integration and status. */
export class ConnectionCounts {
  private readonly counts = new Map<string, ConnectionCount>();

  add(integration: string, status: ConnectionStatus, count: number): void {
    const counted = this.counts.get(`${integration} ${status}`);
    if (counted !== undefined) counted.count += count;
    else if (count > 0) this.counts.set(`${integration} ${status}`, { integration, status, count });
  }

  all(): ConnectionCount[] {
    const name = ({ integration, status }: ConnectionCount) => `${integration} ${status}`;
    return [...this.counts.values()].sort((one, other) => (name(one) < name(other) ? -1 : 1));
  }
}

export function statusOf({ problem }: Pick<ConnectionRecord, 'problem'>): ConnectionStatus {
  return problem === null ? 'active' : 'needs-reconnect';
}

/** The record's entry in the listing of its partition, and of the directory. */
export function entryOf(record: ConnectionRecord): IndexEntry {
  const member = `${indexMember(record)}.${record.listed ?? ''}${textOf(record)}`;
  return { index: indexOf(record.integration, statusOf(record)), member };
}

/** The record's entry in the directory, by which webhooks of its account find it. */
export function accountEntryOf({
  integration,
  account,
  id,
}: Pick<ConnectionRecord, 'integration' | 'id'> & { account: { id: string } }): IndexEntry {
  return { index: `${BY_ACCOUNT}${digest([integration, account.id])}`, member: id };
}

/** Versions that do not know the listing keep the stamp when they change what it stands for. */
export function isStampCurrent(record: ConnectionRecord): boolean {
  return record.listed?.endsWith(checkOf(record)) ?? false;
}

/** Whether a member of an index stands for the record; members of indexes without a stamp do for every one. */
export function isListedAs(record: ConnectionRecord, member: string): boolean {
  const stamp = stampOf(member);
  return stamp === '' || stamp === record.listed;
}

export function stampOf(member: string): string {
  return member.slice(HEAD_LENGTH - STAMP_LENGTH, HEAD_LENGTH);
}

/** When the member was announced, in milliseconds since the epoch. */
export function timeOfStamp(stamp: string): number {
  return Number.parseInt(stamp.slice(0, TIME_LENGTH), 36);
}

/** Whether each word stands in what is searched of the record. */
export function isFoundBy(record: ConnectionRecord, search: string): boolean {
  const text = textOf(record);
  return searchWords(search).every((word) => text.includes(word));
}

/** Of several lists in descending order. */
export function newestOf(lists: readonly string[][], limit: number): string[] {
  if (lists.length === 1) return lists[0] ?? [];
  return lists
    .flat()
    .sort((one, other) => (one < other ? 1 : -1))
    .slice(0, limit);
}

function indexOf(integration: string, status: ConnectionStatus): string {
  return `${LISTED}${integration}:${status}`;
}

function checkOf(record: ConnectionRecord): string {
  return digest([record.integration, statusOf(record), textOf(record)]).slice(0, STAMP_LENGTH - TIME_LENGTH - 5);
}

function textOf({ orgId, userId, account }: Pick<ConnectionRecord, 'orgId' | 'userId' | 'account'>): string {
  const name = [...lower(account.name)].slice(0, MAX_NAME_LENGTH).join('');
  const accountId = [...lower(account.id)].slice(0, MAX_ACCOUNT_ID_LENGTH).join('');
  return `\n${[orgId, userId, name, accountId].map(lower).join('\n')}\n`;
}

/** Contains the whole field only. */
function fieldOf(text: string): string {
  return `\n${lower(text)}\n`;
}

function searchWords(search: string): string[] {
  return lower(search).split(' ').filter(Boolean);
}

function lower(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ');
}
