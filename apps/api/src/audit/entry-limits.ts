import type { AuditEvent, AuditEventType } from './audit-event.js';

/** Entries of their own in a minute for one actor and type: about one user and connection, and in all. */
const OF_A_SUBJECT = 5;
const OF_A_TYPE = 30;
const OF_A_RARE_TYPE = 60;
/** Organizations of one actor and type whose further events are counted apart. */
const ORGANIZATIONS = 3;
/** Names that are counted in a minute, and actors whose further events are; what comes after them is counted by its type only. */
const MAX_NAMES = 20_000;
const MAX_FURTHER = 500;

/** What each of them says matters. */
const RARE: ReadonlySet<AuditEventType> = new Set<AuditEventType>([
  'key-made',
  'key-revoked',
  'disconnected',
  'token-read',
  'endpoint-made',
  'endpoint-changed',
  'endpoint-secret-rotated',
  'endpoint-disabled',
  'endpoint-deleted',
]);
/** Limited where they are counted, or made by the operator's commands and the log itself. */
const UNLIMITED: ReadonlySet<AuditEventType> = new Set<AuditEventType>([
  'sign-in-failed',
  'credentials-refused',
  'encryption-keys-rotated',
  'entries-lost',
  'chain-restarted',
]);

/** Events of one actor and type that have no entry of their own. */
type Further = AuditEvent & { count: number };

/**
 * Bounds what one actor adds to the audit log in a minute, so that nobody pushes the entries of others out: the first events have an entry
 * each, and those beyond have one together, with their number, at the end of the minute.
 */
export class EntryLimits {
  private readonly counts = new Map<string, number>();
  private readonly further = new Map<string, Further[]>();

  /** Whether the event gets an entry of its own; otherwise it is counted, but for a session that signs in again from the same address. */
  admit(event: AuditEvent): boolean {
    const { type, actor, orgId = null, userId = null, connectionId = null, detail } = event;
    if (UNLIMITED.has(type)) return true;
    if (type === 'signed-in' && actor.kind === 'session') {
      const again = JSON.stringify([type, actor.id, detail]);
      if (this.counts.has(again)) return false;
      this.add(again);
    }
    // A user who has many sessions is one actor.
    const who = actor.kind === 'session' || actor.kind === 'user' ? [orgId, userId] : [actor.id];
    const ofType = JSON.stringify([type, actor.kind, ...who]);
    const ofSubject = JSON.stringify([ofType, orgId, userId, connectionId]);
    const isRare = RARE.has(type);
    const isWithin =
      (isRare || this.isBelow(ofSubject, OF_A_SUBJECT)) &&
      // What the service does by itself is limited for each connection.
      (actor.kind === 'service' || this.isBelow(ofType, isRare ? OF_A_RARE_TYPE : OF_A_TYPE));
    if (isWithin) for (const name of [ofSubject, ofType]) this.add(name);
    else this.combine(this.further.has(ofType) || this.further.size < MAX_FURTHER ? ofType : type, event);
    return isWithin;
  }

  /** One event for those of an actor, a type and an organization that were counted; begins the next minute. */
  endMinute(): AuditEvent[] {
    const events = [...this.further.values()].flat();
    this.further.clear();
    this.counts.clear();
    return events.map(({ count, ...event }) => ({ ...event, detail: `${count} more within a minute` }));
  }

  private add(name: string): void {
    if (this.counts.size < MAX_NAMES) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  private isBelow(name: string, limit: number): boolean {
    const count = this.counts.get(name);
    return count === undefined ? this.counts.size < MAX_NAMES : count < limit;
  }

  private combine(name: string, event: AuditEvent): void {
    const { type, actor, orgId = null, userId = null, connectionId = null } = event;
    const known = this.further.get(name) ?? [];
    this.further.set(name, known);
    const same = known.find((one) => one.orgId === orgId) ?? (known.length < ORGANIZATIONS ? undefined : known.at(-1));
    if (same === undefined) {
      known.push({ type, actor, orgId, userId, connectionId, count: 1 });
      return;
    }
    same.count += 1;
    // Only what is true of all of them.
    if (same.actor.id !== actor.id) same.actor = { ...same.actor, id: null };
    if (same.orgId !== orgId) same.orgId = null;
    if (same.userId !== userId) same.userId = null;
    if (same.connectionId !== connectionId) same.connectionId = null;
  }
}
