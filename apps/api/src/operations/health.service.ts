import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import type { RecordStore } from '@causeway/records';
import { Store } from '@causeway/store';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { RECORD_STORE } from '../store/record-store.module.js';
import type { PartDto, ReadyDto } from './health.dto.js';

/** Probes of load balancers give up after a second or two. */
const RECORDS_PING_MS = 800;

@Injectable()
export class HealthService {
  constructor(
    private readonly store: Store,
    private readonly registry: IntegrationRegistry,
    private readonly shutdown: Shutdown,
    @Inject(RECORD_STORE) private readonly records: RecordStore | null,
  ) {}

  /** For who follows it, and sends no requests to a process that is not ready. */
  readiness(): Promise<ReadyDto> {
    this.shutdown.noteReadinessCheck();
    return this.check();
  }

  /** Neither rejected clients nor the store of syncs make the service unready: everything else works. */
  async check(): Promise<ReadyDto> {
    if (this.shutdown.draining.aborted) {
      const detail = 'shutting-down: this process serves what it has, and ends. Send new requests elsewhere.';
      return { status: 'failing', parts: { process: { status: 'failing', detail, warnings: [] } } };
    }
    const [store, records] = await Promise.all([this.storePart(), this.recordsPart()]);
    return { status: store.status, parts: { store, ...records, ...this.rejectedClients() } };
  }

  /** Where it is a database of its own. */
  private async recordsPart(): Promise<Record<string, PartDto>> {
    const { records } = this;
    if (records?.kind !== 'postgres') return {};
    const late = sleep(RECORDS_PING_MS, undefined, { ref: false }).then(() => {
      throw new Problem('store-unavailable', 'The store of syncs does not respond.');
    });
    const failure = await failureOf(Promise.race([records.ping(), late]));
    return { syncs: { status: statusOf(failure), detail: failure ?? records.kind, warnings: [] } };
  }

  private async storePart(): Promise<PartDto> {
    const failure = await failureOf(this.store.ping());
    return { status: statusOf(failure), detail: failure ?? this.store.kind, warnings: this.store.warnings() };
  }

  private rejectedClients(): Record<string, PartDto> {
    return Object.fromEntries(
      this.registry.all().flatMap(({ definition: { id, name }, configured }) => {
        const fault = configured?.tokens.clientFault ?? null;
        if (fault === null) return [];
        const detail = `${name} refuses the client id or secret (${fault}). Correct them and start again.`;
        return [[id, { status: 'failing', detail, warnings: [] }]];
      }),
    );
  }
}

function statusOf(failure: string | null): PartDto['status'] {
  return failure === null ? 'ok' : 'failing';
}

function failureOf(ping: Promise<void>): Promise<string | null> {
  return ping.then(
    () => null,
    (error: unknown) => (error instanceof Problem ? error.detail : 'The store cannot be used.'),
  );
}
