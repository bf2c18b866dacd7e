import { Injectable } from '@nestjs/common';
import { SERVICE } from '../access/actor.js';
import { ConnectionApi } from '../connections/connection-api.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import type { ChangedItem } from '../integrations/provider-webhook.js';
import { WatchedContainers } from '../syncs/watched-containers.js';
import { StoredHooks, type StoredHook } from './stored-hooks.js';

export interface ReadHook {
  hook: StoredHook;
  items: ChangedItem[];
  /** More may have changed than these. */
  isIncomplete: boolean;
  /** Where to read on, once everything was taken over. */
  cursor: number;
}

/** Asks a provider what its webhook does not say. */
@Injectable()
export class HookReader {
  constructor(
    private readonly hooks: StoredHooks,
    private readonly repository: ConnectionRepository,
    private readonly registry: IntegrationRegistry,
    private readonly api: ConnectionApi,
    private readonly watched: WatchedContainers,
  ) {}

  /** @returns `null`: there is nothing to read any more. @throws UpstreamError or Problem where the provider cannot be asked now */
  async read(integration: string, id: string): Promise<ReadHook | null> {
    const hook = await this.hooks.findById(integration, id);
    const record = hook && (await this.repository.read(hook.connectionId));
    const provider = this.registry.configured(integration).integration.hooks;
    if (hook === null || record === null || record.problem !== null || provider === undefined) return null;
    const { api } = this.api.ofConnection(record, { actor: SERVICE });
    const items: ChangedItem[] = [];
    let { cursor } = hook;
    let isIncomplete = false;
    for (let hasMore = true; hasMore;) {
      const changes = await provider.read(api, hook.container, id, cursor);
      if (changes === null) {
        // It has ended: another one is made, and what it would have told is read.
        await this.hooks.remove(hook);
        for (const syncId of hook.watchers.syncIds) this.watched.changed(syncId, [hook.container]);
        return null;
      }
      items.push(...changes.items);
      hasMore = changes.hasMore && changes.cursor > cursor;
      cursor = changes.cursor;
      isIncomplete ||= changes.isIncomplete;
    }
    return { hook, items, isIncomplete, cursor };
  }

  /** Once everything was taken over: a run that goes on would keep that waiting, and it would be asked for again. */
  async advance({ hook, isIncomplete, cursor }: ReadHook): Promise<void> {
    if (isIncomplete) for (const syncId of hook.watchers.syncIds) await this.watched.requestRun(syncId, 'full');
    await this.hooks.advance(hook, cursor);
  }
}
