import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Keyring } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import type { Collection, RecordStore } from '@causeway/records';
import { actorOf, type Actor } from '../access/actor.js';
import { mayActFor, requireMayActFor, type Caller } from '../access/caller.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { storageVariable } from '../configuration/integration-environment.js';
import { AuditLog } from '../connections/audit-log.js';
import { ConnectionsService } from '../connections/connections.service.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { isoTime } from '../dto/iso-time.js';
import type { IntegrationDefinition, ItemType } from '../integrations/integration-definition.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { AccountItemTypes } from '../loads/account-item-types.js';
import { firstCursor } from '../loads/load-cursor.js';
import { openCursor, sealCursor } from '../store/sealed-cursor.js';
import { RECORD_STORE, required } from '../store/record-store.module.js';
import type { SyncDto, SyncRunDto, SyncRunPage, SyncStatus } from './sync.dto.js';
import type { CreateSyncDto, SyncQuery, UpdateSyncDto } from './sync-requests.dto.js';
import { FeedHistory } from './feed-history.js';
import { SyncRunner } from './sync-runner.js';
import { WatchedContainers } from './watched-containers.js';
import { nameOf, newSalt, SyncSeal, type Run, type SyncSettings, type SyncState } from './sync-records.js';

/** Two at once change the settings of one sync. */
const MAX_RACES = 10;
/** A page of the list ends after so many syncs of others or of another status. */
const MAX_LOOKED_AT = 5_000;
/** A sync has to be deleted first, which takes people longer. */
const RETRY_AFTER_SECONDS = 60;

export interface FoundSync {
  collection: Collection;
  settings: SyncSettings;
  state: SyncState;
  record: ConnectionRecord;
}

@Injectable()
export class SyncsService {
  private readonly logger = new Logger('Syncs');
  /** Each is logged once. */
  private readonly unreadable = new LRUCache<string, true>({ max: 1_000 });

