import { setTimeout as sleep } from 'node:timers/promises';
import { Problem, isProviderCode, type ProblemSlug } from '@causeway/problem';
import {
  UpstreamError,
  isObject,
  reasonOfStatus,
  retryAfterOf,
  type HttpClient,
  type HttpResponse,
  type JsonObject,
} from '@causeway/http-client';
import type { Credential } from './credential.js';
import { readGrant, type Grant } from './grant.js';
import type { ClientRegistration } from './client-registration.js';
import type { Endpoint, TokenErrors } from './oauth-provider.js';
import type { RefreshFailure, RefreshOutcome } from './refresh-outcome.js';

/** Shorter than the lease of a refresh: no other refresh can start while this request is running. */
const TOKEN_TIMEOUT_MS = 20_000;
const REVOCATION_TIMEOUT_MS = 10_000;
const INTROSPECTION_TIMEOUT_MS = 5_000;

/** A person waits for the exchange of a code. */
const EXCHANGE_TRIES = 3;
const EXCHANGE_PAUSE_MS = 500;
const MAX_EXCHANGE_PAUSE_MS = 5_000;
/** The endpoint says that it did not use the code. After any other failure it may have, and a code sent twice may revoke the grant (RFC 6749, 4.1.2). */
const CODE_NOT_USED: ReadonlySet<number> = new Set([429, 503]);

/** RFC 6749, 5.2. */
const STANDARD_ERRORS: TokenErrors = {
  revoked: ['invalid_grant'],
  configuration: ['invalid_client', 'unauthorized_client'],
};

export interface RevocationResult {
  revoked: 'revoked' | 'unsupported' | 'failed';
  detail?: string;
}

/** Sends all requests to a provider's token, revocation and introspection endpoints. */
export class TokenClient {
  /** The provider's error code while it rejects our client id or secret, which only the operator can correct. */
  clientFault: string | null = null;

  constructor(
    private readonly http: HttpClient,
    private readonly registration: ClientRegistration,
    private readonly clock: () => number = Date.now,
  ) {}

  /** @throws Problem `authorization-failed`, `provider-timeout`, `provider-rate-limited` or `provider-unavailable` */
  async exchangeCode(params: Record<string, string>): Promise<Grant> {
    const response = await this.requestExchange(params).catch((error: unknown) => {
      throw error instanceof UpstreamError ? error.toProblem() : error;
    });
    const grant = this.readGrant(response);
    if (grant !== null) return grant;
    const outage = this.outageOf(response);
    if (outage !== null && CODE_NOT_USED.has(response.status)) throw outage.toProblem();
    const { name } = this.registration.provider;
    const [error = null] = errorCodesOf(response);
    const detail =
      error === null
        ? `${name} ${outage === null ? 'sent a token response without a token' : 'failed at the token request'}. Try to connect again.`
        : `${name} rejected the token request. Try to connect again; if it fails again, check client id, secret and redirect URI.`;
    throw new Problem('authorization-failed', detail, { providerCode: error ?? undefined });
  }

  /** A token of the app itself, which is for no account (RFC 6749, 4.4). @throws UpstreamError */
  async clientCredentials(scopes: readonly string[]): Promise<Grant> {
    const response = await this.requestToken('client_credentials', { scope: scopes.join(' ') });
    const grant = this.readGrant(response);
    if (grant !== null) return grant;
    const { status } = response;
    const [code] = errorCodesOf(response);
    const reason = reasonOfStatus(status) ?? (code === undefined ? 'malformed' : 'rejected');
    throw this.outageOf(response) ?? new UpstreamError(reason, { status, code });
  }

  async refresh(previous: Credential): Promise<RefreshOutcome> {
    let response: HttpResponse;
    try {
      response = await this.requestToken('refresh_token', { refresh_token: previous.refreshToken ?? '' });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return { failure: { kind: 'transient', code: error.reason, problem: error.toProblem() } };
    }
    const grant = this.readGrant(response);
    if (grant === null) return { failure: this.refreshFailure(response) };
    const { accessToken, expiresAt, refreshExpiresAt = null } = grant;
    // A refresh token that is not rotated stays valid (RFC 6749, 6).
    const refreshToken = grant.refreshToken ?? previous.refreshToken;
    const scopes = grant.scopes ?? previous.scopes;
    return { credential: { accessToken, refreshToken, expiresAt, refreshExpiresAt, scopes } };
  }

