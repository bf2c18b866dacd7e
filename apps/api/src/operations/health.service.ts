import { Injectable } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { Store } from '@causeway/store';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Shutdown } from '../shutdown/shutdown.js';
import type { PartDto, ReadyDto } from './health.dto.js';

@Injectable()
export class HealthService {
  constructor(
    private readonly store: Store,
    private readonly registry: IntegrationRegistry,
    private readonly shutdown: Shutdown,
  ) {}

  /** For who follows it, and sends no requests to a process that is not ready. */
  readiness(): Promise<ReadyDto> {
    this.shutdown.noteReadinessCheck();
    return this.check();
  }

  /** Rejected clients do not make the service unready: everything else works. */
  async check(): Promise<ReadyDto> {
    if (this.shutdown.draining.aborted) {
      const detail = 'shutting-down: this process serves what it has, and ends. Send new requests elsewhere.';
      return { status: 'failing', parts: { process: { status: 'failing', detail, warnings: [] } } };
    }
    const store = await this.storePart();
    return { status: store.status, parts: { store, ...this.rejectedClients() } };
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

  private async storePart(): Promise<PartDto> {
    const failure = await this.store.ping().then(
      () => null,
      (error: unknown) => (error instanceof Problem ? error.detail : 'The store cannot be used.'),
    );
    const warnings = this.store.warnings();
    return { status: failure === null ? 'ok' : 'failing', detail: failure ?? this.store.kind, warnings };
  }
}
