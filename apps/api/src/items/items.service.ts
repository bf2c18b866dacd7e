import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { UpstreamError } from '@causeway/http-client';
import { toProblem } from '@causeway/problem';
import type { Actor } from '../access/actor.js';
import { isoTime } from '../dto/iso-time.js';
import { AuditLog } from '../connections/audit-log.js';
import { ConnectionApi, type ApiOptions } from '../connections/connection-api.js';
import { needsReconnect } from '../connections/connection-credentials.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { openCursor, sealCursor } from '../connections/sealed-cursor.js';
import { IntegrationRegistry, type ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { IntegrationItem } from '../integrations/integration.js';
import { Metrics } from '../metrics/metrics.js';
import { SealedCache } from '../store/sealed-cache.js';
import type { IncompleteListDto, ItemPage, LoadDto, LoadSummary } from './item.dto.js';
import { ItemLoad } from './item-load.js';
import { LoadAuthorization, type LoadReader } from './load-authorization.js';
import { firstCursor, refuseOtherLoad, type LoadCursor } from './load-cursor.js';
import { LoadStatistics } from './load-statistics.js';
import { loadStream } from './load-stream.js';
import { SEQUENTIAL, SIDE_BY_SIDE, type PaginatorOptions } from './paginator.js';

/** A page of ours ends after this many of the provider's, so that one request stays short; its cursor goes on from there. */
const MAX_PROVIDER_PAGES = 25;

/** How long the first page of a load answers equal requests; stated in the README. */
const FIRST_PAGE_MS = 2_000;

/** How long a streamed load waits for the provider's limits; a longer wait ends it with a cursor to go on from. */
const MAX_WAIT_MS = 15 * 60_000;

/** Some providers find a change by search only moments later. */
const OVERLAP_MS = 60_000;

@Injectable()
export class ItemsService {
  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly repository: ConnectionRepository,
    private readonly api: ConnectionApi,
    private readonly keyring: Keyring,
    private readonly cache: SealedCache,
    private readonly auditLog: AuditLog,
    private readonly metrics: Metrics,
  ) {}

  /**
   * One page of a connection's items, type after type.
   * @param bypassCache asks the provider even where the same was read a moment ago
   */
  async page(record: ConnectionRecord, request: LoadDto, actor: Actor, bypassCache: boolean): Promise<ItemPage> {
    const configured = this.registry.configured(record.integration);
    const cursor = this.cursorOf(configured, record, request);
    const read = () => this.readPage(configured, record, cursor, request, { actor, bypassCache });
    if (request.cursor !== undefined) return read();
    await this.recordStart(record, cursor, actor);
    const { id, generation } = record;
    const { types, parent, updatedSince } = cursor;
    const name = `first-page:${JSON.stringify([id, generation, types, parent, updatedSince, request.limit])}`;
    return this.cache.getOrLoad(name, FIRST_PAGE_MS, read, bypassCache);
  }

  /** A whole load, paced by its reader. */
  async stream(record: ConnectionRecord, request: LoadDto, reader: LoadReader): Promise<Readable> {
    const configured = this.registry.configured(record.integration);
    const cursor = this.cursorOf(configured, record, request);
    await this.recordStart(record, cursor, reader.actor);
    const authorization = new LoadAuthorization(reader);
    const { signal } = authorization;
    const options = { actor: reader.actor, maxWaitMs: MAX_WAIT_MS, signal };
    const load = this.load(configured, record, cursor, SIDE_BY_SIDE, options);
    const lines = loadStream(load, {
      seal: (remaining) => sealCursor(this.keyring, listOf(record), remaining),
      summarize: () => summarize(configured, cursor, load, authorization),
      onPage: () => this.repository.touch(record.id),
    });
    const stream = Readable.from(lines, { objectMode: false, highWaterMark: 1 });
    stream.once('close', () => {
      authorization.stop();
      const outcome = !stream.readableEnded ? 'cut' : load.failures.length === 0 ? 'complete' : 'incomplete';
      this.metrics.loads.inc({ integration: record.integration, outcome });
    });
    return stream;
  }

  /** @throws Problem `invalid-request` for what the integration cannot load, `needs-reconnect` where nothing can be loaded now */
  private cursorOf({ definition }: ConfiguredIntegration, record: ConnectionRecord, request: LoadDto): LoadCursor {
    let cursor: LoadCursor;
    if (request.cursor === undefined) cursor = firstCursor(definition, request, Date.now());
    else {
      cursor = openCursor<LoadCursor>(this.keyring, listOf(record), request.cursor);
      refuseOtherLoad(cursor, request);
    }
    if (record.problem !== null) throw needsReconnect(record);
    return cursor;
  }

  private async recordStart({ id }: ConnectionRecord, { types }: LoadCursor, actor: Actor): Promise<void> {
    await this.auditLog.append(id, { type: 'items-loaded', detail: types.join(), actor });
  }

  private async readPage(
    configured: ConfiguredIntegration,
    record: ConnectionRecord,
    cursor: LoadCursor,
    { limit, cursor: isContinued }: LoadDto,
    options: ApiOptions,
  ): Promise<ItemPage> {
    const items: IntegrationItem[] = [];
    const load = this.load(configured, record, cursor, SEQUENTIAL, options);
    for (let pages = 0; items.length < limit && pages < MAX_PROVIDER_PAGES; pages += 1) {
      const next = await load.next(limit - items.length);
      if (next === null) break;
      items.push(...next);
    }
    const remaining = load.remaining();
    const final = load.failures.find(({ isFinal }) => isFinal);
    // Items go first: the next request begins where this one could not go on, and says why.
    if (final !== undefined && items.length === 0) throw final.error;
    const [failure] = load.failures;
    const isNothingReadable = isContinued === undefined && remaining === null && load.statistics.counts.pages === 0;
    if (failure !== undefined && isNothingReadable) throw failure.error;
    await this.repository.touch(record.id);
    if (remaining !== null) return { items, nextCursor: sealCursor(this.keyring, listOf(record), remaining) };
    return { items, nextCursor: null, ...incompleteOf(load) };
  }

  private load(
    { integration, definition }: ConfiguredIntegration,
    record: ConnectionRecord,
    cursor: LoadCursor,
    options: PaginatorOptions,
    apiOptions: Omit<ApiOptions, 'job' | 'observeRequest'>,
  ): ItemLoad {
    const statistics = new LoadStatistics(cursor.types);
    const observeRequest = () => statistics.observeRequest();
    const account = this.api.ofConnection(record, { ...apiOptions, job: randomUUID(), observeRequest });
    return new ItemLoad(integration, definition, account, cursor, statistics, options);
  }
}