  constructor(
    @Inject(RECORD_STORE) private readonly store: RecordStore | null,
    private readonly keyring: Keyring,
    private readonly connections: ConnectionsService,
    private readonly repository: ConnectionRepository,
    private readonly registry: IntegrationRegistry,
    private readonly itemTypes: AccountItemTypes,
    private readonly runner: SyncRunner,
    private readonly watched: WatchedContainers,
    private readonly history: FeedHistory,
    private readonly auditLog: AuditLog,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  /** @throws Problem `syncs-not-configured` */
  get records(): RecordStore {
    return required(this.store);
  }

  /** Somebody else's sync is unknown, as if it did not exist. @throws Problem `unknown-sync` */
  async get(id: string, caller: Caller): Promise<FoundSync> {
    const collection = await this.records.find(id);
    const record = collection === null ? null : await this.repository.read(collection.connectionId);
    if (collection === null || record === null || !mayActFor(caller, record)) {
      throw new Problem('unknown-sync', 'There is no sync with this id; it may have been deleted, or its connection.');
    }
    return this.opened(collection, record);
  }

  /** @returns the sync of the same items with the new intervals, if there is one */
  async create(request: CreateSyncDto, caller: Caller): Promise<{ sync: SyncDto; isNew: boolean }> {
    const { records } = this;
    const { connectionId, parent, everySeconds, fullEverySeconds } = request;
    const { record } = await this.connections.get(connectionId, caller);
    const { definition } = this.registry.configured(record.integration);
    const itemTypes = await this.itemTypes.of(record, request.types ?? [], { actor: actorOf(caller) });
    const selected = { ...(request.types && { types: request.types }), ...(parent !== undefined && { parent }) };
    const { types } = firstCursor(definition.name, itemTypes, selected, Date.now());
    for (const itemType of itemTypes) if (types.includes(itemType.type)) this.requireStorage(definition, itemType);
    const id = `syn_${randomBytes(12).toString('hex')}`;
    const intervals = { everySeconds, fullEverySeconds };
    const settings = { types, parent: parent ?? null, ...intervals, paused: false, salt: newSalt() };
    const now = Date.now();
    const { orgId, userId } = record;
    const name = nameOf(connectionId, types, settings.parent);
    const sealed = new SyncSeal(this.keyring, id).settings(settings);
    const owner = { connectionId, orgId, userId };
    const limit = this.config.limits.syncsPerOrganization;
    const existing = await records.create(
      { id, ...owner, name, settings: sealed, createdAt: now, nextRunAt: now },
      limit,
    );
    if (existing === 'too-many') {
      const detail = `This organization has ${limit} syncs, which is the most. Delete one of them, then retry.`;
      throw new Problem('too-many-requests', detail, { retryAfter: RETRY_AFTER_SECONDS });
    }
    if (existing !== null) {
      const sync = await this.update(this.opened(existing, record), intervals, actorOf(caller));
      return { sync, isNew: false };
    }
    const detail = `${id} of ${types.join()}`;
    await this.auditLog.append(record, { type: 'sync-created', detail, actor: actorOf(caller) });
    this.runner.wake();
    return { sync: viewOf(await this.get(id, caller)), isNew: true };
  }

  async list(query: SyncQuery, caller: Caller): Promise<{ syncs: SyncDto[]; nextCursor: string | null }> {
    const { limit, cursor, orgId, userId, connectionId, status } = query;
    requireMayActFor(caller, { orgId, userId });
    const orgIds = orgId === undefined ? (caller.orgIds ?? undefined) : [orgId];
    const filter = { orgIds, userId: userId ?? caller.userId ?? undefined, connectionId };
    const list = `syncs ${JSON.stringify([orgId, userId, connectionId, status])}`;
    type Position = { createdAt: number; id: string };
    let after = cursor === undefined ? null : openCursor<Position>(this.keyring, list, cursor);
    const syncs: SyncDto[] = [];
    for (let lookedAt = 0; ; lookedAt += limit) {
      const page = await this.records.list(filter, limit, after);
      const records = await this.repository.readAll(page.map(({ connectionId }) => connectionId));
      for (const [index, collection] of page.entries()) {
        const record = records[index];
        after = { createdAt: collection.createdAt, id: collection.id };
        if (record === undefined || record === null || !mayActFor(caller, record)) continue;
        const found = this.openedIfReadable(collection, record);
        const sync = found && viewOf(found);
        if (sync !== null && (status === undefined || sync.status === status)) syncs.push(sync);
        if (syncs.length === limit) break;
      }
      const isMore = page.length === limit;
      if (isMore && syncs.length < limit && lookedAt < MAX_LOOKED_AT) continue;
      return { syncs, nextCursor: isMore && after !== null ? sealCursor(this.keyring, list, after) : null };
    }
  }

  async change(id: string, change: UpdateSyncDto, caller: Caller): Promise<SyncDto> {
    return this.update(await this.get(id, caller), change, actorOf(caller));
  }

  async remove(id: string, caller: Caller): Promise<void> {
    const { collection, record } = await this.get(id, caller);
    await this.records.remove(id);
    await this.history.forget(collection);
    await this.watched.compare(collection);
    await this.auditLog.append(record, { type: 'sync-deleted', detail: id, actor: actorOf(caller) });
  }

  /** One that goes on is that run; a full one follows it if that is none. */
  async run(id: string, full: boolean, caller: Caller): Promise<SyncDto> {
    const { state } = await this.get(id, caller);
    const afterRunning = full && state.progress?.run.kind === 'changes';
    await this.records.request(id, full ? 'full' : 'changes', { afterRunning });
    this.runner.wake();
    return viewOf(await this.get(id, caller));
  }

  async listRuns(
    id: string,
    { limit, cursor }: { limit: number; cursor?: string },
    caller: Caller,
  ): Promise<SyncRunPage> {
    await this.get(id, caller);
    const seal = new SyncSeal(this.keyring, id);
    const list = `sync runs ${id}`;
    const before = cursor === undefined ? null : openCursor<number>(this.keyring, list, cursor);
    const found = await this.records.runs(id, limit + 1, before);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      runs: page.map(({ value }) => runView(seal.openRun(value))),
      nextCursor: last === undefined ? null : sealCursor(this.keyring, list, last.number),
    };
  }

  /** @throws Problem `invalid-request` where the provider's terms restrict it, and the operator has not allowed it */
  private requireStorage({ id }: IntegrationDefinition, { type, restrictedStorage }: ItemType): void {
    if (restrictedStorage === undefined) return;
    if (this.config.integrations[id]?.allowedStorage.has(type) === true) return;
    const setting = storageVariable(id, type);
    const { reason, url } = restrictedStorage;
    throw new Problem('invalid-request', `${reason} (${url}). The operator allows it with ${setting}=on.`, {
      errors: [{ pointer: '/types', detail: `${type} may not be kept` }],
    });
  }

