import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LeaseStore, holdLease } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { WatchedContainers, type WatchingSync } from '../syncs/watched-containers.js';
import { HookProvisioning, reasonOf, type HookedIntegration, type Watchers } from './hook-provisioning.js';
import { StoredHooks, type StoredHook } from './stored-hooks.js';

const LEASE = { partition: 'provider-hooks', key: 'lease:maintenance' };
/** So long it is kept from others by a process that crashed, or that lost its store. */
const LEASE_MS = 10_000;
/** All syncs are looked at this often, by one process, which uses at most a hundredth of its time for it. */
const SWEEP_MS = 60_000;
const SWEEP_SHARE = 100;
/** What failed is tried again after this time, doubled with each failure, and at the latest when all syncs are looked at. */
const FIRST_RETRY_MS = 1_000;

/** By container. */
type AllWatchers = Map<string, { connectionIds: Set<string>; syncIds: Set<string> }>;

/**
 * Keeps a webhook at the provider for each container that a sync watches: at once where a sync of this process watches another one than
 * before, and with a look at all syncs from time to time.
 */
@Injectable()
export class HookMaintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ProviderHooks');
  /** By container, the syncs that may watch it or no longer. */
  private changed = new Map<string, Set<string>>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private needsSweep = true;
  private hasFailed = false;
  private retryMs = FIRST_RETRY_MS;
  private refreshAt = Infinity;

  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly hooks: StoredHooks,
    private readonly provisioning: HookProvisioning,
    private readonly watched: WatchedContainers,
    private readonly repository: ConnectionRepository,
    private readonly leases: LeaseStore,
    private readonly shutdown: Shutdown,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  onApplicationBootstrap(): void {
    if (this.integrations().length === 0) return;
    this.watched.onChange((syncId, containers) => {
      for (const container of containers) this.noteChange(container, [syncId]);
      this.wake();
    });
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
  }

  private wake(): void {
    if (this.shutdown.draining.aborted) return;
    clearTimeout(this.timer);
    this.running ??= this.maintain()
      .catch((error: unknown) => {
        this.hasFailed = true;
        this.logger.warn(`not maintained: ${reasonOf(error)}`);
      })
      .finally(() => {
        this.running = null;
        this.retryMs = this.hasFailed ? Math.min(2 * this.retryMs, SWEEP_MS) : FIRST_RETRY_MS;
        this.hasFailed = false;
        const next = this.changed.size > 0 || this.needsSweep ? 0 : Math.min(SWEEP_MS, this.refreshAt - Date.now());
        this.timer = setTimeout(() => this.wake(), Math.max(this.retryMs, next)).unref();
      });
  }

  /** By one process at a time; what another one keeps this one from is done a little later. */
  private async maintain(): Promise<void> {
    await holdLease(this.leases, LEASE, LEASE_MS, async () => {
      if ((await this.hooks.beginSweep(SWEEP_MS)) || this.needsSweep) await this.sweep();
      else await this.settleChanged();
      if (this.refreshAt <= Date.now()) await this.renewAll();
    });
  }

  private async sweep(): Promise<void> {
    const startedAt = Date.now();
    this.needsSweep = true;
    // What changes from here on may not be seen by it.
    this.changed = new Map();
    this.refreshAt = startedAt;
    for (const integration of this.integrations()) {
      const { all, unreadable } = await this.allWatchers(integration);
      const stored = new Map((await this.hooks.list(integration.id)).map((hook) => [hook.container, hook]));
      for (const container of new Set([...stored.keys(), ...all.keys()])) {
        const hook = stored.get(container) ?? null;
        // Another process knows whether they still watch it.
        if (hook?.watchers.syncIds.some((syncId) => unreadable.has(syncId)) === true) continue;
        const watchers = listed(all.get(container));
        const syncIds = [...watchers.syncIds, ...(hook?.watchers.syncIds ?? [])];
        await this.attempt(container, syncIds, () => this.settle(integration, container, hook, watchers));
      }
    }
    this.needsSweep = false;
    await this.hooks.noteSweep(Math.max(SWEEP_MS, SWEEP_SHARE * (Date.now() - startedAt)));
  }

  private async settleChanged(): Promise<void> {
    const { changed } = this;
    this.changed = new Map();
    for (const integration of this.integrations())
      for (const [container, syncIds] of changed)
        await this.attempt(container, syncIds, () => this.settleChange(integration, container, syncIds));
  }

  private async settleChange(integration: HookedIntegration, container: string, changed: Set<string>): Promise<void> {
    const hook = await this.hooks.find(integration.id, container);
    const known = hook?.watchers ?? { connectionIds: [], syncIds: [] };
    const all: AllWatchers = new Map();
    const isWatching = async (syncId: string) => {
      const sync = await this.watched.find(syncId);
      if (sync?.containers === null) throw new Error(`${syncId} cannot be read`);
      return sync?.containers?.includes(container) === true && (await this.add(all, integration, sync, container));
    };
    const found = await Promise.all([...changed].map(isWatching));
    if (found.every(Boolean)) {
      const { connectionIds, syncIds } = listed(all.get(container));
      return this.settle(integration, container, hook, {
        connectionIds: sorted([...known.connectionIds, ...connectionIds]),
        syncIds: sorted([...known.syncIds, ...syncIds]),
      });
    }
    // One watches it no longer: by whose connections do the others?
    for (const syncId of known.syncIds) if (!changed.has(syncId)) await isWatching(syncId);
    return this.settle(integration, container, hook, listed(all.get(container)));
  }

  private async settle(
    integration: HookedIntegration,
    container: string,
    hook: StoredHook | null,
    watchers: Watchers,
  ): Promise<void> {
    this.noteRefresh(await this.provisioning.settle(integration, container, hook, watchers));
  }

  /** What fails for one container keeps none of the others waiting. */
  private async attempt(container: string, syncIds: Iterable<string>, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      this.hasFailed = true;
      this.noteChange(container, syncIds);
      this.logger.warn(`the webhook of ${container} is looked at again later: ${reasonOf(error)}`);
    });
  }

  private noteChange(container: string, syncIds: Iterable<string>): void {
    this.changed.set(container, new Set([...(this.changed.get(container) ?? []), ...syncIds]));
  }

  private async renewAll(): Promise<void> {
    this.refreshAt = Infinity;
    for (const integration of this.integrations())
      for (const hook of await this.hooks.list(integration.id)) {
        const isDue = hook.refreshAt !== null && hook.refreshAt <= Date.now();
        if (isDue) await this.renew(integration, hook);
        else this.noteRefresh(hook);
      }
  }

  private async renew(integration: HookedIntegration, hook: StoredHook): Promise<void> {
    try {
      const renewed = await this.provisioning.renew(integration, hook);
      if (renewed !== null) return this.noteRefresh(renewed);
      await this.hooks.remove(hook);
      await this.settleChange(integration, hook.container, new Set(hook.watchers.syncIds));
    } catch (error) {
      this.refreshAt = Math.min(this.refreshAt, Date.now() + SWEEP_MS);
      this.logger.warn(`a webhook of ${integration.id} was not renewed: ${reasonOf(error)}`);
    }
  }

  private noteRefresh(hook: StoredHook | null): void {
    this.refreshAt = Math.min(this.refreshAt, hook?.refreshAt ?? Infinity);
  }

  /** @returns `unreadable`: the syncs of which this process does not know what they watch */
  private async allWatchers(integration: HookedIntegration): Promise<{ all: AllWatchers; unreadable: Set<string> }> {
    const all: AllWatchers = new Map();
    const unreadable = new Set<string>();
    for await (const sync of this.watched.all()) {
      if (sync.containers === null) unreadable.add(sync.syncId);
      for (const container of sync.containers ?? [])
        await this.add(all, integration, sync, container).catch(() => unreadable.add(sync.syncId));
    }
    return { all, unreadable };
  }

  /** @returns whether it is a sync of this integration whose connection works */
  private async add(
    all: AllWatchers,
    integration: HookedIntegration,
    { syncId, connectionId }: WatchingSync,
    container: string,
  ): Promise<boolean> {
    const watchers = all.get(container) ?? { connectionIds: new Set(), syncIds: new Set() };
    if (!watchers.connectionIds.has(connectionId)) {
      const record = await this.repository.read(connectionId);
      if (record === null || record.problem !== null || record.integration !== integration.id) return false;
    }
    all.set(container, watchers);
    watchers.connectionIds.add(connectionId);
    watchers.syncIds.add(syncId);
    return true;
  }

  private integrations(): HookedIntegration[] {
    return this.registry.all().flatMap(({ definition: { id }, integration: { hooks: provider }, configured }) => {
      const isEnabled = configured !== null && this.config.integrations[id]?.makesWebhooks === true;
      return provider !== undefined && isEnabled ? [{ id, provider }] : [];
    });
  }
}

function listed(watchers: { connectionIds: Set<string>; syncIds: Set<string> } | undefined): Watchers {
  return { connectionIds: sorted(watchers?.connectionIds ?? []), syncIds: sorted(watchers?.syncIds ?? []) };
}

function sorted(ids: Iterable<string>): string[] {
  return [...new Set(ids)].sort();
}
