import { Problem, isProviderCode, type ProblemSlug } from '@causeway/problem';
import { UpstreamError, isObject, reasonOfStatus, type HttpResponse, type HttpClient } from '@causeway/http-client';
import type { RefreshFailure, RefreshOutcome } from './credential-refresher.js';
import type { Credential } from './credential.js';
import { readGrant, type Grant } from './grant.js';
import type { ClientRegistration } from './client-registration.js';
import type { Endpoint, TokenErrors } from './oauth-provider.js';

/** Shorter than the lease of a refresh: no other refresh can start while this request is running. */
const TOKEN_TIMEOUT_MS = 20_000;
const REVOCATION_TIMEOUT_MS = 10_000;
const INTROSPECTION_TIMEOUT_MS = 5_000;

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

  /** @throws Problem `authorization-failed`, `provider-timeout` or `provider-unavailable` */
  async exchangeCode(params: Record<string, string>): Promise<Grant> {
    const response = await this.requestToken('authorization_code', params).catch((error: unknown) => {
      throw error instanceof UpstreamError ? error.toProblem() : error;
    });
    const grant = this.readGrant(response);
    if (grant !== null) return grant;
    const { name } = this.registration.provider;
    const error = errorCodeOf(response.body);
    const detail =
      error === null
        ? `${name} sent a token response without a token. Try to connect again.`
        : `${name} rejected the token request. Try to connect again; if it fails again, check client id, secret and redirect URI.`;
    throw new Problem('authorization-failed', detail, { providerCode: error ?? undefined });
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
    const { accessToken, expiresAt } = grant;
    // A refresh token that is not rotated stays valid (RFC 6749, 6).
    const refreshToken = grant.refreshToken ?? previous.refreshToken;
    return { credential: { accessToken, refreshToken, expiresAt, scopes: grant.scopes ?? previous.scopes } };
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
      const error = errorCodeOf(response.body);
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
    const { introspection } = this.registration.provider;
    if (introspection === undefined) return null;
    const params = { token: accessToken, token_type_hint: 'access_token' };
    const response = await this.post(introspection, params, INTROSPECTION_TIMEOUT_MS).catch(() => null);
    const active = response?.status === 200 && isObject(response.body) ? response.body['active'] : null;
    return typeof active === 'boolean' ? active : null;
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
    const error = errorCodeOf(response.body);
    // Slack puts errors into a 200.
    const isSuccess = response.status >= 200 && response.status < 300 && error === null;
    const grant = isSuccess ? readGrant(response.body, nestedGrant, this.clock()) : null;
    if (grant !== null) this.clientFault = null;
    else if (this.isListed('configuration', error)) this.clientFault = error;
    return grant;
  }

  private isListed(kind: keyof TokenErrors, error: string | null): boolean {
    const { errors } = this.registration.provider.token;
    return error !== null && [STANDARD_ERRORS, errors].some((listed) => listed?.[kind]?.includes(error));
  }

  private refreshFailure(response: HttpResponse): RefreshFailure {
    const { status } = response;
    const error = errorCodeOf(response.body);
    const code = error !== null && isProviderCode(error) ? error : `http_${status}`;
    const failed = (kind: RefreshFailure['kind'], slug: ProblemSlug, detail: string): RefreshFailure => {
      const { name } = this.registration.provider;
      return { kind, code, problem: new Problem(slug, `${name} ${detail}`, { providerCode: error ?? undefined }) };
    };
    if (this.isListed('revoked', error)) {
      return failed('revoked', 'needs-reconnect', 'has revoked the access. Connect the account again.');
    }
    const reason = reasonOfStatus(status);
    // A success without a token is an outage of some kind, not a fault of the grant.
    const isMalformed = reason === undefined && error === null;
    if (status === 409 || isMalformed || this.isListed('transient', error)) {
      const kind = status === 409 ? 'conflict' : 'transient';
      return failed(kind, 'provider-unavailable', 'could not renew the access just now. Try again in a moment.');
    }
    if (reason === 'rate-limited' || reason === 'unavailable') {
      return { kind: 'transient', code, problem: new UpstreamError(reason, { status }).toProblem() };
    }
    return failed(
      'configuration',
      'provider-rejected',
      this.isListed('configuration', error)
        ? "rejects this service's client id or secret. Its operator has to correct them; the connection stays."
        : 'rejected the refresh. The connection stays; its operator can find more in the log.',
    );
  }
}

/** RFC 6749, 2.3.1: unencoded, a colon, space or percent sign in a secret would change its meaning. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** `error` of RFC 6749, 5.2; Notion may send the error body of its API instead, which has `code`. */
function errorCodeOf(body: unknown): string | null {
  if (!isObject(body)) return null;
  const { error, code, ok, object } = body;
  if (typeof error === 'string') return error;
  if (object === 'error' && typeof code === 'string') return code;
  return ok === false ? 'unknown_error' : null;
}
