import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  UpstreamClient,
  UpstreamError,
  peekBody,
  reasonOfStatus,
  type HttpResponse,
  type RequestObserver,
  type RequestOptions,
  type StreamedResponse,
  type UpstreamStreamRequest,
} from '@causeway/http-client';
import type { StoredCredential } from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import type { RateLimit } from '@causeway/rate-limiter';
import { SERVICE, type Actor } from '../access/actor.js';
import { CONNECT_CLIENT } from '../http-client/http-client.module.js';
import type { RateLimitDefinition } from '../integrations/integration-definition.js';
import { IntegrationRegistry, type ConfiguredIntegration } from '../integrations/integration-registry.js';
import type {
  AccountContext,
  ApiRequest,
  ProviderApi,
  WritableApi,
  WriteRequest,
} from '../integrations/integration.js';
import { SealedCache } from '../store/sealed-cache.js';
import { ConnectionCredentials, needsReconnect } from './connection-credentials.js';
import type { ConnectionRecord } from './connection-record.js';
import { partitionOf } from '../store/partition.js';
import { ConnectionRepository } from './connection.repository.js';
import { ProviderCalls, type ProviderCall } from './provider-calls.js';

/** How long `ProviderApi.remember` caches data of the account, such as its bases and tables. */
const REMEMBERED_MS = 60_000;
/** After a new token got the same 401, how long a 401 of that connection is taken as the provider's answer to the request. */
const USELESS_REFRESH_MS = 60_000;

/** Who sends the requests of a `ProviderApi` or `stream`, and how long they may take. */
export interface ApiOptions {
  /** Named in the audit log if a request refreshes the token. */
  actor: Actor;
  /**
   * The slots of a rate limit are shared evenly between the jobs of a tenant.
   * Default: one job for each `ProviderApi` and each streamed request.
   */
  job?: string;
  /** Nobody waits for the responses: other jobs of the tenant come first. */
  isBackground?: boolean;
  /** The longest time that a request may wait for rate limits. */
  maxWaitMs?: number;
  signal?: AbortSignal;
  /** Called for each request. */
  observeRequest?: () => RequestObserver;
  /** The requests are part of a load, which records itself in the activity log. */
  isOfLoad?: boolean;
  /** `ProviderApi.remember` loads again what it has cached. */
  bypassCache?: boolean;
}

/**
 * A request whose response is passed on unread.
 * `ConnectionApi` adds the credential and the headers that the provider requires.
 */
export interface StreamedApiRequest extends Pick<ApiRequest, 'rateLimit' | 'subject'> {
  method: UpstreamStreamRequest['request']['method'];
  /** Must be a URL of the provider's API: the credential is sent to it. */
  url: string;
  /** The part of the URL that the provider documents, for the activity log. */
  path: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  body?: UpstreamStreamRequest['request']['body'] | undefined;
}

type SentRequest = Omit<ApiRequest, 'method'> & {
  method?: ApiRequest['method'] | WriteRequest['method'];
  isWrite?: boolean;
};

