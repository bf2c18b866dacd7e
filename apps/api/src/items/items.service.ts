import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { toProblem } from '@causeway/problem';
import { ConnectionApi, type ApiCallOptions } from '../connections/connection-api.js';
import { needsReconnect } from '../connections/connection-credentials.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import type { Actor } from '../access/actor.js';
import { AuditTrail } from '../connections/audit-trail.js';
import { IntegrationRegistry, type ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { IntegrationItem } from '../integrations/integration.js';
import { Metrics } from '../metrics/metrics.js';
import { SealedCache } from '../store/sealed-cache.js';
import type { ItemPage, LoadDto } from './item.dto.js';
import { itemLines, type Ending } from './item-lines.js';
import { LoadCursors } from './load-cursor.js';
import { LoadReport } from './load-report.js';
import { firstState, refuseOtherLoad, type LoadState } from './load-state.js';
import { Leave, type LoadReader } from './leave.js';
import { Load } from './load.js';
import { ONE_BY_ONE, SIDE_BY_SIDE, type WalkOptions } from './page-walk.js';

/** A page of ours ends after this many of the provider's, so that one call stays short; its cursor goes on from there. */
const MAX_PROVIDER_PAGES = 25;

/** How long the first page of a load answers equal requests; stated in the README. */
const FIRST_PAGE_MS = 2_000;

/** A long load waits for the provider's limits for as long as that; a wait beyond it ends it with a cursor to go on from. */
const LOAD_PATIENCE_MS = 15 * 60_000;

@Injectable()
export class ItemsService {
  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly repository: ConnectionRepository,
    private readonly api: ConnectionApi,
    private readonly cursors: LoadCursors,
    private readonly cache: SealedCache,
    private readonly trail: AuditTrail,
    private readonly metrics: Metrics,
  ) {}

  /**
   * One page of a connection's items, type after type.
   * @param afresh asks the provider even where the same was read a moment ago
   */
  async page(record: ConnectionRecord, request: LoadDto, actor: Actor, afresh: boolean): Promise<ItemPage> {
    const state = this.stateOf(record, request);
    const read = () => this.readPage(record, state, request.limit, { actor, bypassCache: afresh });
    if (request.cursor !== undefined) return read();
    await this.begin(record, state, actor);
    const { id, generation } = record;
    const { types, parent, updatedSince } = state;
    const name = `first-page:${JSON.stringify([id, generation, types, parent, updatedSince, request.limit])}`;
    return this.cache.through(name, FIRST_PAGE_MS, read, afresh);
  }

  /** A whole load, paced by its reader. */
  async stream(record: ConnectionRecord, request: LoadDto, reader: LoadReader): Promise<Readable> {
    const state = this.stateOf(record, request);
    await this.begin(record, state, reader.actor);
    const leave = new Leave(reader);
    const configured = this.registry.configured(record.integration);
    const report = new LoadReport(state.types);
    const { signal } = leave;
    const work: ApiCallOptions = { actor: reader.actor, job: randomUUID(), maxWaitMs: LOAD_PATIENCE_MS, signal };
    const load = this.load(configured, record, state, report, work, SIDE_BY_SIDE, () => Infinity);
    const lines = itemLines({
      load,
      report,
      state,
      changes: changesOf(configured, state),
      cursorOf: (rest) => this.cursors.encode(rest, record.id),
      problemOf: (error) => toProblem(leave.problem ?? error).toBody(),
      onPage: () => this.repository.touch(record.id, Date.now()),
    });
    const stream = Readable.from(lines, { objectMode: false, highWaterMark: 1 });
    stream.once('close', () => {
      leave.over();
      const [failure] = load.walk.failures;
      const outcome = !stream.readableEnded ? 'cut' : failure === undefined ? 'complete' : 'incomplete';
      this.metrics.loads.inc({ integration: record.integration, outcome });
    });
    return stream;
  }

  /** @throws Problem `invalid-request` for what the integration cannot load, `needs-reconnect` where nothing can be loaded now */
  private stateOf(record: ConnectionRecord, request: LoadDto): LoadState {
    const { definition } = this.registry.configured(record.integration);
    const { cursor } = request;
    const state =
      cursor === undefined ? firstState(definition, request, Date.now()) : this.cursors.decode(cursor, record.id);
    if (cursor !== undefined) refuseOtherLoad(state, request);
    if (record.problem !== null) throw needsReconnect(record);
    return state;
  }

  private async begin(record: ConnectionRecord, { types }: LoadState, actor: Actor): Promise<void> {
    await this.trail.note(record.id, { type: 'items-loaded', detail: types.join(), actor });
  }

  private async readPage(
    record: ConnectionRecord,
    state: LoadState,
    limit: number,
    asked: Pick<ApiCallOptions, 'actor' | 'bypassCache'>,
  ): Promise<ItemPage> {
    const configured = this.registry.configured(record.integration);
    const items: IntegrationItem[] = [];
    const report = new LoadReport(state.types);
    const work: ApiCallOptions = { ...asked, job: randomUUID() };
    const load = this.load(configured, record, state, report, work, ONE_BY_ONE, () => limit - items.length);
    for (let pages = 0; items.length < limit && pages < MAX_PROVIDER_PAGES; pages += 1) {
      const fetched = await load.walk.next();
      if (fetched === null) break;
      items.push(...load.take(fetched, limit - items.length));
    }
    const [failure] = load.walk.failures;
    // With something to give, the next page is the one to say so: it begins where this one could not go on.
    if (failure !== undefined && items.length === 0) throw failure.error;
    await this.repository.touch(record.id, Date.now());
    const rest = load.rest();
    return { items, nextCursor: rest === null ? null : this.cursors.encode(rest, record.id) };
  }

  private load(
    { definition, integration }: ConfiguredIntegration,
    record: ConnectionRecord,
    state: LoadState,
    report: LoadReport,
    work: ApiCallOptions,
    options: WalkOptions,
    room: () => number,
  ): Load {
    const fetch: ConstructorParameters<typeof Load>[2] = (request) =>
      report.watch((watch) =>
        integration.page(this.api.ofConnection(record, { ...work, observer: watch }), record, request),
      );
    return new Load(definition, state, fetch, report, options, room);
  }
}

function changesOf({ definition }: ConfiguredIntegration, { types, updatedSince }: LoadState): Ending['changes'] {
  if (updatedSince === null) return undefined;
  const tells = (type: string) => definition.itemTypes.find((one) => one.type === type)?.changes !== undefined;
  return Object.fromEntries(types.map((type) => [type, tells(type) ? 'provider' : 'filtered']));
}
