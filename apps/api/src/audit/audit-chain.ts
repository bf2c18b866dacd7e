import { Inject, Injectable, Logger } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import { Store } from '@causeway/store';
import { SERVICE } from '../access/actor.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { WRITTEN_BEHIND, type AuditEvent } from './audit-event.js';
import { ChainWriter, type TimedEvent } from './chain-writer.js';
import { EntryLimits } from './entry-limits.js';

interface WaitingEvent {
  event: TimedEvent;
  /** `null`: nobody waits for it. */
  settle: { resolve: () => void; reject: (error: unknown) => void } | null;
}

const BATCH = 200;
/** What is written behind waits this long for more. */
const DELAY_MS = 500;
const RETRY_MS = 2_000;
const MINUTE_MS = 60_000;
const MAX_WAITING = 10_000;

/**
 * The audit log of the whole installation: a chain of entries, each with the hash of the one before. What happens while entries are
 * being written is written next, in one step, so that many requests at once cost few steps.
 */
@Injectable()
export class AuditChain {
  private readonly logger = new Logger('AuditLog');
  private readonly writer: ChainWriter;
  private waiting: WaitingEvent[] = [];
  private lost = 0;
  private isReported = false;
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private readonly limits = new EntryLimits();
  private minute: NodeJS.Timeout | undefined;

  constructor(store: Store, keyring: Keyring, @Inject(CONFIGURATION) { audit }: Pick<Configuration, 'audit'>) {
    this.writer = new ChainWriter(store, keyring, audit);
  }

  /**
   * Resolves when the event is stored, or at once for the types that are written behind and what is combined with others of its minute.
   * @throws Problem `store-unavailable`
   */
  async record(event: AuditEvent): Promise<void> {
    this.minute ??= setTimeout(() => this.endMinute(), MINUTE_MS).unref();
    if (!this.limits.admit(event)) return;
    const timed = { ...event, at: Date.now() };
    if (!WRITTEN_BEHIND.has(event.type)) {
      await new Promise<void>((resolve, reject) => {
        this.waiting.push({ event: timed, settle: { resolve, reject } });
        void this.write();
      });
      return;
    }
    this.writeBehind(timed);
  }

  /** For what concerns several organizations, an entry for each, so that each sees it. @param orgIds `null`: all of the installation */
  async recordForEach(orgIds: readonly string[] | null, event: AuditEvent): Promise<void> {
    await Promise.all([...new Set(orgIds ?? [null])].map((orgId) => this.record({ ...event, orgId })));
  }

  /** Writes what waits, before the process ends. */
  async drain(): Promise<void> {
    this.endMinute();
    await this.writing;
    await this.write();
    clearTimeout(this.timer);
    const lost = this.waiting.length + this.lost;
    if (lost > 0) this.logger.error(`${lost} entries of the audit log are lost: the store does not answer`);
  }

  private endMinute(): void {
    clearTimeout(this.minute);
    this.minute = undefined;
    for (const event of this.limits.endMinute()) this.writeBehind({ ...event, at: Date.now() });
  }

  private writeBehind(event: TimedEvent): void {
    if (this.waiting.length < MAX_WAITING) this.waiting.push({ event, settle: null });
    else this.lost += 1;
    this.writeIn(DELAY_MS);
  }

  private writeIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.write();
    }, ms).unref();
  }

  private write(): Promise<void> {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
      // Came after the last look at what waits, while `writing` was not yet `null`.
      if (this.waiting.some(({ settle }) => settle !== null)) void this.write();
    });
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0 || this.lost > 0) {
      const batch = this.waiting.splice(0, BATCH);
      const { lost } = this;
      const events = batch.map(({ event }) => event);
      if (lost > 0) events.push({ type: 'entries-lost', actor: SERVICE, detail: `${lost} entries`, at: Date.now() });
      try {
        await this.writer.append(events);
      } catch (error) {
        this.report(error);
        const all = [...batch, ...this.waiting];
        this.waiting = all.filter(({ settle }) => settle === null);
        for (const { settle } of all) settle?.reject(error);
        this.writeIn(RETRY_MS);
        return;
      }
      this.lost -= lost;
      this.isReported = false;
      for (const { settle } of batch) settle?.resolve();
    }
  }

  /** Once, until entries can be written again. */
  private report(error: unknown): void {
    if (!this.isReported) this.logger.warn(`not written: ${error instanceof Problem ? error.detail : 'unknown error'}`);
    this.isReported = true;
  }
}
