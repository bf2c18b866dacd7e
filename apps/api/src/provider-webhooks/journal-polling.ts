import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { UpstreamError } from '@causeway/http-client';
import { LeaseStore, holdLease } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { AppApis } from './app-apis.js';
import { reasonOf } from './hook-provisioning.js';
import { JOURNALS } from './journal-positions.js';
import { JournalReader, type JournaledIntegration } from './journal-reader.js';
import { JournalSubscriptions } from './journal-subscriptions.js';

const LEASE_MS = 15_000;
/** Then the lease is given back: another process may have it by now. */
const TERM_MS = 60_000;
/** How often another process looks whether it is free. */
const TAKEOVER_MS = 5_000;
/** By how often in a row the journal was found at its end. */
const IDLE_MS = [0, 5_000, 10_000];
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

interface Pace {
  /** In a row. */
  failures: number;
  ends: number;
  /** Of the entries of this term. */
  offsets: Set<string>;
}

/** Reads the journals of providers, by one process at a time. */
@Injectable()
export class JournalPolling implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ProviderJournal');
  private running: Promise<unknown> | null = null;

  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly reader: JournalReader,
    private readonly subscriptions: JournalSubscriptions,
    private readonly apis: AppApis,
    private readonly leases: LeaseStore,
    private readonly shutdown: Shutdown,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  onApplicationBootstrap(): void {
    this.running = Promise.all(this.integrations().map((integration) => this.follow(integration)));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.running;
  }

  private async follow(integration: JournaledIntegration): Promise<void> {
    const { id } = integration.configured.definition;
    const lease = { partition: JOURNALS, key: `lease:${id}` };
    const pace: Pace = { failures: 0, ends: 0, offsets: new Set() };
    while (!this.shutdown.draining.aborted) {
      const held = await holdLease(this.leases, lease, LEASE_MS, () => this.readForOneTerm(integration, pace)).catch(
        (error: unknown) => this.logger.warn(`the journal of ${id} is not read: ${reasonOf(error)}`),
      );
      if (held === null || held === undefined) await this.pause(TAKEOVER_MS);
    }
  }

  private async readForOneTerm(integration: JournaledIntegration, pace: Pace): Promise<void> {
    const until = Date.now() + TERM_MS;
    pace.offsets.clear();
    // Other processes wait, too, while the provider wants that.
    while (Date.now() < until && !this.shutdown.draining.aborted) await this.pause(await this.step(integration, pace));
  }

  /** @returns after how many milliseconds the next one may follow */
  private async step(integration: JournaledIntegration, pace: Pace): Promise<number> {
    try {
      await this.subscriptions
        .settle(integration)
        .catch((error: unknown) => this.logger.warn(describe(integration, 'subscriptions', error)));
      const step = await this.reader.readNext(integration);
      pace.failures = 0;
      // A journal whose entries come again would keep this process busy.
      const isFurther = step.kind !== 'end' && !(step.kind === 'read' && pace.offsets.has(step.offset));
      if (step.kind === 'read') pace.offsets.add(step.offset);
      // They are to be read again.
      if (step.kind === 'again') pace.offsets.clear();
      pace.ends = isFurther ? 0 : pace.ends + 1;
      return IDLE_MS[Math.min(pace.ends, IDLE_MS.length - 1)] ?? 0;
    } catch (error) {
      this.logger.warn(describe(integration, 'journal', error));
      const asked = error instanceof UpstreamError ? (error.context.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** pace.failures, LONGEST_PAUSE_MS);
      pace.failures += 1;
      return Math.max(asked, pauseMs);
    }
  }

  /** Ends at once where the process ends. */
  private async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.shutdown.draining, ref: false }).catch(() => undefined);
  }

  private integrations(): JournaledIntegration[] {
    return this.registry.all().flatMap(({ definition: { id, webhooks }, integration: { journal }, configured }) => {
      if (journal === undefined || configured === null || this.config.integrations[id]?.readsJournal !== true)
        return [];
      return [{ configured, journal, api: this.apis.of(configured, webhooks.journal?.scopes ?? []) }];
    });
  }
}

/** With what an operator has to do, where it does not pass. */
function describe({ configured: { definition } }: JournaledIntegration, what: string, error: unknown): string {
  const { id, name, webhooks } = definition;
  const code = error instanceof UpstreamError ? error.context.code : undefined;
  const isRefused = error instanceof UpstreamError && ['unauthorized', 'forbidden', 'rejected'].includes(error.reason);
  const advice = isRefused
    ? `. The app of ${name} needs its client id and secret, and the scopes ${webhooks.journal?.scopes.join(', ')}: see docs/providers/${id}.md`
    : '';
  return `the ${what} of ${id} could not be read: ${reasonOf(error)}${code === undefined ? '' : ` ${code}`}${advice}`;
}
