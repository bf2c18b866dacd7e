import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { RateLimitDefinition } from '../integrations/integration-definition.js';
import { Problem } from '@causeway/problem';
import type { StoredCredential } from '@causeway/oauth';
import {
  UpstreamClient,
  UpstreamError,
  reasonOfStatus,
  type RequestOptions,
  type HttpResponse,
  type StreamedResponse,
  type UpstreamStreamRequest,
  type RequestObserver,
} from '@causeway/http-client';
import type { RateLimit, Requester } from '@causeway/rate-limiter';
import type { Actor } from '../access/actor.js';
import { IntegrationRegistry, type ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { AccountContext, ApiRequest, ProviderApi } from '../integrations/integration.js';
import { Metrics } from '../metrics/metrics.js';
import { SealedCache } from '../store/sealed-cache.js';
import { ConnectionCredentials, needsReconnect } from './connection-credentials.js';
import { partitionOf, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';

/** How long a load may reuse what it read about the account (bases, tables). */
const MEMORY_MS = 60_000;
/** So long a 401 is taken for what it says of the path, where a new token has just got the same one. */
const USELESS_MS = 60_000;
const USELESS_REMEMBERED = 10_000;

/** What a caller does with a provider's API, as far as it matters for pacing. */
export interface ApiOptions {
  /** Who has it done: in the trail, a refresh on the way is theirs. */
  actor: Actor;
  /** One load; calls of other loads and of single requests take turns with it. By default each API made is a flow of its own. */
  job?: string;
  /** Milliseconds that waiting for the provider's limits may take for one call; the engine's default is for people who wait. */
  maxWaitMs?: number;
  signal?: AbortSignal;
  /** Called for each request. */
  observeRequest?: () => RequestObserver;
  /** Asks the provider also for what is remembered of the account. */
  bypassCache?: boolean;
}

/** A call whose answer is handed on as it is: the caller says what is sent, all but the credential and what the provider requires. */
export interface StreamedApiRequest extends Pick<ApiRequest, 'rateLimit' | 'subject'> {
  method: UpstreamStreamRequest['request']['method'];
  /** Within the provider's API: the credential goes wherever this is. */
  url: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  body?: UpstreamStreamRequest['request']['body'];
}

/** Makes the API of a provider callable with the credential of a connection, or of a grant that is no connection yet. */
@Injectable()
export class ConnectionApi {
  /** Until when a refresh for a 401 is not tried again, by connection. */
  private readonly useless = new Map<string, number>();

  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly caller: UpstreamClient,
    private readonly cache: SealedCache,
    private readonly metrics: Metrics,
  ) {}

  /** Before a connection exists there is nothing to pace by and nothing to refresh. */
  ofGrant(configured: ConfiguredIntegration, accessToken: string): ProviderApi {
    const errand = errandOf(configured, { tenant: configured.definition.id, job: randomUUID() });
    return {
      read: (request) => this.send(configured, accessToken, request, errand),
      remember: (_key, load) => load(),
    };
  }

  ofConnection(record: ConnectionRecord, work: ApiOptions): AccountContext {
    const configured = this.registry.configured(record.integration);
    const requester = { tenant: record.orgId, job: work.job ?? randomUUID() };
    const { account, accountKey, scopes } = record;
    const api: ProviderApi = {
      read: async (request) => {
        const errand = { ...errandOf(configured, requester, work), ...budgetOf(configured, record, request) };
        return this.withFreshCredential(configured, record, work.actor, (accessToken) =>
          this.send(configured, accessToken, request, errand),
        );
      },
      remember: (key, load) =>
        this.cache.through(`account:${record.id}:${record.generation}:${key}`, MEMORY_MS, load, work.bypassCache),
    };
    return { api, account, accountKey, scopes };
  }

  /**
   * Sends with a token that works, as far as the clock can tell. A 401 renews it once where that is what a 401 means at this provider
   * and everything is there to be sent again; it never ends the connection, since any path may have reasons of its own for one.
   * @param record as it was read just now
   * @returns whatever the provider answered; its body is the caller's to read or to destroy
   * @throws UpstreamError or Problem for what never became an answer
   */
  async stream(record: ConnectionRecord, request: StreamedApiRequest, work: ApiOptions): Promise<StreamedResponse> {
    const configured = this.registry.configured(record.integration);
    const requester = { tenant: record.orgId, job: work.job ?? randomUUID() };
    const errand = { ...errandOf(configured, requester, work), ...budgetOf(configured, record, request) };
    const stored = await this.credentials.ensureFresh(record, work.actor, { isCurrent: true });
    const answer = await this.sendOpen(configured, stored, request, errand);
    if (answer.status !== 401 || !this.mayHaveExpired(configured, stored, record, request)) return answer;
    await answer.body.dump();
    const renewed = await this.credentials.ensureFresh(record, work.actor, { rejectedGeneration: stored.generation });
    const second = await this.sendOpen(configured, renewed, request, errand);
    if (second.status === 401) this.noteUseless(record.id);
    return second;
  }

  private mayHaveExpired(
    { definition: { refresh } }: ConfiguredIntegration,
    { credential }: StoredCredential,
    { id }: ConnectionRecord,
    { body }: StreamedApiRequest,
  ): boolean {
    if (!refresh.onUnauthorized || credential.refreshToken === null || body instanceof Readable) return false;
    return (this.useless.get(id) ?? 0) <= Date.now();
  }

  private noteUseless(id: string): void {
    if (this.useless.size >= USELESS_REMEMBERED) this.useless.clear();
    this.useless.set(id, Date.now() + USELESS_MS);
  }

  private sendOpen(
    { definition }: ConfiguredIntegration,
    { credential: { accessToken } }: StoredCredential,
    { method, url, headers, body }: StreamedApiRequest,
    errand: RequestOptions,
  ): Promise<StreamedResponse> {
    const request = {
      method,
      url,
      headers: { ...definition.api.headers, ...headers, authorization: `Bearer ${accessToken}` },
      ...(body === undefined ? {} : { body }),
    };
    const outcome = ({ status }: StreamedResponse) => (status < 400 ? undefined : reasonOfStatus(status)) ?? 'ok';
    return this.timed(definition.id, this.caller.stream({ ...errand, request }), outcome);
  }

  /** Sends with a token that works; a 401 renews it once, where that is what a 401 means at this provider or the provider says so when asked. */
  private async withFreshCredential<T>(
    { definition: { refresh, name }, tokens }: ConfiguredIntegration,
    record: ConnectionRecord,
    actor: Actor,
    send: (accessToken: string) => Promise<T>,
  ): Promise<T> {
    let stored = await this.credentials.ensureFresh(record, actor);
    for (let refreshed = false; ; refreshed = true) {
      try {
        return await send(stored.credential.accessToken);
      } catch (error) {
        if (!(error instanceof UpstreamError) || error.reason !== 'unauthorized') throw error;
        const isDead = refresh.onUnauthorized || (await tokens.isActive(stored.credential.accessToken)) === false;
        if (!isDead) {
          throw new Problem(
            'provider-rejected',
            `${name} did not accept the access token just now. Check the connection, or try again.`,
          );
        }
        if (refreshed) {
          await this.credentials.markRevoked(record.id, actor, stored.generation, error.context.code ?? 'unauthorized');
          throw needsReconnect((await this.repository.read(record.id)) ?? record);
        }
      }
      // What happens by itself heeds the pause after failed refreshes.
      stored = await this.credentials.ensureFresh(record, actor, { rejectedGeneration: stored.generation });
    }
  }

  private send(
    { definition, integration }: ConfiguredIntegration,
    accessToken: string,
    { method = 'GET', path, query = {}, json }: ApiRequest,
    errand: RequestOptions,
  ): Promise<HttpResponse> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const suffix = search.size === 0 ? '' : `?${search}`;
    const answer = this.caller.request({
      ...errand,
      request: {
        method,
        url: `${definition.api.url}${path}${suffix}`,
        headers: {
          ...definition.api.headers,
          authorization: `Bearer ${accessToken}`,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      },
      classify: integration.classify,
      repeatable: true,
    });
    return this.timed(definition.id, answer, () => 'ok');
  }

  private timed<T>(integration: string, answer: Promise<T>, outcomeOf: (answer: T) => string): Promise<T> {
    const started = performance.now();
    const observe = (outcome: string) =>
      this.metrics.providerCalls.observe({ integration, outcome }, (performance.now() - started) / 1000);
    answer.then(
      (answered) => observe(outcomeOf(answered)),
      (error: unknown) => observe(error instanceof UpstreamError ? error.reason : 'error'),
    );
    return answer;
  }
}

function errandOf(
  { definition }: ConfiguredIntegration,
  share: Requester,
  work: Partial<ApiOptions> = {},
): RequestOptions {
  const { maxWaitMs: patienceMs, signal, observeRequest } = work;
  return {
    requester: share,
    defaultRetryAfterMs: definition.api.retryAfterSeconds * 1000,
    ...(patienceMs === undefined ? {} : { maxWaitMs: patienceMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(observeRequest === undefined ? {} : { observer: observeRequest() }),
  };
}

/** The allowance that a call counts to; none where pacing is off. */
function budgetOf(
  { definition }: ConfiguredIntegration,
  record: ConnectionRecord,
  { rateLimit, subject }: Pick<ApiRequest, 'rateLimit' | 'subject'>,
): { rateLimit?: RateLimit } {
  const limits: readonly RateLimitDefinition[] = definition.rateLimits;
  const limit = rateLimit === undefined ? limits[0] : limits.find(({ name }) => name === rateLimit);
  if (limit === undefined) return {};
  const owner = limit.countedBy === 'account' ? record.accountKey : record.id;
  const key = ['budget', definition.id, limit.name, owner, ...(subject === undefined ? [] : [subject])].join(':');
  // Counted at the provider by account, whichever of our organisations connected it.
  const partition = partitionOf(`${definition.id}:${owner}`);
  const counted = {
    rate: { limit: limit.requests, periodMs: limit.seconds * 1000 },
    ref: { partition, key },
    ...(limit.reportedBy === undefined ? {} : { remainingHeader: limit.reportedBy.remaining }),
  };
  return { rateLimit: counted };
}
