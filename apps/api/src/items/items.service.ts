import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import type { Actor } from '../access/actor.js';
import { ActivityLog } from '../activity/activity-log.js';
import { AuthorizationWatch } from '../access/authorization-watch.js';
import type { AuthorizationCheck } from '../access/caller.js';
import { ConcurrencyLimit } from '../access/concurrency-limit.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { AuditLog } from '../connections/audit-log.js';
import { ConnectionApi, type ApiOptions } from '../connections/connection-api.js';
import { needsReconnect } from '../connections/connection-credentials.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { failureOf } from '../connections/provider-calls.js';
import { openCursor, sealCursor } from '../store/sealed-cursor.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import type { IntegrationItem } from '../integrations/integration.js';
import { Metrics } from '../metrics/metrics.js';
import { SealedCache } from '../store/sealed-cache.js';
import { Tracing } from '../tracing/tracing.js';
import type { ItemPage, LoadDto } from './item.dto.js';
import { AccountItemTypes } from '../loads/account-item-types.js';
import { ItemLoad } from '../loads/item-load.js';
import { firstCursor, refuseOtherLoad, type LoadCursor } from '../loads/load-cursor.js';
import { LoadStatistics } from '../loads/load-statistics.js';
import { LoadMemory } from '../loads/load-memory.js';
import { errorOfLoad, incompleteOf, summarize, type LoadStart } from './load-summary.js';
import { loadStream } from './load-stream.js';
import { SEQUENTIAL, SIDE_BY_SIDE, type PaginatorOptions } from '../loads/paginator-options.js';

/** A page of ours ends after this many of the provider's, so that one request stays short; its cursor goes on from there. */
const MAX_PROVIDER_PAGES = 25;

/** How long the first page of a load answers equal requests; stated in the README. */
const FIRST_PAGE_MS = 2_000;

/** How long a streamed load waits for the provider's limits; a longer wait ends it with a cursor to go on from. */
const MAX_WAIT_MS = 15 * 60_000;

/** Who reads a streamed load. */
export interface LoadReader {
  actor: Actor;
  /** Aborts when the response has closed, in whatever way. */
  signal: AbortSignal;
  isStillAuthorized: AuthorizationCheck;
}

