import { Injectable, Logger } from '@nestjs/common';
import { UpstreamError } from '@causeway/http-client';
import type { ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { AppApi, JournalEntry, ProviderJournal } from '../integrations/integration.js';
import type { ProviderEvent } from '../integrations/provider-webhook.js';
import { Metrics } from '../metrics/metrics.js';
import { IntegrationSyncs } from '../syncs/integration-syncs.js';
import { reasonOf } from './hook-provisioning.js';
import { isOutage } from './is-outage.js';
import { JournalFiles } from './journal-files.js';
import { JournalPositions, type StoredPosition } from './journal-positions.js';
import { ProviderEventWorker } from './provider-event-worker.js';
import { ReceivedWebhooks } from './received-webhooks.js';

/** As many as come in one webhook. */
const BATCH = 100;
/** Then an entry that cannot be read is skipped, and full passes find what it told. */
const MAX_FAILURES = 5;
const MAX_OUTAGE_MS = 30 * 60_000;

/** What was done with an entry. `end`: there was none. */
export type JournalStep = { kind: 'end' | 'again' } | { kind: 'read'; offset: string };

/** An integration whose journal is read. */
export interface JournaledIntegration {
  configured: ConfiguredIntegration;
  journal: ProviderJournal;
  api: AppApi;
}

/** Takes what a journal tells over as if it had been sent as webhooks. */
@Injectable()
export class JournalReader {
  private readonly logger = new Logger('ProviderJournal');

  constructor(
    private readonly positions: JournalPositions,
    private readonly files: JournalFiles,
    private readonly received: ReceivedWebhooks,
    private readonly worker: ProviderEventWorker,
    private readonly syncs: IntegrationSyncs,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Reads at most one entry. It may be read again after a crash, or by another process: its events count once.
   * @throws UpstreamError or Problem where it could not be read this time
   */
  async readNext(integration: JournaledIntegration): Promise<JournalStep> {
    const { id } = integration.configured.definition;
    const stored = await this.positions.find(id);
    let entry: JournalEntry | null = null;
    let events: ProviderEvent[];
    try {
      const found = await this.entryAfter(integration, stored);
      if (found === 'lost') return { kind: 'again' };
      if (found === null || found.offset === stored?.position.offset) return await this.end(id, stored);
      entry = found;
      const file = await this.files.download(entry.fileUrl, integration.configured.definition.api.url);
      events = integration.journal.events(file, entry);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return this.failed(id, stored, entry, error);
    }
    for (let at = 0; at < events.length; at += BATCH) await this.received.add(id, events.slice(at, at + BATCH));
    if (events.length > 0) this.worker.wake();
    const { offset } = entry;
    await this.moveTo(id, stored, offset);
    this.metrics.journalReads.inc({ integration: id, outcome: 'read' });
    return { kind: 'read', offset };
  }

  private async entryAfter(
    { configured, journal, api }: JournaledIntegration,
    stored: StoredPosition | null,
  ): Promise<JournalEntry | null | 'lost'> {
    const after = stored?.position.offset ?? null;
    const place = stored === null ? 'latest' : after === null ? 'earliest' : { after };
    const found = await journal.entry(api, place);
    if (found !== 'unknown-offset' || after === null) return found === 'unknown-offset' ? null : found;
    // Nothing follows, if this is the newest one; or the next one came just now.
    const newest = await journal.entry(api, 'latest');
    if (newest !== null && newest !== 'unknown-offset' && newest.offset === after) return null;
    const next = await journal.entry(api, place);
    if (next !== 'unknown-offset') return next;
    const { id, name } = configured.definition;
    this.logger.warn(`${name} does not keep the journal of ${id} from where it was read: all syncs get a full pass`);
    await this.syncs.requestFullRuns(id);
    await this.moveTo(id, stored, null);
    this.metrics.journalReads.inc({ integration: id, outcome: 'lost' });
    return 'lost';
  }

  private async end(id: string, stored: StoredPosition | null): Promise<JournalStep> {
    // There is none: the next one will be the oldest.
    if (stored === null) await this.moveTo(id, stored, null);
    this.metrics.journalEndSeconds.set({ integration: id }, Date.now() / 1000);
    return { kind: 'end' };
  }

  /** @param entry `null`: it is not known either where it is */
  private async failed(
    id: string,
    stored: StoredPosition | null,
    entry: JournalEntry | null,
    error: UpstreamError,
  ): Promise<JournalStep> {
    this.metrics.journalReads.inc({ integration: id, outcome: 'failed' });
    // Not of this entry, but of the app as a whole.
    if (entry === null && (stored === null || error.reason !== 'malformed')) throw error;
    const { failures = 0, failingSince = null, offset = null } = stored?.position ?? {};
    const next = { offset, failures: failures + 1, failingSince: failingSince ?? Date.now() };
    const isOver = isOutage(error) ? Date.now() - next.failingSince > MAX_OUTAGE_MS : next.failures >= MAX_FAILURES;
    // The newest entry, where reading begins: what is before that is read by full passes anyway.
    const isFirst = stored === null;
    if (!isOver && !isFirst) {
      await this.positions.move(id, stored, next);
      throw error;
    }
    this.logger.warn(`an entry of the journal of ${id} is skipped: ${reasonOf(error)}. All syncs get a full pass`);
    await this.syncs.requestFullRuns(id);
    if (entry === null) await this.positions.move(id, stored, null);
    else await this.moveTo(id, stored, entry.offset);
    this.metrics.journalReads.inc({ integration: id, outcome: 'skipped' });
    return { kind: 'again' };
  }

  private async moveTo(id: string, stored: StoredPosition | null, offset: string | null): Promise<void> {
    await this.positions.move(id, stored, { offset, failures: 0, failingSince: null });
  }
}