/** Calls the API of a provider with the credential of a connection, or of a grant that is no connection yet. */
@Injectable()
export class ConnectionApi {
  /** Connections for which a refresh did not help against a 401. */
  private readonly uselessRefreshes = new LRUCache<string, true>({ max: 10_000, ttl: USELESS_REFRESH_MS });

  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly client: UpstreamClient,
    @Inject(CONNECT_CLIENT) private readonly connectClient: UpstreamClient,
    private readonly cache: SealedCache,
    private readonly calls: ProviderCalls,
  ) {}

  /** Without rate limits and refreshes: both belong to a connection. */
  ofGrant(configured: ConfiguredIntegration, accessToken: string): ProviderApi {
    const { id, api } = configured.definition;
    const options = {
      requester: { tenant: id, job: randomUUID() },
      defaultRetryAfterMs: api.retryAfterSeconds * 1000,
    };
    return {
      read: (request) =>
        this.send(this.connectClient, configured, accessToken, request, options, { record: null, actor: SERVICE }),
      remember: (_key, load) => load(),
    };
  }

  ofConnection(record: ConnectionRecord, options: ApiOptions): AccountContext & { api: WritableApi } {
    const configured = this.registry.configured(record.integration);
    const sameJob = { job: randomUUID(), ...options };
    const { account, accountKey, scopes } = record;
    const api: WritableApi = {
      read: (request) => this.sendWithFreshCredential(configured, record, request, sameJob),
      write: (request) => this.sendWithFreshCredential(configured, record, { ...request, isWrite: true }, sameJob),
      remember: this.rememberer(record, options),
    };
    return { api, account, accountKey, scopes };
  }

  /** What was read is kept for the caller itself too: a long list would be decrypted and parsed again for every page. */
  private rememberer({ id, generation }: ConnectionRecord, { bypassCache }: ApiOptions): ProviderApi['remember'] {
    const remembered = new Map<string, { value: Promise<unknown>; until: number }>();
    return <T>(key: string, load: () => Promise<T>) => {
      const known = remembered.get(key);
      if (known !== undefined && known.until > Date.now()) return known.value as Promise<T>;
      const value = this.cache.getOrLoad(`account:${id}:${generation}:${key}`, REMEMBERED_MS, load, bypassCache);
      remembered.set(key, { value, until: Date.now() + REMEMBERED_MS });
      value.catch(() => remembered.delete(key));
      return value;
    };
  }

  /**
   * Resolves as soon as the response headers are there, whatever the status. A 401 that means an expired token refreshes it once, and the
   * request is sent again if it can be. It never marks the connection, since any path may have reasons of its own for a 401.
   * @param record as it was read just now
   * @returns a response whose body the caller has to read or destroy
   * @throws UpstreamError or Problem if there is no response
   */
  async stream(record: ConnectionRecord, request: StreamedApiRequest, options: ApiOptions): Promise<StreamedResponse> {
    const configured = this.registry.configured(record.integration);
    const requestOptions = this.requestOptionsOf(configured, record, request, options);
    const { definition } = configured;
    const { method, url, path, body } = request;
    const { actor, signal } = options;
    const send = ({ credential }: StoredCredential) => {
      const authorization = `Bearer ${credential.accessToken}`;
      const headers = { ...definition.api.headers, ...request.headers, authorization };
      return this.calls.observe(
        { definition, record, actor, kind: 'proxy', method, path, signal },
        (observer) => this.client.stream({ ...requestOptions, observer, request: { method, url, headers, body } }),
        ({ status }) => (status < 400 ? 'ok' : reasonOfStatus(status)) ?? 'ok',
      );
    };
    const stored = await this.credentials.ensureFresh(record, actor, { isCurrent: true });
    const first = await send(stored);
    const canRefresh = stored.credential.refreshToken !== null && !this.uselessRefreshes.has(record.id);
    if (first.status !== 401 || !canRefresh || request.body instanceof Readable) return first;
    const { response, hasExpired } = await readExpiry(configured, first);
    if (!hasExpired) return response;
    await response.body.dump();
    const { generation: rejectedGeneration } = stored;
    const second = await send(await this.credentials.ensureFresh(record, actor, { rejectedGeneration }));
    if (second.status === 401) this.uselessRefreshes.set(record.id, true);
    return second;
  }

  /** A 401 refreshes the token once if it means an expired one, or if the provider says when asked that the token is not active. */
  private async sendWithFreshCredential(
    configured: ConfiguredIntegration,
    record: ConnectionRecord,
    request: SentRequest,
    options: ApiOptions,
  ): Promise<HttpResponse> {
    const { definition, tokens } = configured;
    const { actor, isOfLoad, signal, observeRequest } = options;
    const call = { record, actor, isOfLoad, signal, observeRequest };
    const requestOptions = this.requestOptionsOf(configured, record, request, options);
    let stored = await this.credentials.ensureFresh(record, actor);
    for (let refreshed = false; ; refreshed = true) {
      const { accessToken } = stored.credential;
      try {
        return await this.send(this.client, configured, accessToken, request, requestOptions, call);
      } catch (error) {
        if (!(error instanceof UpstreamError) || error.reason !== 'unauthorized') throw error;
        const hasExpired =
          definition.refresh.onUnauthorized ||
          error.context.hasExpired === true ||
          (await tokens.isActive(accessToken)) === false;
        if (!hasExpired) {
          throw new Problem(
            'provider-rejected',
            `${definition.name} did not accept the access token just now. Check the connection, or try again.`,
          );
        }
        if (refreshed) {
          await this.credentials.markRevoked(record, actor, stored.generation, error.context.code ?? 'unauthorized');
          throw needsReconnect((await this.repository.read(record.id)) ?? record);
        }
      }
      // Not forced: a refresh that nobody asked for heeds the backoff after failed ones.
      stored = await this.credentials.ensureFresh(record, actor, { rejectedGeneration: stored.generation });
    }
  }

  private send(
    client: UpstreamClient,
    { definition, integration }: ConfiguredIntegration,
    accessToken: string,
    { method = 'GET', path, query = {}, json, acceptBody, isWrite = false }: SentRequest,
    options: RequestOptions,
    call: Omit<ProviderCall, 'definition' | 'kind' | 'method' | 'path'>,
  ): Promise<HttpResponse> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const headers: Record<string, string> = { ...definition.api.headers, authorization: `Bearer ${accessToken}` };
    if (json !== undefined) headers['content-type'] = 'application/json';
    return this.calls.observe(
      { ...call, definition, kind: 'call', method, path },
      (observer) =>
        client.request({
          ...options,
          observer,
          request: {
            method,
            url: `${definition.api.url}${path}${search.size === 0 ? '' : `?${search}`}`,
            headers,
            body: json === undefined ? undefined : JSON.stringify(json),
            acceptBody,
          },
          classify: integration.classify,
          repeatable: !isWrite,
        }),
      () => 'ok',
    );
  }

  private requestOptionsOf(
    { definition }: ConfiguredIntegration,
    record: ConnectionRecord,
    request: Pick<ApiRequest, 'rateLimit' | 'subject'>,
    { job = randomUUID(), isBackground, maxWaitMs, signal }: ApiOptions,
  ): RequestOptions {
    return {
      requester: { tenant: record.orgId, job, isBackground },
      rateLimit: rateLimitOf(definition.id, definition.rateLimits, record, request),
      defaultRetryAfterMs: definition.api.retryAfterSeconds * 1000,
      maxWaitMs,
      signal,
    };
  }
}

