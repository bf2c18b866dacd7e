import { Injectable } from '@nestjs/common';
import { HttpClient, UpstreamError, failureOf, retryAfterOf } from '@causeway/http-client';
import type { ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { AppApi } from '../integrations/integration.js';
import { Shutdown } from '../shutdown/shutdown.js';

const TIMEOUT_MS = 20_000;
/** A token is not used in the last part of its life, nor for longer than this where the provider does not say how long it lives. */
const MARGIN_MS = 60_000;
const UNKNOWN_LIFETIME_MS = 10 * 60_000;

/** APIs of providers for the apps themselves. The tokens are in memory only: another one is had at any time. */
@Injectable()
export class AppApis {
  private readonly tokens = new Map<string, { accessToken: string; until: number }>();

  constructor(
    private readonly http: HttpClient,
    private readonly shutdown: Shutdown,
  ) {}

  of(configured: ConfiguredIntegration, scopes: readonly string[]): AppApi {
    const { integration, definition } = configured;
    return {
      request: async ({ method = 'GET', path, json }) => {
        const headers = {
          // The provider's specification names no content type for some of them.
          accept: '*/*',
          authorization: `Bearer ${await this.tokenOf(configured, scopes)}`,
          ...(json !== undefined && { 'content-type': 'application/json' }),
        };
        const url = `${definition.api.url}${path}`;
        const body = json === undefined ? undefined : JSON.stringify(json);
        const signals = [this.shutdown.ending];
        const response = await this.http.send({ method, url, headers, body, timeoutMs: TIMEOUT_MS, signals });
        const failure = failureOf(response, integration.classify);
        if (failure === undefined) return response;
        if (failure.reason === 'unauthorized') this.tokens.delete(definition.id);
        throw new UpstreamError(failure.reason, {
          status: response.status,
          code: failure.code,
          retryAfterMs: retryAfterOf(response.headers, Date.now()) ?? failure.retryAfterMs,
        });
      },
    };
  }

  private async tokenOf({ definition: { id }, tokens }: ConfiguredIntegration, scopes: readonly string[]) {
    const known = this.tokens.get(id);
    if (known !== undefined && known.until > Date.now()) return known.accessToken;
    const { accessToken, expiresAt } = await tokens.clientCredentials(scopes);
    const until = expiresAt === null ? Date.now() + UNKNOWN_LIFETIME_MS : expiresAt - MARGIN_MS;
    this.tokens.set(id, { accessToken, until });
    return accessToken;
  }
}
