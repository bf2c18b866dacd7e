import { Problem, isProviderCode } from '@causeway/problem';
import { UpstreamError, reasonOfStatus, isObject, type HttpResponse, type HttpClient } from '@causeway/http-client';
import type { RefreshFailure, RefreshOutcome } from './credential-refresher.js';
import type { Credential } from './credential.js';
import { readGrant, type Grant } from './grant.js';
import type { ClientRegistration } from './client-registration.js';
import type { Revocation, TokenEndpoint, TokenErrors } from './oauth-provider.js';

/** Shorter than the lease under which a refresh runs: nobody else can start one while this request may still be answered. */
const TOKEN_DEADLINE_MS = 20_000;
const REVOCATION_DEADLINE_MS = 10_000;
const INTROSPECTION_DEADLINE_MS = 5_000;

/** RFC 6749, 5.2. */
const STANDARD_ERRORS: TokenErrors = {
  revoked: ['invalid_grant'],
  configuration: ['invalid_client', 'unauthorized_client'],
};

export interface RevocationResult {
  revoked: 'revoked' | 'unsupported' | 'failed';
  detail?: string;
}

/** The one way to a provider's token endpoint: exchange, refresh and revocation, as its definition says. */
export class TokenClient {
  /** The provider's code, since it has refused our client id or secret and until it takes them again; only the operator can mend that. */
  clientFault: string | null = null;

  constructor(
    private readonly http: HttpClient,
    private readonly registration: ClientRegistration,
    private readonly clock: () => number = Date.now,
  ) {}

  /** @throws Problem `authorization-failed`, `provider-timeout` or `provider-unavailable`. */
  async exchangeCode(params: Record<string, string>): Promise<Grant> {
    const answer = await this.post({ ...params, grant_type: 'authorization_code' }).catch((error: unknown) => {
      throw error instanceof UpstreamError ? error.toProblem() : error;
    });
    const grant = this.granted(answer);
    if (grant !== null) return grant;
    const code = errorCode(answer.body);
    throw new Problem(
      'authorization-failed',
      code === null
        ? `${this.registration.provider.name} answered the token request with something that is no token. Try to connect again.`
        : `${this.registration.provider.name} refused the token request. Try to connect again; if it stays, check client id, secret and redirect URI.`,
      code === null ? {} : { providerCode: code },
    );
  }

  async refresh(previous: Credential): Promise<RefreshOutcome> {
    let answer: HttpResponse;
    try {
      answer = await this.post({ grant_type: 'refresh_token', refresh_token: previous.refreshToken ?? '' });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return { failure: { kind: 'transient', code: error.reason, problem: error.toProblem() } };
    }
    const grant = this.granted(answer);
    if (grant === null) return { failure: this.failure(answer) };
    const { accessToken, refreshToken, expiresAt, scopes } = grant;
    return {
      credential: {
        accessToken,
        // Not rotated: the refresh token stays valid (RFC 6749, 6).
        refreshToken: refreshToken ?? previous.refreshToken,
        expiresAt,
        scopes: scopes ?? previous.scopes,
      },
    };
  }

  async revoke({ accessToken, refreshToken }: Credential): Promise<RevocationResult> {
    const { revocation, name } = this.registration.provider;
    if (revocation === undefined) {
      return {
        revoked: 'unsupported',
        detail: `${name} has no way to revoke a grant by API; the user can remove it in the account settings.`,
      };
    }
    const token = revocation.token === 'refresh_token' ? (refreshToken ?? accessToken) : accessToken;
    try {
      const answer = await this.http.send({
        ...this.revocationRequest(revocation, token),
        timeoutMs: REVOCATION_DEADLINE_MS,
      });
      const code = errorCode(answer.body);
      if (reasonOfStatus(answer.status) === undefined && code === null) return { revoked: 'revoked' };
      return {
        revoked: 'failed',
        detail: `${name} answered ${answer.status}${code === null || !isProviderCode(code) ? '' : ` (${code})`}.`,
      };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return { revoked: 'failed', detail: error.toProblem().detail };
    }
  }

  /** Whether the provider still knows an access token; `null`: it does not say. */
  async isActive(accessToken: string): Promise<boolean | null> {
    const { introspection } = this.registration.provider;
    if (introspection === undefined) return null;
    const params = { token: accessToken, token_type_hint: 'access_token' };
    const answer = await this.http
      .send({
        method: 'POST',
        url: introspection.url,
        ...this.encode(introspection, introspection.clientAuthentication, params),
        timeoutMs: INTROSPECTION_DEADLINE_MS,
      })
      .catch(() => null);
    const active = answer?.status === 200 && isObject(answer.body) ? answer.body['active'] : null;
    return typeof active === 'boolean' ? active : null;
  }