function summarize(
  { definition }: ConfiguredIntegration,
  { types, updatedSince, startedAt }: LoadCursor,
  load: ItemLoad,
  authorization: LoadAuthorization,
): Pick<LoadSummary, 'complete' | 'problem' | 'incomplete' | 'changes' | 'nextUpdatedSince'> {
  const toldByProvider = new Set(definition.itemTypes.flatMap(({ type, changes }) => (changes ? [type] : [])));
  const failure = load.failures.find(({ isFinal }) => isFinal) ?? load.failures[0];
  const { incomplete } = incompleteOf(load);
  return {
    complete: failure === undefined && incomplete === undefined && load.remaining() === null,
    problem: failure ? toProblem(authorization.problem ?? failure.error).toBody() : incomplete?.[0]?.problem,
    incomplete,
    changes:
      updatedSince === null
        ? undefined
        : Object.fromEntries(types.map((type) => [type, toldByProvider.has(type) ? 'provider' : 'filtered'])),
    nextUpdatedSince: isoTime(startedAt - OVERLAP_MS),
  };
}

/** What a load's cursors are sealed to. */
function listOf({ id }: ConnectionRecord): string {
  return `items ${id}`;
}

function incompleteOf(load: ItemLoad): { incomplete?: IncompleteListDto[] } {
  const incomplete = load.incomplete().map(({ type, parentId, reason, context }) => ({
    type,
    parentId,
    problem: new UpstreamError(reason, context).toProblem().toBody(),
  }));
  return incomplete.length === 0 ? {} : { incomplete };
}
