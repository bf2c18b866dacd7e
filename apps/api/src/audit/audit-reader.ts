import { Inject, Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Keyring } from '@causeway/crypto';
import { LogStore } from '@causeway/store';
import { mayActFor, requireMayActFor, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { AuthorizationWatch } from '../access/authorization-watch.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { openCursor, sealCursor } from '../store/sealed-cursor.js';
import type { AuditEventType } from './audit-event.js';
import { decodeEntry, hashOfEntry, type NumberedEntry } from './chain-entry.js';
import { LOG, PARTITION } from './chain-head.js';
import { AuditEventDto } from './audit.dto.js';

export interface AuditFilter {
  orgId?: string | undefined;
  type?: AuditEventType | undefined;
  /** The id of a key, a session or a user, or a kind of actor. */
  actor?: string | undefined;
  connectionId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

const BLOCK = 500;
/** A page ends here even if fewer entries matched, so that a rare filter holds nobody else up. */
const MAX_BLOCKS = 40;
const DAY_MS = 86_400_000;

@Injectable()
export class AuditReader {
  private readonly maxAgeMs: number;

  constructor(
    private readonly store: LogStore,
    private readonly keyring: Keyring,
    @Inject(CONFIGURATION) { audit }: Pick<Configuration, 'audit'>,
  ) {
    this.maxAgeMs = audit.days * DAY_MS;
  }

  /** Newest first. @throws Problem `forbidden`, `invalid-request` for a cursor of another list */
  async page(
    filter: AuditFilter,
    caller: Caller,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ events: AuditEventDto[]; nextCursor: string | null }> {
    const isShown = this.matcher(filter, caller);
    const list = `audit ${JSON.stringify([filter, caller.orgIds])}`;
    let before = cursor === undefined ? undefined : openCursor<number>(this.keyring, list, cursor);
    const events: AuditEventDto[] = [];
    for (let block = 0; block < MAX_BLOCKS; block += 1) {
      const found = await this.store.logBackwards(PARTITION, LOG, BLOCK, before);
      for (const { number, entry } of found) {
        const decoded = decodeEntry(entry);
        if (decoded === null || !isShown(decoded)) {
          before = number;
          continue;
        }
        if (events.length === limit) return { events, nextCursor: sealCursor(this.keyring, list, before) };
        events.push(eventOf(decoded));
        before = number;
      }
      if (found.length < BLOCK) return { events, nextCursor: null };
    }
    return { events, nextCursor: sealCursor(this.keyring, list, before) };
  }

  /** All of them as lines of JSON in the order of the chain, until the caller disconnects or loses access. */
  export(filter: AuditFilter, caller: Caller, isStillAuthorized: AuthorizationCheck): Readable {
    const isShown = this.matcher(filter, caller);
    const watch = new AuthorizationWatch(isStillAuthorized);
    const stream = Readable.from(this.lines(isShown), { objectMode: false, highWaterMark: 1, signal: watch.signal });
    // Without a listener, the abort would end the process.
    stream.on('error', () => undefined).once('close', () => watch.stop());
    return stream;
  }

  private async *lines(isShown: (entry: NumberedEntry) => boolean): AsyncGenerator<string, void> {
    const [newest] = await this.store.logBackwards(PARTITION, LOG, 1);
    for (let from = 0; newest !== undefined && from <= newest.number;) {
      const found = await this.store.logFrom(PARTITION, LOG, from, BLOCK);
      const entries = found.map(({ entry }) => decodeEntry(entry)).filter((entry) => entry !== null);
      const text = entries
        .filter(isShown)
        .map((entry) => `${JSON.stringify(eventOf(entry))}\n`)
        .join('');
      if (text !== '') yield text;
      from = (found.at(-1)?.number ?? newest.number) + 1;
    }
  }

  /** @throws Problem `forbidden` */
  private matcher(filter: AuditFilter, caller: Caller): (entry: NumberedEntry) => boolean {
    const { orgId, type, actor, connectionId, from, to } = filter;
    requireMayActFor(caller, { orgId });
    const oldest = Math.max(Date.now() - this.maxAgeMs, from?.getTime() ?? 0);
    const end = to?.getTime() ?? Infinity;
    return ({ at, entry }) =>
      at >= oldest &&
      at < end &&
      (orgId === undefined || entry.orgId === orgId) &&
      (type === undefined || entry.type === type) &&
      (actor === undefined || entry.actor.id === actor || entry.actor.kind === actor) &&
      (connectionId === undefined || entry.connectionId === connectionId) &&
      // What belongs to no organization is for those who may act for all.
      (entry.orgId === null ? caller.orgIds === null : mayActFor(caller, { orgId: entry.orgId }));
  }
}

function eventOf(entry: NumberedEntry): AuditEventDto {
  return { ...entry.entry, hash: hashOfEntry(entry) };
}
