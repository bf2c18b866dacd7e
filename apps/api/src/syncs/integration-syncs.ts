import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Keyring } from '@causeway/crypto';
import type { RecordStore } from '@causeway/records';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { RECORD_STORE } from '../store/record-store.module.js';
import { SyncSeal } from './sync-records.js';

const PAGE = 500;
const MAX_CONNECTIONS = 50_000;

type Connection = Pick<ConnectionRecord, 'integration' | 'account'>;

export interface SyncOfIntegration {
  syncId: string;
  connectionId: string;
  /** At the provider. */
  accountId: string;
  /** `null`: this process cannot read them. */
  types: readonly string[] | null;
}

/** The syncs of all connections of an integration. */
@Injectable()
export class IntegrationSyncs {
  /** What never changes of a connection. */
  private readonly connections = new LRUCache<string, Connection>({
    maxSize: MAX_CONNECTIONS,
    sizeCalculation: () => 1,
  });

  constructor(
    @Inject(RECORD_STORE) private readonly records: RecordStore | null,
    private readonly keyring: Keyring,
    private readonly repository: ConnectionRepository,
  ) {}

  /** Those that are not paused. @throws Problem `store-unavailable` */
  async *of(integration: string): AsyncGenerator<SyncOfIntegration, void> {
    if (this.records === null) return;
    for (let after: { createdAt: number; id: string } | null = null; ;) {
      const page = await this.records.list({}, PAGE, after);
      for (const collection of page) {
        const { id: syncId, connectionId } = collection;
        const connection = await this.connectionOf(connectionId);
        if (connection?.integration !== integration) continue;
        const seal = new SyncSeal(this.keyring, syncId);
        const settings = seal.canOpen(collection) ? seal.openSettings(collection) : null;
        if (settings?.paused === true) continue;
        yield { syncId, connectionId, accountId: connection.account.id, types: settings?.types ?? null };
      }
      after = page.at(-1) ?? null;
      if (after === null || page.length < PAGE) return;
    }
  }

  /** What may have been missed of any of them is read. */
  async requestFullRuns(integration: string): Promise<void> {
    for await (const { syncId } of this.of(integration))
      await this.records?.request(syncId, 'full', { afterRunning: true });
  }

  private async connectionOf(id: string): Promise<Connection | null> {
    const known = this.connections.get(id) ?? (await this.repository.read(id));
    if (known === null) return null;
    const { integration, account } = known;
    this.connections.set(id, { integration, account });
    return { integration, account };
  }
}
