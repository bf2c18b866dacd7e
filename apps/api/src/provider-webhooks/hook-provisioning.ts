import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { UpstreamError } from '@causeway/http-client';
import { SERVICE } from '../access/actor.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionApi } from '../connections/connection-api.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import type { ProviderHooks, WritableApi } from '../integrations/integration.js';
import { WatchedContainers } from '../syncs/watched-containers.js';
import { isOutage } from './is-outage.js';
import { StoredHooks, type StoredHook } from './stored-hooks.js';

/** A provider that refuses to make one, for want of rights or room, is asked again after this time. */
const REFUSED_MS = 60 * 60_000;
const MAX_REFUSED = 10_000;

export type Watchers = StoredHook['watchers'];

/** An integration whose webhooks are made for each container. */
export interface HookedIntegration {
  id: string;
  provider: ProviderHooks;
}

/** Makes, renews and removes single webhooks at providers. */
@Injectable()
export class HookProvisioning {
  private readonly logger = new Logger('ProviderHooks');
  private readonly refused = new LRUCache<string, true>({
    maxSize: MAX_REFUSED,
    sizeCalculation: () => 1,
    ttl: REFUSED_MS,
    ttlResolution: 1_000,
  });

  constructor(
    private readonly hooks: StoredHooks,
    private readonly watched: WatchedContainers,
    private readonly repository: ConnectionRepository,
    private readonly api: ConnectionApi,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  /**
   * Afterwards there is a webhook for the container if it is watched, and none otherwise.
   * @returns the one that there is
   * @throws UpstreamError or Problem where it could not be made now
   */
  async settle(
    integration: HookedIntegration,
    container: string,
    hook: StoredHook | null,
    watchers: Watchers,
  ): Promise<StoredHook | null> {
    if (hook !== null && watchers.connectionIds.includes(hook.connectionId)) return this.noteWatchers(hook, watchers);
    if (hook !== null) await this.remove(integration, hook);
    for (const connectionId of watchers.connectionIds) {
      const record = await this.repository.read(connectionId);
      if (record === null || !record.scopes.includes(integration.provider.scope)) continue;
      const created = await this.create(integration, container, record, watchers);
      if (created === null) continue;
      // What has changed before it was made.
      for (const syncId of watchers.syncIds) await this.watched.requestRun(syncId, 'changes');
      return created;
    }
    return null;
  }

  /** @returns `null`: it is gone at the provider. @throws UpstreamError or Problem where it was not renewed */
  async renew({ provider }: HookedIntegration, hook: StoredHook): Promise<StoredHook | null> {
    const record = await this.repository.read(hook.connectionId);
    const renewed = record && (await provider.refresh(this.apiOf(record), hook.container, hook.id));
    if (renewed === null) return null;
    const current = await this.hooks.find(hook.integration, hook.container);
    const next = { ...hook, ...current, refreshAt: halfLife(Date.now(), renewed.expiresAt) };
    await this.hooks.put(next);
    return next;
  }

  private async create(
    { id: integration, provider }: HookedIntegration,
    container: string,
    record: ConnectionRecord,
    watchers: Watchers,
  ): Promise<StoredHook | null> {
    const attempt = `${container} ${record.id}`;
    if (this.refused.has(attempt)) return null;
    const url = `${this.config.publicUrl}/integrations/${integration}/webhook`;
    const api = this.apiOf(record);
    try {
      // Those that lead here and that nobody knows: a response was lost, or their connection was removed. There is room for a few only.
      for (const found of await provider.list(api, container))
        if (found.url === url && (await this.hooks.findById(integration, found.id)) === null)
          await provider.remove(api, container, found.id);
      const { id, secret, expiresAt } = await provider.create(api, container, url);
      const createdAt = Date.now();
      const hook = { integration, container, id, secret, connectionId: record.id, cursor: provider.firstCursor };
      const created = { ...hook, watchers, createdAt, refreshAt: halfLife(createdAt, expiresAt) };
      await this.hooks.put(created);
      return created;
    } catch (error) {
      // Of the store, or an outage: the next sweep tries again, and removes what was made and not stored.
      if (!(error instanceof UpstreamError) || isOutage(error)) throw error;
      this.refused.set(attempt, true);
      this.logger.warn(`no webhook for ${container} of ${integration}: ${reasonOf(error)}`);
      return null;
    }
  }

  private async noteWatchers(hook: StoredHook, watchers: Watchers): Promise<StoredHook> {
    if (isDeepStrictEqual(hook.watchers, watchers)) return hook;
    const current = await this.hooks.find(hook.integration, hook.container);
    if (current?.id === hook.id) await this.hooks.put({ ...current, watchers });
    return { ...hook, watchers };
  }

  /** What cannot be removed at the provider ends there by itself. */
  private async remove({ provider }: HookedIntegration, hook: StoredHook): Promise<void> {
    const record = await this.repository.read(hook.connectionId);
    if (record !== null && record.problem === null)
      await provider
        .remove(this.apiOf(record), hook.container, hook.id)
        .catch((error: unknown) => this.logger.warn(`a webhook of ${hook.integration} stays: ${reasonOf(error)}`));
    await this.hooks.remove(hook);
  }

  private apiOf(record: ConnectionRecord): WritableApi {
    return this.api.ofConnection(record, { actor: SERVICE }).api;
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}

function halfLife(now: number, expiresAt: number | null): number | null {
  return expiresAt === null ? null : Math.round((now + expiresAt) / 2);
}
