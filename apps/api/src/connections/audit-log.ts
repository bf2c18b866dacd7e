import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Keyring } from '@causeway/crypto';
import { Store, type Change } from '@causeway/store';
import { AuditChain } from '../audit/audit-chain.js';
import type { ConnectionEventType } from '../audit/audit-event.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { openCursor, sealCursor } from '../store/sealed-cursor.js';
import {
  auditLogName,
  decodeAuditEntry,
  encodeAuditEntry,
  recentAuditEntriesKey,
  type AuditEntry,
  type StoredAuditEntry,
} from './audit-entry.js';
import { connectionKey, type ConnectionRecord } from './connection-record.js';
import { partitionOfConnection } from '../store/partition.js';

/** These can happen many times a second: appended once a minute for each actor, so that they push no other entry out. */
const FREQUENT: ReadonlySet<ConnectionEventType> = new Set<ConnectionEventType>([
  'token-read',
  'refreshed',
  'refresh-failed',
  'items-loaded',
  'checked',
  'proxied',
]);
const FREQUENT_MS = 60_000;
const KEPT_OF_A_CONNECTION = 200;
const DAY_MS = 86_400_000;
const MAX_RACES = 5;

type AuditedConnection = Pick<ConnectionRecord, 'id' | 'orgId' | 'userId'>;

export interface AuditPage {
  entries: (StoredAuditEntry & { number: number })[];
  nextCursor: string | null;
}

/**
 * The audit log of a connection: who did what with it, newest first; deleted with the connection. What is written here is also in the
 * audit log of the installation, where it stays.
 */
@Injectable()
export class AuditLog {
  /** What this process appended in the last minute: saves reading the list in the store, which all processes share. */
  private readonly recent = new LRUCache<string, true>({
    // `max` would allocate room for all of them at the start.
    maxSize: 50_000,
    sizeCalculation: () => 1,
    ttl: FREQUENT_MS,
    ttlResolution: 1_000,
  });
  private readonly ttlMs: number;

  constructor(
    private readonly store: Store,
    private readonly keyring: Keyring,
    private readonly chain: AuditChain,
    @Inject(CONFIGURATION) { audit }: Pick<Configuration, 'audit'>,
  ) {
    this.ttlMs = audit.days * DAY_MS;
  }

  /**
   * Commits a change of a connection together with its entry, or without one if that was recorded within a minute.
   * @param publish is called after the commit, while the entry is added to the audit log of the installation
   * @returns false if an expectation was not met; nothing is stored then
   */
  async commit(
    connection: AuditedConnection,
    entry: AuditEntry,
    change: Change,
    publish = async (): Promise<void> => {},
  ): Promise<boolean> {
    if (!FREQUENT.has(entry.type)) return this.write(connection, entry, change, publish);
    const { id } = connection;
    const due = await this.dueEntry(id, entry);
    // Without an expectation: the change, such as a new token, is worth more than one entry too many.
    if (due !== null)
      return this.write(connection, entry, { ...change, put: [...(change.put ?? []), due.put] }, publish);
    const isCommitted = await this.store.commitIfUnchanged(partitionOfConnection(id) ?? '', change);
    if (isCommitted) await publish();
    return isCommitted;
  }

  async append(connection: AuditedConnection, entry: AuditEntry): Promise<void> {
    const { id } = connection;
    const expectPresent = [connectionKey(id)];
    if (!FREQUENT.has(entry.type)) {
      await this.write(connection, entry, { expectPresent });
      return;
    }
    const remembered = `${id} ${nameOf(entry)}`;
    if (this.recent.has(remembered)) return;
    this.recent.set(remembered, true);
    try {
      for (let race = 0; ; race += 1) {
        const due = await this.dueEntry(id, entry);
        if (due === null) return;
        const { put, value } = due;
        // Where many callers compete, one entry too many is better than none.
        const expect = race < MAX_RACES ? [{ key: put.key, value }] : [];
        if ((await this.write(connection, entry, { expect, expectPresent, put: [put] })) || race >= MAX_RACES) return;
      }
    } catch (error) {
      this.recent.delete(remembered);
      throw error;
    }
  }

  /** @throws Problem `invalid-request` for a cursor of another connection */
  async page(connectionId: string, limit: number, cursor: string | undefined): Promise<AuditPage> {
    const list = `audit log ${connectionId}`;
    const found = await this.store.logBackwards(
      partitionOfConnection(connectionId) ?? '',
      auditLogName(connectionId),
      limit + 1,
      cursor === undefined ? undefined : openCursor<number>(this.keyring, list, cursor),
    );
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return {
      entries: shown.map(({ number, entry }) => ({ number, ...decodeAuditEntry(entry) })),
      nextCursor: last === undefined ? null : sealCursor(this.keyring, list, last.number),
    };
  }

  private async write(
    connection: AuditedConnection,
    entry: AuditEntry,
    change: Change,
    publish = async (): Promise<void> => {},
  ): Promise<boolean> {
    const { id, orgId, userId } = connection;
    const append = {
      log: auditLogName(id),
      entry: encodeAuditEntry({ ...entry, at: Date.now() }),
      keep: KEPT_OF_A_CONNECTION,
      ttlMs: this.ttlMs,
    };
    const isCommitted = await this.store.commitIfUnchanged(partitionOfConnection(id) ?? '', {
      ...change,
      append: [append, ...(change.append ?? [])],
    });
    if (!isCommitted) return false;
    await Promise.all([this.chain.record({ ...entry, orgId, userId, connectionId: id }), publish()]);
    return true;
  }

  /**
   * What is stored with an entry that was not recorded within a minute, by any process; `null`: it was.
   * `value` is what is stored now.
   */
  private async dueEntry(id: string, entry: AuditEntry) {
    const now = Date.now();
    const key = recentAuditEntriesKey(id);
    const value = await this.store.get({ partition: partitionOfConnection(id) ?? '', key });
    const known = value === null ? {} : (JSON.parse(value) as Record<string, number>);
    const recent = Object.entries(known).filter(([, at]) => now - at < FREQUENT_MS);
    const name = nameOf(entry);
    if (recent.some(([other]) => other === name)) return null;
    const next = JSON.stringify(Object.fromEntries([...recent, [name, now]]));
    return { value, put: { key, value: next, ttlMs: FREQUENT_MS } };
  }
}

/** A user who has many sessions is one actor: all sessions that may act for a connection are of its user. */
function nameOf({ type, actor: { kind, id } }: AuditEntry): string {
  return kind === 'session' ? `${type} ${kind}` : `${type} ${kind} ${id ?? ''}`;
}