  private async update(sync: FoundSync, change: UpdateSyncDto, actor: Actor): Promise<SyncDto> {
    const { id } = sync.collection;
    const seal = new SyncSeal(this.keyring, id);
    // A property that is not given is there, and undefined.
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    let found = sync;
    for (let race = 0; race < MAX_RACES; race += 1) {
      const { collection, state } = found;
      const settings = { ...found.settings, ...given };
      const { paused, everySeconds } = settings;
      const { startedAt } = state.lastRun ?? { startedAt: 0 };
      const nextRunAt = paused ? null : Math.max(Date.now(), startedAt + everySeconds * 1000);
      if (await this.records.update(id, collection.version, { settings: seal.settings(settings), nextRunAt })) {
        this.runner.wake();
        if (paused !== found.settings.paused) await this.watched.compare(collection);
        await this.recordChange(found, settings, actor);
        return viewOf(this.opened({ ...collection, nextRunAt }, found.record, settings));
      }
      const changed = await this.records.find(id);
      if (changed === null) throw new Problem('unknown-sync', 'This sync was deleted.');
      found = this.opened(changed, found.record);
    }
    throw new Problem('store-unavailable', 'Too many changes to one sync at the same time. Try again.');
  }

  /** Nothing where a sync is asked for again as it is. */
  private async recordChange(
    { collection: { id }, settings, record }: FoundSync,
    changed: SyncSettings,
    actor: Actor,
  ): Promise<void> {
    const names = (['everySeconds', 'fullEverySeconds', 'paused'] as const).filter(
      (name) => settings[name] !== changed[name],
    );
    if (names.length === 0) return;
    const detail = `${id}: ${names.map((name) => `${name} ${changed[name]}`).join(', ')}`;
    await this.auditLog.append(record, { type: 'sync-changed', detail, actor });
  }

  /** One that cannot be read does not hide the others of a list. */
  private openedIfReadable(collection: Collection, record: ConnectionRecord): FoundSync | null {
    try {
      return this.opened(collection, record);
    } catch (error) {
      const { id } = collection;
      const reason = error instanceof Problem ? error.detail : 'it is damaged';
      if (!this.unreadable.has(id)) this.logger.error(`the sync ${id} is not listed: ${reason}`);
      this.unreadable.set(id, true);
      return null;
    }
  }

  /** @throws Problem `store-unavailable` for one that this process cannot read */
  private opened(collection: Collection, record: ConnectionRecord, settings?: SyncSettings): FoundSync {
    const seal = new SyncSeal(this.keyring, collection.id);
    return {
      collection,
      record,
      settings: settings ?? seal.openSettings(collection),
      state: seal.openState(collection),
    };
  }
}

export function viewOf({ collection, settings, state, record }: FoundSync): SyncDto {
  const { id, connectionId, orgId, userId, size, running, nextRunAt, createdAt } = collection;
  const { types, parent, everySeconds, fullEverySeconds } = settings;
  const status = statusOf(settings, state, record);
  const lastRun = state.progress?.run ?? state.lastRun;
  return {
    id,
    connectionId,
    orgId,
    userId,
    integration: record.integration,
    types: [...types],
    parent,
    everySeconds,
    fullEverySeconds,
    status,
    items: size,
    lastRun: lastRun === null ? null : runView(lastRun),
    nextRunAt: nextRunAt === null || running || status === 'needs-reconnect' ? null : isoTime(nextRunAt),
    createdAt: isoTime(createdAt),
  };
}

function statusOf({ paused }: SyncSettings, { lastRun }: SyncState, { problem }: ConnectionRecord): SyncStatus {
  if (problem !== null) return 'needs-reconnect';
  if (paused) return 'paused';
  // A connection that was reconnected has only not run since.
  const hasFailed = (lastRun?.problem ?? null) !== null && lastRun?.problem?.slug !== 'needs-reconnect';
  return hasFailed ? 'failing' : 'active';
}

function runView({ startedAt, endedAt, ...run }: Run): SyncRunDto {
  return { ...run, startedAt: isoTime(startedAt), endedAt: endedAt === null ? null : isoTime(endedAt) };
}
