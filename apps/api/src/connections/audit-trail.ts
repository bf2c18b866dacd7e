import { Injectable } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { Store } from '@causeway/store';
import { Keyring } from '@causeway/crypto';
import { connectionKey, partitionOfConnection } from './connection-record.js';
import {
  recentKey,
  trailEntry,
  trailOf,
  type AuditEntry,
  type HappeningType,
  type StoredHappening,
} from './audit-entry.js';

/** What may happen many times a second is noted once a minute for each actor. */
const OFTEN: ReadonlySet<HappeningType> = new Set<HappeningType>(['token-read', 'refresh-failed', 'proxied']);
const OFTEN_MS = 60_000;
/** How many of these this process remembers, so as not to ask the store each time. */
const REMEMBERED = 50_000;
const MAX_RACES = 5;

export interface TrailPage {
  happenings: (StoredHappening & { number: number })[];
  nextCursor: string | null;
}

/**
 * Who did what with a connection, newest first. What changes the connection is written by its repository, in the same step;
 * everything else comes here. It ends with the connection.
 */
@Injectable()
export class AuditTrail {
  private readonly notedAt = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly keyring: Keyring,
  ) {}

  note(connectionId: string, happening: AuditEntry): Promise<void> {
    return OFTEN.has(happening.type)
      ? this.noteOnceAMinute(connectionId, happening)
      : this.noteAlways(connectionId, happening);
  }

  private async noteAlways(connectionId: string, happening: AuditEntry): Promise<void> {
    const partition = partitionOfConnection(connectionId);
    if (partition === null) return;
    await this.store.commitIfUnchanged(partition, {
      expectPresent: [connectionKey(connectionId)],
      append: [trailEntry(connectionId, happening)],
    });
  }

  /** @throws Problem `invalid-request` for a cursor of another connection */
  async page(connectionId: string, limit: number, cursor: string | null): Promise<TrailPage> {
    const context = `trail cursor ${connectionId}`;
    const before = cursor === null ? undefined : this.keyring.tryOpen(cursor, context);
    if (before === null) {
      throw new Problem('invalid-request', 'This cursor belongs to another connection, or was changed.', {
        errors: [{ pointer: '/cursor', detail: 'is no cursor of this connection' }],
      });
    }
    const entries = await this.store.logBackwards(
      partitionOfConnection(connectionId) ?? '',
      trailOf(connectionId),
      limit + 1,
      before === undefined ? undefined : Number(before),
    );
    const shown = entries.slice(0, limit);
    const last = entries.length > limit ? shown.at(-1) : undefined;
    return {
      happenings: shown.map(({ number, entry }) => ({ number, ...(JSON.parse(entry) as StoredHappening) })),
      nextCursor: last === undefined ? null : this.keyring.seal(String(last.number), context),
    };
  }

  /** The memory of this process spares the store; what is in the store holds for all processes. */
  private async noteOnceAMinute(connectionId: string, happening: AuditEntry): Promise<void> {
    const { kind, id } = happening.actor;
    const doing = `${happening.type} ${kind} ${id ?? ''}`;
    const now = Date.now();
    const memory = `${connectionId} ${doing}`;
    if (now - (this.notedAt.get(memory) ?? 0) < OFTEN_MS) return;
    if (this.notedAt.size >= REMEMBERED) this.notedAt.clear();
    this.notedAt.set(memory, now);
    try {
      await this.noteUnlessRecent(connectionId, happening, doing, now);
    } catch (error) {
      this.notedAt.delete(memory);
      throw error;
    }
  }

  private async noteUnlessRecent(
    connectionId: string,
    happening: AuditEntry,
    doing: string,
    now: number,
  ): Promise<void> {
    const partition = partitionOfConnection(connectionId);
    if (partition === null) return;
    const key = recentKey(connectionId);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const value = await this.store.get({ partition, key });
      const recent = Object.entries(value === null ? {} : (JSON.parse(value) as Record<string, number>)).filter(
        ([, at]) => now - at < OFTEN_MS,
      );
      if (recent.some(([done]) => done === doing)) return;
      const noted = await this.store.commitIfUnchanged(partition, {
        expect: [{ key, value }],
        expectPresent: [connectionKey(connectionId)],
        put: [{ key, value: JSON.stringify(Object.fromEntries([...recent, [doing, now]])), ttlMs: OFTEN_MS }],
        append: [trailEntry(connectionId, happening)],
      });
      if (noted) return;
    }
  }
}
