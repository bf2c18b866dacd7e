import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LeaseStore, holdLease } from '@causeway/store';
import { SERVICE } from '../access/actor.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionApi } from '../connections/connection-api.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { IntegrationRegistry, type KnownIntegration } from '../integrations/integration-registry.js';
import type { ProviderHooks, WritableApi } from '../integrations/integration.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { WatchedContainers } from '../syncs/watched-containers.js';
import { StoredHooks, type StoredHook } from './stored-hooks.js';

const LEASE = { partition: 'provider-hooks', key: 'lease:maintenance' };
const LEASE_MS = 30_000;
const INTERVAL_MS = 60_000;
const SHORTEST_INTERVAL_MS = 1_000;
/** A provider that refuses to make one, for want of rights or room, is asked again after this time. */
const REFUSED_MS = 60 * 60_000;

interface Watchers {
  connectionIds: Set<string>;
  syncIds: string[];
}

type Watched = StoredHook['watchers'];

/** Makes, renews and removes the webhooks at providers where each container needs one, so that each that a sync watches has one. */
@Injectable()
export class HookMaintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ProviderHooks');
  private readonly refused = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private isWanted = false;
  private refreshAt = Infinity;

  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly hooks: StoredHooks,
    private readonly watched: WatchedContainers,
    private readonly repository: ConnectionRepository,
    private readonly api: ConnectionApi,
    private readonly leases: LeaseStore,
    private readonly shutdown: Shutdown,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  onApplicationBootstrap(): void {
    if (this.enabled().length === 0) return;
    this.watched.onChange(() => this.wake());
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
  }

  private wake(): void {
    this.isWanted = true;
    if (this.shutdown.draining.aborted) return;
    clearTimeout(this.timer);
    this.running ??= this.maintain()
      .catch((error: unknown) => this.logger.warn(`not maintained: ${reasonOf(error)}`))
      .finally(() => {
        this.running = null;
        if (this.isWanted) return this.wake();
        const untilRefresh = this.refreshAt - Date.now();
        const pauseMs = Math.max(SHORTEST_INTERVAL_MS, Math.min(INTERVAL_MS, untilRefresh));
        this.timer = setTimeout(() => this.wake(), pauseMs).unref();
      });
  }

  /** By one process at a time; another one does it a little later. */
  private async maintain(): Promise<void> {
    this.isWanted = false;
    await holdLease(this.leases, LEASE, LEASE_MS, async () => {
      const watchers = await this.watchers();
      this.refreshAt = Infinity;
      for (const known of this.enabled())
        await this.maintainAll(known, watchers.get(known.definition.id) ?? new Map<string, Watchers>());
    });
  }

  /** By integration and container. */
  private async watchers(): Promise<Map<string, Map<string, Watchers>>> {
    const all = new Map<string, Map<string, Watchers>>();
    for await (const { syncId, connectionId, containers } of this.watched.all()) {
      const record = await this.repository.read(connectionId);
      if (record === null || record.problem !== null) continue;
      const ofIntegration = all.get(record.integration) ?? new Map<string, Watchers>();
      all.set(record.integration, ofIntegration);
      for (const container of containers) {
        const watchers = ofIntegration.get(container) ?? { connectionIds: new Set(), syncIds: [] };
        ofIntegration.set(container, watchers);
        watchers.connectionIds.add(connectionId);
        watchers.syncIds.push(syncId);
      }
    }
    return all;
  }

  private async maintainAll(
    { definition, integration }: KnownIntegration,
    watchers: Map<string, Watchers>,
  ): Promise<void> {
    const { hooks: provider } = integration;
    if (provider === undefined) return;
    const stored = new Map((await this.hooks.list(definition.id)).map((hook) => [hook.container, hook]));
    for (const [container, hook] of stored) {
      const isWatched = watchers.get(container)?.connectionIds.has(hook.connectionId) === true;
      if (isWatched && (await this.renew(provider, hook))) {
        await this.noteWatchers(hook, listed(watchers.get(container)));
        continue;
      }
      await this.remove(provider, hook);
      stored.delete(container);
    }
    for (const [container, found] of watchers) {
      if (stored.has(container)) continue;
      const watched = listed(found);
      for (const connectionId of watched.connectionIds) {
        const record = await this.repository.read(connectionId);
        if (record === null || !record.scopes.includes(provider.scope)) continue;
        if (!(await this.create(provider, definition.id, container, record, watched))) continue;
        // What has changed before it was made.
        for (const syncId of watched.syncIds) await this.watched.requestRun(syncId, 'changes');
        break;
      }
    }
  }

  private async create(
    provider: ProviderHooks,
    integration: string,
    container: string,
    record: ConnectionRecord,
    watchers: Watched,
  ): Promise<boolean> {
    const attempt = `${container} ${record.id}`;
    if ((this.refused.get(attempt) ?? 0) > Date.now()) return false;
    const url = `${this.config.publicUrl}/integrations/${integration}/webhook`;
    const api = this.apiOf(record);
    try {
      await this.removeUnknown(provider, integration, container, url, api);
      const { id, secret, expiresAt } = await provider.create(api, container, url);
      const createdAt = Date.now();
      const refreshAt = halfLife(createdAt, expiresAt);
      const hook = { integration, container, id, secret, connectionId: record.id, cursor: provider.firstCursor };
      await this.hooks.put({ ...hook, watchers, createdAt, refreshAt });
      this.refreshAt = Math.min(this.refreshAt, refreshAt ?? Infinity);
      return true;
    } catch (error) {
      this.refused.set(attempt, Date.now() + REFUSED_MS);
      this.logger.warn(`no webhook for ${container} of ${integration}: ${reasonOf(error)}`);
      return false;
    }
  }

  /** Those that lead here and that nobody knows: a response was lost, or their connection was removed. There is room for a few only. */
  private async removeUnknown(
    provider: ProviderHooks,
    integration: string,
    container: string,
    url: string,
    api: WritableApi,
  ): Promise<void> {
    for (const hook of await provider.list(api, container))
      if (hook.url === url && (await this.hooks.findById(integration, hook.id)) === null)
        await provider.remove(api, container, hook.id);
  }

  /** @returns false: it is gone at the provider */
  private async renew(provider: ProviderHooks, hook: StoredHook): Promise<boolean> {
    if (hook.refreshAt === null || hook.refreshAt > Date.now()) {
      this.refreshAt = Math.min(this.refreshAt, hook.refreshAt ?? Infinity);
      return true;
    }
    const record = await this.repository.read(hook.connectionId);
    if (record === null) return false;
    try {
      const renewed = await provider.refresh(this.apiOf(record), hook.container, hook.id);
      if (renewed === null) return false;
      const refreshAt = halfLife(Date.now(), renewed.expiresAt);
      await this.hooks.put({ ...hook, ...(await this.hooks.find(hook.integration, hook.container)), refreshAt });
      this.refreshAt = Math.min(this.refreshAt, refreshAt ?? Infinity);
    } catch (error) {
      this.refreshAt = Math.min(this.refreshAt, Date.now() + INTERVAL_MS);
      this.logger.warn(`a webhook of ${hook.integration} was not renewed: ${reasonOf(error)}`);
    }
    return true;
  }

  private async noteWatchers(hook: StoredHook, watchers: Watched): Promise<void> {
    if (isDeepStrictEqual(hook.watchers, watchers)) return;
    const current = await this.hooks.find(hook.integration, hook.container);
    if (current?.id === hook.id) await this.hooks.put({ ...current, watchers });
  }

  /** What cannot be removed at the provider ends there by itself. */
  private async remove(provider: ProviderHooks, hook: StoredHook): Promise<void> {
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

  private enabled(): KnownIntegration[] {
    return this.registry
      .all()
      .filter(
        ({ definition: { id }, integration, configured }) =>
          configured !== null &&
          integration.hooks !== undefined &&
          this.config.integrations[id]?.makesWebhooks === true,
      );
  }
}

function listed(watchers: Watchers | undefined): Watched {
  return { connectionIds: [...(watchers?.connectionIds ?? [])].sort(), syncIds: [...(watchers?.syncIds ?? [])].sort() };
}

function halfLife(now: number, expiresAt: number | null): number | null {
  return expiresAt === null ? null : Math.round((now + expiresAt) / 2);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
