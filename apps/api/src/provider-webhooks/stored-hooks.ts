import { Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { KeyValueStore } from '@causeway/store';
import type { SealedRecords } from '../store/sealed-records.js';
import { SEALED, sealedWebhooks } from '../webhooks/sealed-webhooks.js';

/** A webhook that this service made at a provider: one for each container. Times are milliseconds since the epoch. */
export interface StoredHook {
  integration: string;
  container: string;
  /** The provider's. */
  id: string;
  secret: string;
  /** Whose credential made it, and reads what it tells. */
  connectionId: string;
  /** Whose syncs watch the container, and which these are. */
  watchers: { connectionIds: readonly string[]; syncIds: readonly string[] };
  /** Where to read on. */
  cursor: number;
  createdAt: number;
  /** When half of its life is over. `null`: it does not end. */
  refreshAt: number | null;
}

const PARTITION = 'provider-hooks';
const SWEPT = 'swept';
const PAGE = 500;

@Injectable()
export class StoredHooks {
  private readonly sealed: SealedRecords;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
  ) {
    this.sealed = sealedWebhooks(store, keyring);
  }

  async find(integration: string, container: string): Promise<StoredHook | null> {
    const ref = { partition: PARTITION, key: keyOf(integration, container) };
    const value = await this.store.get(ref);
    return value === null ? null : this.sealed.open<StoredHook>(ref, value);
  }

  /** By the provider's id. */
  async findById(integration: string, id: string): Promise<StoredHook | null> {
    const container = await this.store.get({ partition: PARTITION, key: idKeyOf(integration, id) });
    const hook = container === null ? null : await this.find(integration, container);
    return hook?.id === id ? hook : null;
  }

  async list(integration: string): Promise<StoredHook[]> {
    const hooks: StoredHook[] = [];
    for (let before: string | undefined; ;) {
      const containers = await this.store.pageDescending(PARTITION, integration, { limit: PAGE, before });
      const refs = containers.map((container) => ({ partition: PARTITION, key: keyOf(integration, container) }));
      for (const [at, value] of (refs.length === 0 ? [] : await this.store.getMany(refs)).entries()) {
        const ref = refs[at];
        const hook = value === null || ref === undefined ? null : this.sealed.open<StoredHook>(ref, value);
        if (hook !== null) hooks.push(hook);
      }
      before = containers.at(-1);
      if (containers.length < PAGE) return hooks;
    }
  }

  async put(hook: StoredHook): Promise<void> {
    const { integration, container, id } = hook;
    const key = keyOf(integration, container);
    await this.store.commitIfUnchanged(PARTITION, {
      put: [
        { key, value: this.sealed.seal({ partition: PARTITION, key }, hook) },
        { key: idKeyOf(integration, id), value: container },
      ],
      addToIndex: [{ index: integration, member: container }],
    });
  }

  async remove({ integration, container, id }: StoredHook): Promise<void> {
    await this.store.commitIfUnchanged(PARTITION, {
      remove: [keyOf(integration, container), idKeyOf(integration, id)],
      removeFromIndex: [{ index: integration, member: container }],
    });
  }

  /** @returns true to one process, until the time is over that it or `noteSweep` has set */
  beginSweep(ttlMs: number): Promise<boolean> {
    return this.store.commitIfUnchanged(PARTITION, {
      expect: [{ key: SWEPT, value: null }],
      put: [{ key: SWEPT, value: '1', ttlMs }],
    });
  }

  async noteSweep(ttlMs: number): Promise<void> {
    await this.store.commitIfUnchanged(PARTITION, { put: [{ key: SWEPT, value: '1', ttlMs }] });
  }

  /** Unless it is another one by now, or was read further. */
  async advance(hook: StoredHook, cursor: number): Promise<void> {
    const current = await this.find(hook.integration, hook.container);
    if (current?.id === hook.id && current.cursor < cursor) await this.put({ ...current, cursor });
  }
}

function keyOf(integration: string, container: string): string {
  return `${SEALED}hook:${integration}:${container}`;
}

function idKeyOf(integration: string, id: string): string {
  return `hook-id:${integration}:${id}`;
}