@Injectable()
export class ItemsService {
  private readonly streams;
  private readonly pages;
  private readonly memory;

  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly repository: ConnectionRepository,
    private readonly api: ConnectionApi,
    private readonly itemTypes: AccountItemTypes,
    private readonly keyring: Keyring,
    private readonly cache: SealedCache,
    private readonly auditLog: AuditLog,
    private readonly activity: ActivityLog,
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
    @Inject(CONFIGURATION) { limits }: Configuration,
  ) {
    this.streams = new ConcurrencyLimit('streamed loads', [
      { name: 'this user', limit: limits.loadsPerUser },
      { name: 'this organization', limit: limits.loadsPerOrganization },
    ] as const);
    this.pages = new ConcurrencyLimit('paged loads', [
      { name: 'this user', limit: limits.pagedLoadsPerUser },
      { name: 'this organization', limit: limits.pagedLoadsPerOrganization },
    ] as const);
    this.memory = new LoadMemory(limits.loadMemoryBytes);
  }

  /**
   * One page of a connection's items, type after type.
   * @param bypassCache asks the provider even where the same was read a moment ago
   * @throws Problem `too-many-requests` for a user or an organization with too many of them
   */
  async page(record: ConnectionRecord, request: LoadDto, actor: Actor, bypassCache: boolean): Promise<ItemPage> {
    let release: (() => void) | undefined;
    // Of equal requests that share one answer, only the first counts.
    const count = () => (release ??= this.pages.acquire(membersOf(record)));
    if (bypassCache || request.cursor !== undefined) count();
    const options = { actor, bypassCache };
    try {
      const start = await this.startOf(record, request, options);
      const read = () => {
        count();
        return this.readPage(start, request, options);
      };
      if (request.cursor !== undefined) return await read();
      await this.recordStart(start, actor);
      const { id, generation } = record;
      const { types, parent, properties, archived, updatedSince } = start.cursor;
      const asked = [types, parent, properties, archived, updatedSince, request.limit];
      const name = `first-page:${JSON.stringify([id, generation, ...asked])}`;
      return await this.cache.getOrLoad(name, FIRST_PAGE_MS, read, bypassCache);
    } finally {
      release?.();
    }
  }

  /** A whole load, paced by its reader. @throws Problem `too-many-requests` for a user or an organization with too many of them */
  async stream(record: ConnectionRecord, request: LoadDto, reader: LoadReader): Promise<Readable> {
    const release = this.streams.acquire(membersOf(record));
    const memory = this.memory.open(record);
    whenAborted(reader.signal, () => {
      release();
      memory.close();
    });
    const start = await this.startOf(record, request, { actor: reader.actor, signal: reader.signal });
    await this.recordStart(start, reader.actor);
    const authorization = new AuthorizationWatch(reader.isStillAuthorized);
    whenAborted(reader.signal, () => authorization.disconnect());
    const { signal } = authorization;
    const options = { actor: reader.actor, maxWaitMs: MAX_WAIT_MS, signal };
    const load = this.load(start, { ...SIDE_BY_SIDE, memory }, options);
    const { integration } = record;
    const lines = loadStream(load, {
      seal: (remaining) => sealCursor(this.keyring, listOf(record), remaining),
      summarize: () => summarize(start, load, authorization),
      onPage: (items) => {
        this.metrics.loadItems.inc({ integration }, items);
        return this.repository.touch(record.id);
      },
    });
    const attributes = { 'causeway.connection_id': record.id, 'causeway.integration': integration };
    const span = this.tracing.start('load', { kind: 'internal', attributes });
    const stream = Readable.from(this.tracing.stepsOf(span, lines), { objectMode: false, highWaterMark: 1 });
    this.metrics.loadsRunning.inc({ integration });
    stream.once('close', () => {
      const error = errorOfLoad(load, authorization.isLost);
      authorization.stop();
      const outcome = !stream.readableEnded ? 'cut' : error === undefined ? 'complete' : 'incomplete';
      this.metrics.loads.inc({ integration, outcome });
      this.metrics.loadsRunning.dec({ integration });
      const { items, pages } = load.statistics.counts;
      this.recordEnd(start, load, reader.actor, outcome === 'incomplete' ? error : undefined);
      span?.setAttributes({ 'causeway.load.items': items, 'causeway.load.pages': pages });
      this.tracing.end(span, outcome === 'complete' ? undefined : outcome);
    });
    return stream;
  }

  /** @throws Problem `invalid-request` for what the integration cannot load, `needs-reconnect` where nothing can be loaded now */
  private async startOf(record: ConnectionRecord, request: LoadDto, options: ApiOptions): Promise<LoadStart> {
    const configured = this.registry.configured(record.integration);
    const { name } = configured.definition;
    if (record.problem !== null) throw needsReconnect(record);
    const cursor =
      request.cursor === undefined ? null : openCursor<LoadCursor>(this.keyring, listOf(record), request.cursor);
    if (cursor !== null) refuseOtherLoad(cursor, request);
    const itemTypes = await this.itemTypes.of(record, cursor?.types ?? request.types ?? [], options);
    return { configured, record, itemTypes, cursor: cursor ?? firstCursor(name, itemTypes, request, Date.now()) };
  }

  private async recordStart({ record, cursor }: LoadStart, actor: Actor): Promise<void> {
    await this.auditLog.append(record, { type: 'items-loaded', detail: cursor.types.join(), actor });
  }

  private recordEnd({ record, cursor }: LoadStart, { statistics }: ItemLoad, actor: Actor, error: unknown): void {
    const { durationMs, waitedMs, counts } = statistics;
    const { pages, items, retries } = counts;
    const detail = cursor.types.join();
    const problem = error === undefined ? undefined : failureOf(error).problem;
    this.activity.record(record, actor, { kind: 'load', durationMs, waitedMs, retries, pages, items, problem, detail });
  }

  private async readPage(start: LoadStart, request: LoadDto, options: ApiOptions): Promise<ItemPage> {
    const load = this.load(start, SEQUENTIAL, options);
    try {
      const page = await this.readItems(start.record, load, request);
      this.recordEnd(start, load, options.actor, errorOfLoad(load, false));
      return page;
    } catch (error) {
      this.recordEnd(start, load, options.actor, error);
      throw error;
    }
  }

  private async readItems(record: ConnectionRecord, load: ItemLoad, request: LoadDto): Promise<ItemPage> {
    const { limit, cursor: isContinued } = request;
    const items: IntegrationItem[] = [];
    for (let pages = 0; items.length < limit && pages < MAX_PROVIDER_PAGES; pages += 1) {
      const next = await load.next(limit - items.length);
      if (next === null) break;
      items.push(...next);
    }
    this.metrics.loadItems.inc({ integration: record.integration }, items.length);
    const remaining = load.remaining();
    const final = load.failures.find(({ isFinal }) => isFinal);
    // Items go first: the next request begins where this one could not go on, and says why.
    if (final !== undefined && items.length === 0) throw final.error;
    const [failure] = load.failures;
    const isNothingReadable = remaining === null && load.statistics.counts.pages === 0;
    // In the middle of a list, the same cursor may be answered the next time.
    const isFirstOrMiddle = isContinued === undefined || failure?.list.position !== failure?.list.start;
    if (failure !== undefined && isNothingReadable && isFirstOrMiddle) throw failure.error;
    await this.repository.touch(record.id);
    if (remaining !== null) return { items, nextCursor: sealCursor(this.keyring, listOf(record), remaining) };
    return { items, nextCursor: null, ...incompleteOf(load) };
  }

  private load(
    { configured: { integration }, record, itemTypes, cursor }: LoadStart,
    options: PaginatorOptions,
    apiOptions: Omit<ApiOptions, 'job' | 'observeRequest'>,
  ): ItemLoad {
    const statistics = new LoadStatistics(cursor.types);
    const observeRequest = () => statistics.observeRequest();
    const loadOptions = { ...apiOptions, job: randomUUID(), observeRequest, isOfLoad: true };
    const account = this.api.ofConnection(record, loadOptions);
    return new ItemLoad(integration, itemTypes, account, cursor, statistics, options);
  }
}

function whenAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}

/** For whom a load counts. */
function membersOf({ orgId, userId }: ConnectionRecord): [user: string, organization: string] {
  return [JSON.stringify([orgId, userId]), orgId];
}

/** What a load's cursors are sealed to. */
function listOf({ id }: ConnectionRecord): string {
  return `items ${id}`;
}
