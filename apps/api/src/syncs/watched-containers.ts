import { Inject, Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import type { Collection, RecordStore, RunKind } from '@causeway/records';
import { RECORD_STORE } from '../store/record-store.module.js';
import { SyncSeal } from './sync-records.js';

const PAGE = 500;

export interface WatchingSync {
  syncId: string;
  connectionId: string;
  /** In which the sync has found items, see `driveId`. `null`: this process cannot read it. */
  containers: readonly string[] | null;
}

type Listener = (syncId: string, containers: readonly string[]) => void;

/** What syncs read: where a provider can be asked to tell of changes. */
@Injectable()
export class WatchedContainers {
  private readonly listeners: Listener[] = [];

  constructor(
    @Inject(RECORD_STORE) private readonly records: RecordStore | null,
    private readonly keyring: Keyring,
  ) {}

  /** Of the syncs that are not paused. @throws Problem `store-unavailable` */
  async *all(): AsyncGenerator<WatchingSync, void> {
    if (this.records === null) return;
    for (let after: { createdAt: number; id: string } | null = null; ;) {
      const page = await this.records.list({}, PAGE, after);
      for (const collection of page) {
        const sync = this.watching(collection);
        if (sync.containers?.length !== 0) yield sync;
      }
      after = page.at(-1) ?? null;
      if (after === null || page.length < PAGE) return;
    }
  }

  /** `null`: there is no such sync. @throws Problem `store-unavailable` */
  async find(syncId: string): Promise<WatchingSync | null> {
    const collection = (await this.records?.find(syncId)) ?? null;
    return collection && this.watching(collection);
  }

  /** What may have been missed is read. */
  async requestRun(syncId: string, kind: RunKind): Promise<void> {
    await this.records?.request(syncId, kind, { afterRunning: true });
  }

  /** Called where syncs of this process may watch one of these containers and did not before, or the other way round. */
  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** After a run of a sync, a change of it, or its removal. @param before as it was */
  async compare(before: Collection): Promise<void> {
    if (this.listeners.length === 0) return;
    const was = this.watching(before).containers ?? [];
    // In doubt they look.
    const after = await this.find(before.id).catch(() => null);
    const is = after?.containers ?? [];
    const different = [...was.filter((one) => !is.includes(one)), ...is.filter((one) => !was.includes(one))];
    if (different.length > 0) this.changed(before.id, different);
  }

  changed(syncId: string, containers: readonly string[]): void {
    for (const listener of this.listeners) listener(syncId, containers);
  }

  private watching(collection: Collection): WatchingSync {
    const { id: syncId, connectionId } = collection;
    const seal = new SyncSeal(this.keyring, syncId);
    if (!seal.canOpen(collection)) return { syncId, connectionId, containers: null };
    const isPaused = seal.openSettings(collection).paused;
    return { syncId, connectionId, containers: isPaused ? [] : (seal.openState(collection).containers ?? []) };
  }
}
