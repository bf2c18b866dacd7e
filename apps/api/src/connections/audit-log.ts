import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Keyring } from '@causeway/crypto';
import { Store } from '@causeway/store';
import {
  auditAppend,
  auditLogName,
  recentAuditEntriesKey,
  type AuditEntry,
  type AuditEntryType,
  type StoredAuditEntry,
} from './audit-entry.js';
import { connectionKey, partitionOfConnection } from './connection-record.js';
import { openCursor, sealCursor } from './sealed-cursor.js';

/** These can happen many times a second: appended once a minute for each actor. */
const FREQUENT: ReadonlySet<AuditEntryType> = new Set<AuditEntryType>(['token-read', 'refresh-failed', 'proxied']);
const FREQUENT_MS = 60_000;
const MAX_RACES = 5;

export interface AuditPage {
  entries: (StoredAuditEntry & { number: number })[];
  nextCursor: string | null;
}

/**
 * The audit log of a connection: who did what with it, newest first; deleted with the connection. `ConnectionRepository`
 * writes the entries of its own changes, in the same commit; all others are written here.
 */
@Injectable()
export class AuditLog {
  /** What this process appended in the last minute: saves reading the list in the store, which all processes share. */
  private readonly recent = new LRUCache<string, true>({ max: 50_000, ttl: FREQUENT_MS, ttlResolution: 1_000 });

  constructor(
    private readonly store: Store,
    private readonly keyring: Keyring,
  ) {}

  async append(connectionId: string, entry: AuditEntry): Promise<void> {
    const partition = partitionOfConnection(connectionId);
    if (partition === null) return;
    if (!FREQUENT.has(entry.type)) {
      await this.store.commitIfUnchanged(partition, {
        expectPresent: [connectionKey(connectionId)],
        append: [auditAppend(connectionId, entry)],
      });
      return;
    }
    const { kind, id } = entry.actor;
    const name = `${entry.type} ${kind} ${id ?? ''}`;
    const remembered = `${connectionId} ${name}`;
    if (this.recent.has(remembered)) return;
    this.recent.set(remembered, true);
    try {
      await this.appendUnlessRecent(partition, connectionId, entry, name);
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
      entries: shown.map(({ number, entry }) => ({ number, ...(JSON.parse(entry) as StoredAuditEntry) })),
      nextCursor: last === undefined ? null : sealCursor(this.keyring, list, last.number),
    };
  }

  private async appendUnlessRecent(
    partition: string,
    connectionId: string,
    entry: AuditEntry,
    name: string,
  ): Promise<void> {
    const now = Date.now();
    const key = recentAuditEntriesKey(connectionId);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const value = await this.store.get({ partition, key });
      const known = value === null ? {} : (JSON.parse(value) as Record<string, number>);
      const recent = Object.entries(known).filter(([, at]) => now - at < FREQUENT_MS);
      if (recent.some(([other]) => other === name)) return;
      const appended = await this.store.commitIfUnchanged(partition, {
        expect: [{ key, value }],
        expectPresent: [connectionKey(connectionId)],
        put: [{ key, value: JSON.stringify(Object.fromEntries([...recent, [name, now]])), ttlMs: FREQUENT_MS }],
        append: [auditAppend(connectionId, entry)],
      });
      if (appended) return;
    }
  }
}
