import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import type { Collection, RecordStore } from '@causeway/records';
import { SERVICE } from '../access/actor.js';
import { ConnectionApi } from '../connections/connection-api.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import type { IntegrationItem } from '../integrations/integration.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import type { ChangedItem } from '../integrations/provider-webhook.js';
import { AccountItemTypes } from '../loads/account-item-types.js';
import { Metrics } from '../metrics/metrics.js';
import { FeedHistory } from './feed-history.js';
import { askForItem } from './ask-for-item.js';
import { RECORD_STORE } from '../store/record-store.module.js';
import { deletedRecord, itemRecord, type Gone } from './run-writer.js';
import { openChange, recordKey, SyncSeal, type Evidence, type SyncSettings } from './sync-records.js';

const LEASE_MS = 30_000;
/** How long the provider's limits may hold up a single item. */
const MAX_WAIT_MS = 15_000;
const MAX_SYNCS = 500;

interface Told {
  items: IntegrationItem[];
  gone: Gone[];
}

/** Takes what a provider has told of single items over into the syncs that hold them, beside their runs. */
@Injectable()
export class ToldItems {
  constructor(
    @Inject(RECORD_STORE) private readonly records: RecordStore | null,
    private readonly keyring: Keyring,
    private readonly registry: IntegrationRegistry,
    private readonly itemTypes: AccountItemTypes,
    private readonly api: ConnectionApi,
    private readonly history: FeedHistory,
    private readonly metrics: Metrics,
  ) {}

  /**
   * What is not deleted is asked for, after the lease of the sync was taken: what is written is never older than what is there.
   * @returns false: a run of a sync goes on, and it has to be told again afterwards
   * @throws Problem `store-unavailable`, or why the provider could not be asked now
   */
  async apply(record: ConnectionRecord, changed: readonly ChangedItem[]): Promise<boolean> {
    if (this.records === null || changed.length === 0 || record.problem !== null) return true;
    let isDone = true;
    for (const collection of await this.records.list({ connectionId: record.id }, MAX_SYNCS, null)) {
      const seal = new SyncSeal(this.keyring, collection.id);
      // A process that can read it finds the changes with its next full pass.
      if (!seal.canOpen(collection)) continue;
      const settings = seal.openSettings(collection);
      const concerned = changed.filter(({ type }) => type === null || settings.types.includes(type));
      if (concerned.length === 0 || settings.paused) continue;
      // The first run reads all of it.
      if (collection.state === null && !collection.running) continue;
      isDone = (await this.tellSync(this.records, record, collection, settings, concerned)) && isDone;
    }
    return isDone;
  }

  private async tellSync(
    records: RecordStore,
    record: ConnectionRecord,
    { id }: Collection,
    settings: SyncSettings,
    changed: readonly ChangedItem[],
  ): Promise<boolean> {
    const owner = randomUUID();
    const held = await records.acquire(id, owner, LEASE_MS);
    if (held === null) return (await records.find(id)) === null;
    const extending = setInterval(() => void records.extend(id, owner, LEASE_MS).catch(() => undefined), LEASE_MS / 3);
    try {
      await this.history.verify(held);
      const { items, gone } = await this.read(records, record, id, settings, changed);
      if (items.length + gone.length === 0) return true;
      const applied = await records.apply(id, owner, {
        upserts: items.map((item) => itemRecord(settings.salt, item)),
        deletes: gone.map(deletedRecord),
        seal: new SyncSeal(this.keyring, id).blocks,
        seen: false,
        now: Date.now(),
      });
      await this.history.remember(id).catch(() => undefined);
      const { integration } = record;
      for (const change of ['added', 'updated', 'deleted'] as const)
        this.metrics.syncChanges.inc({ integration, change }, applied?.[change] ?? 0);
      return applied !== null;
    } finally {
      clearInterval(extending);
      await records.release(id, owner).catch(() => undefined);
    }
  }

  private async read(
    records: RecordStore,
    record: ConnectionRecord,
    id: string,
    settings: SyncSettings,
    changed: readonly ChangedItem[],
  ): Promise<Told> {
    const { integration } = this.registry.configured(record.integration);
    const options = { actor: SERVICE, job: randomUUID(), maxWaitMs: MAX_WAIT_MS, bypassCache: true };
    const account = this.api.ofConnection(record, options);
    const itemTypes = await this.itemTypes.of(record, settings.types, options);
    const told: Told = { items: [], gone: [] };
    const isWithin = ({ type, driveId, parentId }: IntegrationItem) => {
      const { parent } = settings;
      if (parent === null) return true;
      const itemType = itemTypes.find((known) => known.type === type);
      return itemType?.isWithin?.({ driveId, parentId }, parent) ?? parentId === parent;
    };
    const named = changed.flatMap((item) =>
      (item.type === null ? settings.types : [item.type]).map((type) => ({
        ...item,
        type,
        isTypeKnown: item.type !== null,
      })),
    );
    const keyOf = (name: { type: string; driveId: string | null; id: string }) => recordKey(settings.salt, name);
    const { blocks } = new SyncSeal(this.keyring, id);
    const found = await records.recordsOf(id, named.map(keyOf), blocks);
    const known = new Map(found.map((one) => [one.key, openChange(one).item]));
    for (const one of named) {
      const key = keyOf(one);
      const held = known.get(key) ?? null;
      // Of an unknown type only what is held is meant.
      if (!one.isTypeKnown && held === null) continue;
      const name = { ...one, parentId: one.parentId ?? held?.parentId ?? null };
      const goneWith = (evidence: Evidence) => held && told.gone.push({ key, name, evidence });
      if (one.isDeleted) {
        goneWith('told');
        continue;
      }
      const item = await askForItem(integration, account, name);
      if (item === null) goneWith(one.wasDeleted === true ? 'told' : 'confirmed');
      else if (item !== undefined && (held !== null || isWithin(item))) told.items.push(item);
    }
    return told;
  }
}
