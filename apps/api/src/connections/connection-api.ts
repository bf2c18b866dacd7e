import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RateLimit } from '#oauth';
import { Problem } from '#problem';
import { Store } from '#store';
import { UpstreamCaller, UpstreamError, type Budget, type HttpAnswer, type Share } from '#upstream';
import { IntegrationRegistry, type ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { ApiRequest, ProviderApi } from '../integrations/integration.js';
import { Metrics } from '../metrics/metrics.js';
import { ConnectionCredentials, needsReconnect } from './connection-credentials.js';
import { partitionOf, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';

/** How long a load may reuse what it read about the account (bases, tables). */
const MEMORY_MS = 60_000;

/** Makes the API of a provider callable with the credential of a connection, or of a grant that is no connection yet. */
@Injectable()
export class ConnectionApi {
  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly caller: UpstreamCaller,
    private readonly store: Store,
    private readonly metrics: Metrics,
  ) {}

  /** Before a connection exists there is nothing to pace by and nothing to refresh. */
  ofGrant(configured: ConfiguredIntegration, accessToken: string): ProviderApi {
    return {
      read: (request) => this.send(configured, accessToken, request, { group: '', flow: '' }),
      remember: (_key, load) => load(),
    };
  }

  ofConnection(record: ConnectionRecord): ProviderApi {
    const configured = this.registry.configured(record.integration);
    const share = { group: record.orgId, flow: randomUUID() };
    return {
      read: (request) => this.readWithFreshCredential(configured, record, request, share),
      remember: (key, load) => this.store.cache.wrap(`${record.id}:${record.generation}:${key}`, load, MEMORY_MS),
    };
  }

  private async readWithFreshCredential(
    configured: ConfiguredIntegration,
    record: ConnectionRecord,
    request: ApiRequest,
    share: Share,
  ): Promise<HttpAnswer> {
    const { refresh, name } = configured.definition;
    const budget = budgetOf(configured, record, request);
    let stored = await this.credentials.fresh(record);
    for (let refreshed = false; ; refreshed = true) {
      try {
        return await this.send(configured, stored.credential.accessToken, request, share, budget);
      } catch (error) {
        if (!(error instanceof UpstreamError) || error.reason !== 'unauthorized') throw error;
        if (!refresh.onUnauthorized) {
          throw new Problem(
            'provider-rejected',
            `${name} did not accept the access token just now. Check the connection, or try again.`,
          );
        }
        if (refreshed) {
          await this.credentials.markGone(record.id, stored.generation, error.context.code ?? 'unauthorized');
          throw needsReconnect((await this.repository.read(record.id)) ?? record);
        }
      }
      // What happens by itself heeds the pause after failed refreshes.
      stored = await this.credentials.fresh(record, stored.generation, false);
    }
  }

  private send(
    { definition, integration }: ConfiguredIntegration,
    accessToken: string,
    { method = 'GET', path, query = {}, json }: ApiRequest,
    share: Share,
    budget?: Budget,
  ): Promise<HttpAnswer> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const suffix = search.size === 0 ? '' : `?${search}`;
    const started = performance.now();
    const observe = (outcome: string) =>
      this.metrics.providerCalls.observe({ integration: definition.id, outcome }, (performance.now() - started) / 1000);
    const answer = this.caller.call({
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
      ...(budget === undefined ? {} : { budget }),
      share,
      repeatable: true,
      defaultRetryAfterMs: definition.api.retryAfterSeconds * 1000,
    });
    answer.then(
      () => observe('ok'),
      (error: unknown) => observe(error instanceof UpstreamError ? error.reason : 'error'),
    );
    return answer;
  }
}

/** The allowance that a call counts to; `undefined` where pacing is off. */
function budgetOf(
  { definition }: ConfiguredIntegration,
  record: ConnectionRecord,
  { rateLimit, subject }: ApiRequest,
): Budget | undefined {
  const limits: readonly RateLimit[] = definition.rateLimits;
  const limit = rateLimit === undefined ? limits[0] : limits.find(({ name }) => name === rateLimit);
  if (limit === undefined) return undefined;
  const owner = limit.countedBy === 'account' ? record.accountKey : record.id;
  const key = ['budget', definition.id, limit.name, owner, ...(subject === undefined ? [] : [subject])].join(':');
  // Counted at the provider by account, whichever of our organisations connected it.
  const partition = partitionOf(`${definition.id}:${owner}`);
  return {
    rate: { limit: limit.requests, periodMs: limit.seconds * 1000 },
    ref: { partition, key },
    ...(limit.reportedBy === undefined ? {} : { remainingHeader: limit.reportedBy.remaining }),
  };
}