  private post(params: Record<string, string>): Promise<HttpResponse> {
    const { token } = this.registration.provider;
    return this.http.send({
      method: 'POST',
      url: token.url,
      ...this.encode(token, token.clientAuthentication, params),
      timeoutMs: TOKEN_DEADLINE_MS,
    });
  }

  private revocationRequest(revocation: Revocation, token: string) {
    if (revocation.authentication === 'bearer') {
      return {
        method: 'POST' as const,
        url: revocation.url,
        headers: { ...revocation.headers, authorization: `Bearer ${token}` },
      };
    }
    const hint: Record<string, string> =
      revocation.authentication === 'body' ? { token_type_hint: revocation.token } : {};
    return {
      method: 'POST' as const,
      url: revocation.url,
      ...this.encode(revocation, revocation.authentication, { token, ...hint }),
    };
  }

  private encode(
    { body, headers }: Pick<TokenEndpoint, 'body' | 'headers'>,
    authentication: 'basic' | 'body',
    params: Record<string, string>,
  ): { headers: Record<string, string>; body: string } {
    const { clientId, clientSecret } = this.registration;
    const all = authentication === 'body' ? { ...params, client_id: clientId, client_secret: clientSecret } : params;
    const basic = `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')}`;
    return {
      headers: {
        ...headers,
        'content-type': body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
        ...(authentication === 'basic' ? { authorization: basic } : {}),
      },
      body: body === 'json' ? JSON.stringify(all) : new URLSearchParams(all).toString(),
    };
  }

  private granted(answer: HttpResponse): Grant | null {
    const { nestedGrant } = this.registration.provider.token;
    const code = errorCode(answer.body);
    const grant = isSuccess(answer) ? readGrant(answer.body, nestedGrant, this.clock()) : null;
    if (grant !== null) this.clientFault = null;
    else if (this.isListed('configuration', code)) this.clientFault = code;
    return grant;
  }

  private isListed(kind: keyof TokenErrors, code: string | null): boolean {
    const listed = [...(STANDARD_ERRORS[kind] ?? []), ...(this.registration.provider.token.errors?.[kind] ?? [])];
    return code !== null && listed.includes(code);
  }

  private failure(answer: HttpResponse): RefreshFailure {
    const { name } = this.registration.provider;
    const code = errorCode(answer.body);
    const described = code !== null && isProviderCode(code) ? code : `http_${answer.status}`;
    const shown = code === null ? {} : { providerCode: code };
    const reason = reasonOfStatus(answer.status);
    if (this.isListed('revoked', code)) {
      const problem = new Problem(
        'needs-reconnect',
        `${name} has taken the access back. Connect the account again.`,
        shown,
      );
      return { kind: 'revoked', code: described, problem };
    }
    // A success that is none: an outage of some kind, and nothing that the grant could be blamed for.
    const nonsense = reason === undefined && code === null;
    if (answer.status === 409 || nonsense || this.isListed('transient', code)) {
      const problem = new Problem(
        'provider-unavailable',
        `${name} could not renew the access just now. Try again in a moment.`,
        shown,
      );
      return { kind: answer.status === 409 ? 'conflict' : 'transient', code: described, problem };
    }
    if (reason === 'rate-limited' || reason === 'unavailable') {
      const problem = new UpstreamError(reason, { status: answer.status }).toProblem();
      return { kind: 'transient', code: described, problem };
    }
    const problem = new Problem(
      'provider-rejected',
      this.isListed('configuration', code)
        ? `${name} refuses this service's client id or secret. Its operator has to correct them; the connection stays.`
        : `${name} refused to renew the access. The connection stays; its operator can find more in the log.`,
      shown,
    );
    return { kind: 'configuration', code: described, problem };
  }
}

/** RFC 6749, 2.3.1: a secret with a colon, a space or a per cent sign means something else without it. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** A provider may put an error inside a 200 (Slack's `ok: false`): that is no success. */
function isSuccess(answer: HttpResponse): boolean {
  return answer.status >= 200 && answer.status < 300 && errorCode(answer.body) === null;
}

/** `error` of RFC 6749, 5.2; Notion may send its own envelope with `code` instead. */
function errorCode(body: unknown): string | null {
  if (!isObject(body)) return null;
  const { error, code, ok, object } = body;
  if (typeof error === 'string') return error;
  if (object === 'error' && typeof code === 'string') return code;
  return ok === false ? 'unknown_error' : null;
}
