import { Inject, Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import type { RecordStore, RunKind } from '@causeway/records';
import { RECORD_STORE } from '../store/record-store.module.js';
import { SyncSeal } from './sync-records.js';

const PAGE = 500;

interface Watched {
  syncId: string;
  connectionId: string;
  /** In which the sync has found items; see `driveId`. */
  containers: readonly string[];
}

/** What syncs read: where a provider can be asked to tell of changes. */
@Injectable()
export class WatchedContainers {
  private readonly listeners: (() => void)[] = [];

  constructor(
    @Inject(RECORD_STORE) private readonly records: RecordStore | null,
    private readonly keyring: Keyring,
  ) {}

  /** Of the syncs that are not paused. @throws Problem `store-unavailable` */
  async *all(): AsyncGenerator<Watched, void> {
    if (this.records === null) return;
    for (let after: { createdAt: number; id: string } | null = null; ;) {
      const page = await this.records.list({}, PAGE, after);
      for (const collection of page) {
        const { id: syncId, connectionId } = collection;
        const seal = new SyncSeal(this.keyring, syncId);
        const { containers = [] } = seal.openState(collection);
        if (containers.length > 0 && !seal.openSettings(collection).paused) yield { syncId, connectionId, containers };
      }
      after = page.at(-1) ?? null;
      if (after === null || page.length < PAGE) return;
    }
  }

  /** What may have been missed is read. */
  async requestRun(syncId: string, kind: RunKind): Promise<void> {
    await this.records?.request(syncId, kind, { afterRunning: true });
  }

  /** Called when syncs of this process may watch something else than before. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }
}