  async revoke({ accessToken, refreshToken }: Credential): Promise<RevocationResult> {
    const { revocation, name } = this.registration.provider;
    if (revocation === undefined) {
      const detail = `${name} has no API to revoke a grant; the user can remove it in the account settings.`;
      return { revoked: 'unsupported', detail };
    }
    const { clientAuthentication, url, headers } = revocation;
    const token = revocation.token === 'refresh_token' ? (refreshToken ?? accessToken) : accessToken;
    const hint = clientAuthentication === 'body' ? { token_type_hint: revocation.token } : {};
    try {
      const response =
        clientAuthentication === 'bearer'
          ? await this.http.send({
              method: 'POST',
              url,
              headers: { ...headers, authorization: `Bearer ${token}` },
              timeoutMs: REVOCATION_TIMEOUT_MS,
            })
          : await this.post({ ...revocation, clientAuthentication }, { token, ...hint }, REVOCATION_TIMEOUT_MS);
      const [error = null] = errorCodesOf(response);
      if (reasonOfStatus(response.status) === undefined && error === null) return { revoked: 'revoked' };
      const shown = error !== null && isProviderCode(error) ? ` (${error})` : '';
      return { revoked: 'failed', detail: `${name} responded with ${response.status}${shown}.` };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return { revoked: 'failed', detail: error.toProblem().detail };
    }
  }

  /** @returns whether the provider still accepts an access token; `null` if it does not say. */
  async isActive(accessToken: string): Promise<boolean | null> {
    const active = (await this.introspect(accessToken))?.['active'];
    return typeof active === 'boolean' ? active : null;
  }

  /** @returns what the provider says of an access token (RFC 7662); `null`: nothing. */
  async introspect(accessToken: string): Promise<JsonObject | null> {
    const { introspection } = this.registration.provider;
    if (introspection === undefined) return null;
    const params = { token: accessToken, token_type_hint: 'access_token' };
    const response = await this.post(introspection, params, INTROSPECTION_TIMEOUT_MS).catch(() => null);
    return response?.status === 200 && isObject(response.body) ? response.body : null;
  }

  private async requestExchange(params: Record<string, string>): Promise<HttpResponse> {
    for (let tries = 1; ; tries += 1) {
      const response = await this.requestToken('authorization_code', params);
      if (!CODE_NOT_USED.has(response.status) || tries === EXCHANGE_TRIES) return response;
      const pauseMs = retryAfterOf(response.headers, this.clock()) ?? EXCHANGE_PAUSE_MS;
      if (pauseMs > MAX_EXCHANGE_PAUSE_MS) return response;
      await sleep(pauseMs);
    }
  }

  /** What the status says about the endpoint, not about the grant or the client; `null`: nothing. */
  private outageOf({ status, headers }: HttpResponse): UpstreamError | null {
    const reason = reasonOfStatus(status);
    if (reason !== 'rate-limited' && reason !== 'unavailable') return null;
    return new UpstreamError(reason, { status, retryAfterMs: retryAfterOf(headers, this.clock()) });
  }

  private requestToken(grantType: string, params: Record<string, string>): Promise<HttpResponse> {
    return this.post(this.registration.provider.token, { grant_type: grantType, ...params }, TOKEN_TIMEOUT_MS);
  }

  private post(
    { url, clientAuthentication, body, headers }: Endpoint,
    params: Record<string, string>,
    timeoutMs: number,
  ): Promise<HttpResponse> {
    const { clientId, clientSecret } = this.registration;
    const isBasic = clientAuthentication === 'basic';
    const all = isBasic ? params : { ...params, client_id: clientId, client_secret: clientSecret };
    const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');
    return this.http.send({
      method: 'POST',
      url,
      headers: {
        ...headers,
        'content-type': body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
        ...(isBasic && { authorization: `Basic ${basic}` }),
      },
      body: body === 'json' ? JSON.stringify(all) : new URLSearchParams(all).toString(),
      timeoutMs,
    });
  }