/** Whether a 401 means that the token has expired. Only the body says so where this provider has other reasons for a 401. */
async function readExpiry(
  { definition, integration }: ConfiguredIntegration,
  unauthorized: StreamedResponse,
): Promise<{ response: StreamedResponse; hasExpired: boolean }> {
  if (definition.refresh.onUnauthorized) return { response: unauthorized, hasExpired: true };
  const { response, read } = await peekBody(unauthorized);
  return { response, hasExpired: integration.classify(read)?.hasExpired === true };
}

/** `undefined`: the operator has switched pacing off. */
function rateLimitOf(
  integration: string,
  limits: readonly RateLimitDefinition[],
  record: ConnectionRecord,
  { rateLimit, subject }: Pick<ApiRequest, 'rateLimit' | 'subject'>,
): RateLimit | undefined {
  const limit = rateLimit === undefined ? limits[0] : limits.find(({ name }) => name === rateLimit);
  if (limit === undefined) return undefined;
  const owner = limit.countedBy === 'account' ? record.accountKey : record.id;
  // The provider counts by account, whichever organization connected it.
  const partition = partitionOf(`${integration}:${owner}`);
  const key = ['budget', integration, limit.name, owner, ...(subject === undefined ? [] : [subject])].join(':');
  return {
    rate: { limit: limit.requests, periodMs: limit.seconds * 1000 },
    ref: { partition, key },
    remainingHeader: limit.reportedBy?.remaining,
  };
}