  /** @returns `null` for an error response; notes whether our client id and secret were accepted. */
  private readGrant(response: HttpResponse): Grant | null {
    const { nestedGrant } = this.registration.provider.token;
    const [error = null] = errorCodesOf(response);
    // Slack puts errors into a 200.
    const isSuccess = isSuccessful(response) && error === null;
    const grant = isSuccess ? readGrant(response.body, nestedGrant, this.clock()) : null;
    const kind = grant === null ? this.kindOf(response) : null;
    // Endpoints authenticate the client before they look at a grant.
    if (grant !== null || kind === 'revoked') this.clientFault = null;
    else if (kind === 'configuration') this.clientFault = error;
    return grant;
  }

  /** What the first code of the response that the provider documents means. */
  private kindOf(response: HttpResponse): keyof TokenErrors | null {
    const { errors = {} } = this.registration.provider.token;
    for (const code of errorCodesOf(response)) {
      const isCode = (listed: string) => listed.toLowerCase() === code.toLowerCase();
      for (const kind of ['revoked', 'configuration', 'transient'] as const)
        if ([STANDARD_ERRORS, errors].some((listed) => listed[kind]?.some(isCode))) return kind;
    }
    return null;
  }

  private refreshFailure(response: HttpResponse): RefreshFailure {
    const { status } = response;
    const [error = null] = errorCodesOf(response);
    const code = error !== null && isProviderCode(error) ? error : `http_${status}`;
    const failed = (kind: RefreshFailure['kind'], slug: ProblemSlug, detail: string): RefreshFailure => {
      const { name } = this.registration.provider;
      return { kind, code, problem: new Problem(slug, `${name} ${detail}`, { providerCode: error ?? undefined }) };
    };
    const outage = this.outageOf(response);
    if (outage !== null) {
      const { retryAfterMs: ms = null } = outage.context;
      const of = status === 429 ? 'provider' : 'connection';
      // The backoff after a failure is a pause of the connection already.
      const pause = of === 'connection' && ms === null ? undefined : ({ of, ms } as const);
      return { kind: 'transient', code, problem: outage.toProblem(), pause };
    }
    const kind = this.kindOf(response);
    if (kind === 'revoked')
      return failed('revoked', 'needs-reconnect', 'has revoked the access. Connect the account again.');
    // A success without a token is an outage of some kind, not a fault of the grant.
    const isMalformed = isSuccessful(response) && error === null;
    if (status === 409 || isMalformed || kind === 'transient') {
      const retryable = status === 409 ? 'conflict' : 'transient';
      return failed(retryable, 'provider-unavailable', 'could not renew the access just now. Try again in a moment.');
    }
    return failed(
      'configuration',
      'provider-rejected',
      kind === 'configuration'
        ? "rejects this service's client id or secret. Its operator has to correct them; the connection stays."
        : 'rejected the refresh. The connection stays; its operator can find more in the log.',
    );
  }
}

/** RFC 6749, 2.3.1: unencoded, a colon, space or percent sign in a secret would change its meaning. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function isSuccessful({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/**
 * The error codes of a response, the most telling one first: `error` of RFC 6749, 5.2, or its code where it is an object. Some providers
 * send the error body of their API instead: `{object: "error", code}` (Notion), `{status, message}` (HubSpot).
 */
function errorCodesOf({ status, body }: HttpResponse): string[] {
  if (!isObject(body)) return [];
  const { error, code, category, status: name, ok, object } = body;
  const ofObject = isObject(error) ? [error['code'], error['type'], error['error'], error['status']] : [];
  // Beside a token, these members may mean anything.
  const ofFailure = reasonOfStatus(status) !== undefined || object === 'error' ? [code, category, name] : [];
  const codes = [error, ...ofObject, ...ofFailure].filter(
    (value): value is string => typeof value === 'string' && value.trim() !== '',
  );
  return codes.length === 0 && ok === false ? ['unknown_error'] : codes.map((value) => value.trim());
}
